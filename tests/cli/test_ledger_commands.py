"""Documents that correct others: cancelled, credited by line and in full, and what runs make of it (SPEC 5.2a, 5.3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.catalogs import CARE
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]

TAX = 'treatment = "domestic", rate = "19"'
FIRST, SECOND, THIRD = (f"RE-2026-{number:06d}" for number in (1, 2, 3))


@pytest.fixture
def billed(new_vendor: NewVendor) -> Vendor:
    """Anna has A, and ten seats, since 1 April 2026: one invoice of 200.00 net, and it is that day."""
    vendor = new_vendor(CARE, mode="test", clock="2026-04-01", tax=TAX)
    vendor.customers("anna")
    vendor.ok("subscription", "add", "care", "--customer", "anna", "--plan", "a")
    vendor.ok("subscription", "add", "seats", "--customer", "anna", "--plan", "seats", "--quantity", "10")
    assert documents(vendor.bill("2026-04-01")) == [("invoice", "200.00", "238.00")]
    return vendor


def documents(rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["net"], row["gross"]) for row in rows]


def document(vendor: Vendor, number: str) -> Any:
    return json.loads(vendor.ok("invoices", "--number", number, "--format", "json").out)[0]


def refused(vendor: Vendor, *arguments: str) -> str:
    result = vendor(*arguments)
    assert (result.status, result.out) == (1, "")
    return result.err.split(" ")[0].rstrip(":")


def open_amounts(vendor: Vendor) -> list[tuple[str, str]]:
    return [(row["number"] or row["customer"], row["open"]) for row in vendor.rows("receivables")]


def test_spec_5_3_a_cancellation_names_the_original_and_the_next_run_bills_it_again(billed: Vendor) -> None:
    (row,) = billed.rows("invoices", "cancel", FIRST, "--reason", "wrong address")
    assert (row["number"], *documents([row])[0]) == (SECOND, "cancellation", "-200.00", "-238.00")
    cancelled = document(billed, SECOND)
    assert (cancelled["kind"], cancelled["original"], cancelled["original_date"]) == (
        "cancellation", FIRST, "2026-04-01",
    )  # fmt: skip
    assert (cancelled["net"], cancelled["tax"]["amount"], cancelled["gross"]) == ("200.00", "38.00", "238.00")
    assert [(line["text"], line["period"], line["units"], line["unit_price"], line["net"])
            for line in cancelled["lines"]] == [
        ("Base fee", "2026-04-01/2026-05-01", "1", "100.00", "100.00"),
        ("10 × seats", "2026-04-01/2026-05-01", "10", "10.00", "100.00"),
    ]  # fmt: skip
    assert open_amounts(billed) == []
    before = document(billed, FIRST)
    again = billed.bill("2026-04-01")
    assert [(row["number"], row["billing_date"], row["net"]) for row in again] == [(THIRD, "2026-04-01", "200.00")]
    assert document(billed, FIRST) == before
    assert document(billed, THIRD)["lines"] == before["lines"]
    assert billed.bill("2026-04-30") == []
    assert [row["net"] for row in billed.bill("2026-05-01")] == ["200.00"]


def test_what_was_paid_on_a_cancelled_invoice_settles_the_one_that_follows(billed: Vendor) -> None:
    billed.ok("payments", "record", "238.00", "--customer", "anna")
    billed.ok("invoices", "cancel", FIRST)
    assert open_amounts(billed) == [("anna", "-238.00")]
    billed.bill("2026-04-01")
    assert open_amounts(billed) == []
    billed.ok("audit")


def test_an_older_invoice_that_is_cancelled_is_billed_again_today(billed: Vendor) -> None:
    billed.bill("2026-05-10")
    billed.ok("invoices", "cancel", FIRST)
    assert [(row["billing_date"], row["net"]) for row in billed.bill("2026-05-10")] == [("2026-05-10", "200.00")]
    assert billed.bill("2026-05-31") == []
    billed.ok("audit")


def test_a_cancellation_for_good_is_never_billed_again(billed: Vendor) -> None:
    billed.ok("invoices", "cancel", FIRST, "--for-good")
    assert billed.bill("2026-04-30") == []
    assert documents(billed.bill("2026-05-01")) == [("invoice", "200.00", "238.00")]


def test_a_dry_run_of_a_cancellation_changes_nothing_and_takes_no_number(billed: Vendor) -> None:
    (row,) = billed.rows("invoices", "cancel", FIRST, "--dry-run")
    assert (row["number"], *documents([row])[0]) == ("", "cancellation", "-200.00", "-238.00")
    assert [row["number"] for row in billed.rows("invoices")] == [FIRST]
    assert [row["number"] for row in billed.rows("invoices", "cancel", FIRST)] == [SECOND]


def test_only_invoices_are_cancelled_and_only_once(billed: Vendor) -> None:
    billed.ok("invoices", "cancel", FIRST)
    assert refused(billed, "invoices", "cancel", FIRST) == "already_corrected"
    assert refused(billed, "invoices", "cancel", SECOND) == "not_an_invoice"
    assert refused(billed, "invoices", "credit", SECOND) == "not_an_invoice"
    assert refused(billed, "invoices", "cancel", "RE-2026-000009") == "unknown_invoice"
    assert refused(billed, "invoices", "credit", FIRST) == "nothing_left"


def test_a_credit_note_cannot_be_cancelled_nor_an_invoice_that_was_credited(billed: Vendor) -> None:
    billed.ok("invoices", "credit", FIRST, "--line", "1", "--amount", "10.00")
    assert refused(billed, "invoices", "cancel", SECOND) == "not_an_invoice"
    assert refused(billed, "invoices", "cancel", FIRST) == "already_corrected"
    assert [row["number"] for row in billed.rows("invoices")] == [FIRST, SECOND]


def test_a_credit_of_a_line_is_a_concession_that_no_run_bills_again(billed: Vendor) -> None:
    (row,) = billed.rows("invoices", "credit", FIRST, "--line", "2", "--amount", "30.00")
    assert (row["kind"], row["net"], row["gross"]) == ("credit_note", "-30.00", "-35.70")
    note = document(billed, SECOND)
    assert (note["original"], note["net"], note["gross"]) == (FIRST, "30.00", "35.70")
    assert [(line["text"], line["units"], line["unit_price"], line["net"]) for line in note["lines"]] == [
        ("10 × seats", "1", "30.00", "30.00")
    ]
    assert open_amounts(billed) == [(FIRST, "202.30")]
    assert billed.bill("2026-04-30") == []
    assert documents(billed.bill("2026-05-01")) == [("invoice", "200.00", "238.00")]


def test_invoicing_n3_no_more_than_is_left_of_a_line_is_credited(billed: Vendor) -> None:
    credit = ("invoices", "credit", FIRST, "--line", "2", "--amount")
    assert refused(billed, *credit, "100.01") == "more_than_is_left"
    assert refused(billed, *credit, "0") == "more_than_is_left"
    assert refused(billed, *credit, "-1.00") == "more_than_is_left"
    billed.ok(*credit, "30.00")
    assert refused(billed, *credit, "70.01") == "more_than_is_left"
    assert refused(billed, "invoices", "credit", FIRST, "--line", "3") == "unknown_line"
    assert refused(billed, "invoices", "credit", FIRST, "--amount", "1.00") == "amount_needs_line"
    assert documents(billed.rows(*credit, "70.00")) == [("credit_note", "-70.00", "-83.30")]
    assert refused(billed, *credit, "0.01") == "more_than_is_left"
    assert documents(billed.rows("invoices", "credit", FIRST)) == [("credit_note", "-100.00", "-119.00")]
    assert refused(billed, "invoices", "credit", FIRST) == "nothing_left"
    assert open_amounts(billed) == []


def test_an_invoice_is_credited_in_full_and_stays_given_up(billed: Vendor) -> None:
    (row,) = billed.rows("invoices", "credit", FIRST)
    assert (row["lines"], row["net"], row["gross"]) == ("2", "-200.00", "-238.00")
    assert [line["units"] for line in document(billed, SECOND)["lines"]] == ["1", "10"]
    assert billed.bill("2026-04-30") == []
    assert [row["net"] for row in billed.bill("2026-05-01")] == ["200.00"]


def test_a_later_decrease_gives_back_only_what_is_left_and_takes_the_concession_back(billed: Vendor) -> None:
    billed.ok("invoices", "credit", FIRST, "--line", "1")  # the whole base fee: 100.00 of the invoice are left
    billed.ok("invoices", "credit", FIRST, "--line", "2", "--amount", "90.00")  # and now 10.00
    billed.ok("organization", "clock", "--to", "2026-04-16")
    billed.ok("subscription", "change", "seats", "--quantity", "2")  # half of the month: 8 x 10.00 / 2 = 40.00
    (row,) = billed.bill("2026-04-16")
    assert documents([row]) == [("credit_note", "-10.00", "-11.90")]
    note = document(billed, row["number"])
    assert (note["original"], note["net"]) == (FIRST, "10.00")
    assert [(line["text"], line["net"]) for line in note["lines"]] == [
        ("10 × seats", "50.00"),
        ("2 × seats", "-10.00"),
        ("Credit already granted", "-30.00"),
    ]
    assert open_amounts(billed) == []
    assert billed.bill("2026-04-30") == []
    assert [row["net"] for row in billed.bill("2026-05-01")] == ["120.00"]


def test_spec_5_2a_a_decrease_is_a_negative_line_while_the_invoice_stays_at_zero_or_above(billed: Vendor) -> None:
    billed.ok("subscription", "change", "seats", "--quantity", "4", "--on", "2026-04-16")
    billed.ok("subscription", "add", "more", "--customer", "anna", "--plan", "b", "--start", "2026-04-16")
    (row,) = billed.bill("2026-04-16")
    assert documents([row]) == [("invoice", "30.00", "35.70")]
    assert [(line["text"], line["net"]) for line in document(billed, row["number"])["lines"]] == [
        ("Base fee", "60.00"),
        ("10 × seats", "-50.00"),
        ("4 × seats", "20.00"),
    ]
