"""Who gets and pays documents, and what stands on one together (SPEC 5.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.catalogs import CARE
from tests.cli.test_ledger_commands import TAX, document, refused
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


@pytest.fixture
def vendor(new_vendor: NewVendor) -> Vendor:
    vendor = new_vendor(CARE, mode="test", clock="2026-05-01", tax=TAX)
    vendor.customers("k", "p")
    return vendor


def add(vendor: Vendor, key: str, customer: str, plan: str, *options: str) -> None:
    vendor.ok("subscription", "add", key, "--customer", customer, "--plan", plan, *options)


def billed(vendor: Vendor, until: str) -> list[tuple[str, str, str]]:
    return [(row["customer"], row["billing_date"], row["net"]) for row in vendor.bill(until)]


def test_spec_5_2_what_renews_on_one_day_is_one_invoice_and_another_day_stands_alone(vendor: Vendor) -> None:
    for key in ("a", "b", "c"):
        add(vendor, key, "k", key, "--start", "2026-06-01")
    add(vendor, "d", "k", "b", "--start", "2026-06-10")
    assert billed(vendor, "2026-06-30") == [("k", "2026-06-01", "200.00"), ("k", "2026-06-10", "60.00")]
    assert billed(vendor, "2026-07-31") == [("k", "2026-07-01", "200.00"), ("k", "2026-07-10", "60.00")]


def test_documents_go_to_who_pays_with_sections_for_both(vendor: Vendor) -> None:
    add(vendor, "own", "p", "a", "--start", "2026-06-01")
    add(vendor, "other", "k", "b", "--start", "2026-06-01")
    add(vendor, "later", "k", "c", "--start", "2026-06-10")
    vendor.ok("payer", "k", "p")
    assert billed(vendor, "2026-06-10") == [("p", "2026-06-01", "160.00"), ("p", "2026-06-10", "40.00")]
    both, alone = (document(vendor, f"RE-2026-{number:06d}") for number in (1, 2))
    assert (both["buyer"]["name"], alone["buyer"]["name"]) == ("P", "P")
    assert sorted((line["subscription"], line["customer"], line["net"]) for line in both["lines"]) == [
        ("other", "k", "60.00"),
        ("own", "", "100.00"),
    ]
    assert [(line["subscription"], line["customer"]) for line in alone["lines"]] == [("later", "k")]
    assert [(row["customer"], row["open"]) for row in vendor.rows("receivables")] == [("p", "190.40"), ("p", "47.60")]


def test_another_payer_from_now_on_doubles_nothing_and_loses_nothing(vendor: Vendor) -> None:
    add(vendor, "own", "p", "a")
    add(vendor, "other", "k", "b")
    assert billed(vendor, "2026-05-01") == [("k", "2026-05-01", "60.00"), ("p", "2026-05-01", "100.00")]
    vendor.ok("payer", "k", "p")
    assert billed(vendor, "2026-05-31") == []
    assert billed(vendor, "2026-06-01") == [("p", "2026-06-01", "160.00")]
    vendor.ok("payer", "k")
    assert billed(vendor, "2026-07-01") == [("k", "2026-07-01", "60.00"), ("p", "2026-07-01", "100.00")]


def test_what_is_given_back_goes_where_it_was_charged(vendor: Vendor) -> None:
    add(vendor, "seats", "k", "seats", "--quantity", "31")
    assert billed(vendor, "2026-05-01") == [("k", "2026-05-01", "310.00")]
    vendor.ok("payer", "k", "p")
    vendor.ok("subscription", "change", "seats", "--quantity", "21", "--on", "2026-05-02")
    (row,) = vendor.bill("2026-05-02")
    assert (row["kind"], row["customer"], row["net"]) == ("credit_note", "k", "-96.77")  # 100.00 x 30/31
    assert vendor.rows("invoices")[-1]["original"] == "RE-2026-000001"
    assert billed(vendor, "2026-06-01") == [("p", "2026-06-01", "210.00")]


def test_what_is_given_back_goes_to_who_paid_before_though_the_contract_is_no_longer_theirs(vendor: Vendor) -> None:
    add(vendor, "seats", "k", "seats", "--quantity", "31")
    vendor.ok("payer", "k", "p")
    assert billed(vendor, "2026-05-01") == [("p", "2026-05-01", "310.00")]
    vendor.ok("payer", "k")
    vendor.ok("subscription", "change", "seats", "--quantity", "21", "--on", "2026-05-02")
    (row,) = vendor.bill("2026-05-02")
    assert (row["kind"], row["customer"], row["net"]) == ("credit_note", "p", "-96.77")
    assert document(vendor, row["number"])["buyer"]["name"] == "P"
    (open_,) = vendor.rows("receivables")
    assert (open_["customer"], open_["settled"]) == ("p", "115.16")  # 96.77 and 19 %
    vendor.ok("audit")


def test_one_who_pays_for_others_pays_itself(vendor: Vendor) -> None:
    vendor.customers("q")
    vendor.ok("payer", "k", "p")
    assert refused(vendor, "payer", "p", "q") == "payer_has_payer"
    assert refused(vendor, "payer", "q", "k") == "payer_has_payer"
    assert refused(vendor, "payer", "q", "q") == "payer_of_itself"
    assert refused(vendor, "payer", "q", "nobody") == "unknown_customer"


def test_spec_5_2_purchase_orders_are_never_mixed(vendor: Vendor) -> None:
    add(vendor, "a", "k", "a", "--purchase-order", "PO 1")
    add(vendor, "b", "k", "b", "--purchase-order", "PO 2")
    add(vendor, "c", "k", "c", "--purchase-order", "PO 1")
    add(vendor, "d", "k", "c")
    assert [net for _, _, net in billed(vendor, "2026-05-01")] == ["40.00", "140.00", "60.00"]
    frozen = [document(vendor, f"RE-2026-{number:06d}") for number in (1, 2, 3)]
    assert [(one["purchase_order"], [line["subscription"] for line in one["lines"]]) for one in frozen] == [
        ("", ["d"]),
        ("PO 1", ["a", "c"]),
        ("PO 2", ["b"]),
    ]
    vendor.ok("payer", "k", "p")
    assert [net for _, _, net in billed(vendor, "2026-06-01")] == ["40.00", "140.00", "60.00"]
