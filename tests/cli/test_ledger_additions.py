"""What staff add: invoices at once, lines for the next document, promotional credit (SPEC 3.10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.catalogs import CARE
from tests.cli.test_ledger_commands import TAX, document, documents, refused
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


@pytest.fixture
def vendor(new_vendor: NewVendor) -> Vendor:
    """Anna has B for 60.00 a month from 1 April 2026 on; nothing is billed yet."""
    vendor = new_vendor(CARE, mode="test", clock="2026-04-01", tax=TAX)
    vendor.customers("anna")
    vendor.ok("subscription", "add", "care", "--customer", "anna", "--plan", "b")
    return vendor


def add(vendor: Vendor, text: str, *options: str) -> str:
    return vendor.ok("adjustments", "add", "anna", text, *options).out.strip()


def states(vendor: Vendor) -> list[tuple[str, str, str]]:
    return [(row["text"], row["net"], row["state"]) for row in vendor.rows("adjustments", "list", "--customer", "anna")]


def left(vendor: Vendor) -> list[tuple[str, str]]:
    return [(row["text"], row["left"]) for row in vendor.rows("credits", "list", "--customer", "anna")]


def lines(vendor: Vendor, number: str) -> list[tuple[str, str]]:
    return [(line["text"], line["net"]) for line in document(vendor, number)["lines"]]


def test_an_invoice_at_once_for_what_no_subscription_is_about(vendor: Vendor) -> None:
    wanted = ("invoices", "new", "anna", "--line", "Setup; 1; 250.00", "--line", "Training; 1.5; 80.00",
              "--line", "Discount; 1; -20.00", "--purchase-order", "PO 7")  # fmt: skip
    (preview,) = vendor.rows(*wanted, "--dry-run")
    assert vendor.rows("invoices") == []
    (made,) = vendor.rows(*wanted)
    assert made == preview | {"number": "RE-2026-000001"}
    assert documents([made]) == [("invoice", "350.00", "416.50")]
    frozen = document(vendor, made["number"])
    assert frozen["purchase_order"] == "PO 7"
    assert [(line["text"], line["units"], line["unit_price"], line["net"]) for line in frozen["lines"]] == [
        ("Setup", "1", "250.00", "250.00"),
        ("Training", "1.5", "80.00", "120.00"),
        ("Discount", "-1", "20.00", "-20.00"),
    ]
    assert [row["net"] for row in vendor.bill("2026-04-01")] == ["60.00"]  # nothing of it is asked for again


def test_an_invoice_at_once_is_refused_below_zero_and_without_its_parts(vendor: Vendor) -> None:
    assert refused(vendor, "invoices", "new", "anna", "--line", "Gift; 1; -1.00") == "below_zero"
    assert refused(vendor, "invoices", "new", "anna", "--line", "Setup; 250.00") == "not_a_line"
    assert refused(vendor, "invoices", "new", "nobody", "--line", "Setup; 1; 1.00") == "unknown_customer"
    assert vendor.rows("invoices") == []
    assert states(vendor) == []


def test_the_next_document_has_what_was_added(vendor: Vendor) -> None:
    add(vendor, "Visit", "--units", "2", "--price", "45.50")
    add(vendor, "Goodwill", "--price", "-11.00")
    assert states(vendor) == [("Visit", "91.00", "waiting"), ("Goodwill", "-11.00", "waiting")]
    assert documents(vendor.bill("2026-04-01")) == [("invoice", "140.00", "166.60")]
    assert lines(vendor, "RE-2026-000001") == [("Base fee", "60.00"), ("Visit", "91.00"), ("Goodwill", "-11.00")]
    assert states(vendor) == [("Visit", "91.00", "billed"), ("Goodwill", "-11.00", "billed")]
    assert [row["net"] for row in vendor.bill("2026-05-01")] == ["60.00"]


def test_a_discount_larger_than_the_document_waits_for_one_that_is_large_enough(vendor: Vendor) -> None:
    add(vendor, "Goodwill", "--price", "-75.00")
    assert [row["net"] for row in vendor.bill("2026-04-01")] == ["60.00"]
    assert states(vendor) == [("Goodwill", "-75.00", "waiting")]
    vendor.ok("subscription", "add", "more", "--customer", "anna", "--plan", "c", "--start", "2026-05-01")
    assert [row["net"] for row in vendor.bill("2026-05-01")] == ["25.00"]
    assert states(vendor) == [("Goodwill", "-75.00", "billed")]


def test_what_is_not_billed_yet_can_be_withdrawn(vendor: Vendor) -> None:
    gone, kept = add(vendor, "Mistake", "--price", "9.00"), add(vendor, "Visit", "--price", "5.00")
    vendor.ok("adjustments", "withdraw", gone)
    assert refused(vendor, "adjustments", "withdraw", gone) == "adjustment_done"
    assert [row["net"] for row in vendor.bill("2026-04-01")] == ["65.00"]
    assert refused(vendor, "adjustments", "withdraw", kept) == "adjustment_done"
    assert refused(vendor, "adjustments", "withdraw", "adj_none") == "unknown_adjustment"
    assert states(vendor) == [("Mistake", "9.00", "withdrawn"), ("Visit", "5.00", "billed")]


def test_what_was_added_comes_back_when_its_invoice_is_cancelled(vendor: Vendor) -> None:
    add(vendor, "Visit", "--price", "5.00")
    vendor.bill("2026-04-01")
    vendor.ok("invoices", "cancel", "RE-2026-000001")
    assert states(vendor) == [("Visit", "5.00", "waiting")]
    assert [row["net"] for row in vendor.bill("2026-04-01")] == ["65.00"]
    assert states(vendor) == [("Visit", "5.00", "billed")]


def test_spec_3_10_promotional_credit_is_a_discount_before_tax_and_the_first_to_expire_is_used_first(
    vendor: Vendor,
) -> None:
    vendor.ok("credits", "grant", "anna", "50.00", "--text", "for ever")
    vendor.ok("credits", "grant", "anna", "20.00", "--text", "in June", "--expires", "2026-06-01")
    vendor.ok("credits", "grant", "anna", "30.00", "--text", "in May", "--expires", "2026-05-02")
    assert documents(vendor.bill("2026-04-01")) == [("invoice", "0.00", "0.00")]
    assert lines(vendor, "RE-2026-000001") == [
        ("Base fee", "60.00"), ("in May", "-30.00"), ("in June", "-20.00"), ("for ever", "-10.00"),
    ]  # fmt: skip
    assert left(vendor) == [("for ever", "40.00"), ("in June", "0.00"), ("in May", "0.00")]
    assert documents(vendor.bill("2026-05-01")) == [("invoice", "20.00", "23.80")]
    assert documents(vendor.bill("2026-06-01")) == [("invoice", "60.00", "71.40")]


def test_spec_3_10_promotional_credit_is_not_used_before_its_time_nor_after_it(vendor: Vendor) -> None:
    vendor.ok("credits", "grant", "anna", "10.00", "--text", "early", "--expires", "2026-04-01", "--from", "2026-03-01")
    vendor.ok("credits", "grant", "anna", "15.00", "--text", "late", "--from", "2026-05-01")
    assert [row["net"] for row in vendor.bill("2026-04-01")] == ["60.00"]
    assert [row["net"] for row in vendor.bill("2026-05-01")] == ["45.00"]
    assert left(vendor) == [("early", "10.00"), ("late", "0.00")]
    assert refused(vendor, "credits", "grant", "anna", "0") == "not_above_zero"
    assert refused(vendor, "credits", "grant", "anna", "1.00", "--expires", "2026-05-01") == "expires_before_it_holds"


@pytest.mark.parametrize("for_good", [[], ["--for-good"]])
def test_spec_3_10_promotional_credit_is_restored_when_its_invoice_is_cancelled(
    vendor: Vendor, for_good: list[str]
) -> None:
    vendor.ok("credits", "grant", "anna", "25.00", "--text", "welcome")
    assert documents(vendor.bill("2026-04-01")) == [("invoice", "35.00", "41.65")]
    assert documents(vendor.rows("invoices", "cancel", "RE-2026-000001", *for_good)) == [
        ("cancellation", "-35.00", "-41.65")
    ]
    assert left(vendor) == [("welcome", "25.00")]
    assert [row["net"] for row in vendor.bill("2026-04-01")] == ([] if for_good else ["35.00"])
    assert left(vendor) == [("welcome", "25.00" if for_good else "0.00")]


def test_an_overpaid_amount_is_a_payment_and_leaves_the_vat_as_it_is(vendor: Vendor) -> None:
    vendor.ok("payments", "record", "100.00", "--customer", "anna")
    assert documents(vendor.bill("2026-04-01")) == [("invoice", "60.00", "71.40")]
    assert [row["open"] for row in vendor.rows("receivables")] == ["-28.60"]
