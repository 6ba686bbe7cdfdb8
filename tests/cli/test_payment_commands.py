"""Payments by hand and by file, what they settle, and what customers owe (SPEC 3.10)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.catalogs import one_fee
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]

CARE = one_fee("100.00")
TAX = 'treatment = "domestic", rate = "19"'
FIRST, SECOND = "RE-2026-000001", "RE-2026-000002"


@pytest.fixture
def billed(new_vendor: NewVendor) -> Vendor:
    """Anna owes 119.00 since 15 April 2026, and it is that day."""
    vendor = new_vendor(CARE, mode="test", clock="2026-04-15", tax=TAX)
    vendor.customers("anna", "beate")
    vendor.ok("subscription", "add", "anna", "--customer", "anna", "--plan", "care")
    bill(vendor, "2026-04-15")
    return vendor


def bill(vendor: Vendor, until: str) -> None:
    vendor.bill(until)


def pay(vendor: Vendor, amount: str, *options: str) -> dict[str, str]:
    return vendor.rows("payments", "record", amount, *options)[0]


def owed(vendor: Vendor, *options: str) -> list[tuple[str, str, str]]:
    """(number or customer, open, state)"""
    rows = vendor.rows("receivables", *options)
    return [(row["number"] or row["customer"], row["open"], row["state"]) for row in rows]


def load(vendor: Vendor, text: str) -> tuple[int, dict[str, str]]:
    result = vendor("import", "payments", str(vendor.file("payments.csv", text)), "--format", "csv",
                    "--rejects", str(vendor.folder / "rejects.csv"))  # fmt: skip
    return result.status, result.rows[0]


def actions(vendor: Vendor) -> list[str]:
    return [row["action"] for row in vendor.rows("journal")]


def test_spec_3_10_a_part_of_an_invoice_is_paid(billed: Vendor) -> None:
    assert owed(billed) == [(FIRST, "119.00", "open")]
    assert pay(billed, "100.00", "--customer", "anna")["settles"] == "100.00"
    (row,) = billed.rows("receivables", "--customer", "anna")
    assert (row["gross"], row["settled"], row["open"], row["state"]) == ("119.00", "100.00", "19.00", "partly_paid")
    assert (row["issued_on"], row["due_on"], row["days_overdue"]) == ("2026-04-15", "2026-04-29", "0")
    assert owed(billed, "--customer", "beate") == []
    pay(billed, "19.00", "--customer", "anna")
    assert owed(billed) == []
    assert owed(billed, "--settled") == [(FIRST, "0.00", "paid")]


def test_spec_3_10_overpaid_is_free_and_settles_the_next_invoice(billed: Vendor) -> None:
    pay(billed, "150.00", "--customer", "anna")
    assert owed(billed) == [("anna", "-31.00", "free")]
    bill(billed, "2026-05-15")
    assert owed(billed) == [(SECOND, "88.00", "partly_paid")]
    second = billed.rows("invoices", "--number", SECOND)[0]
    assert (second["net"], second["tax"], second["gross"]) == ("100.00", "19.00", "119.00")  # VAT is unchanged
    assert owed(billed, "--as-of", "2026-05-14") == [("anna", "-31.00", "free")]


def test_spec_3_10_paid_before_there_is_an_invoice(new_vendor: NewVendor) -> None:
    vendor = new_vendor(CARE, mode="test", clock="2026-04-15", tax=TAX)
    vendor.customers("anna")
    pay(vendor, "119.00", "--customer", "anna", "--method", "cash")
    vendor.ok("subscription", "add", "anna", "--customer", "anna", "--plan", "care")
    bill(vendor, "2026-04-15")
    assert owed(vendor) == []


def test_the_reference_wins_over_what_is_due_first(billed: Vendor) -> None:
    bill(billed, "2026-05-15")
    assert owed(billed) == [(FIRST, "119.00", "overdue"), (SECOND, "119.00", "open")]
    pay(billed, "119.00", "--reference", "invoice re 2026/000002 Anna")
    assert owed(billed) == [(FIRST, "119.00", "overdue")]
    assert billed.rows("receivables")[0]["days_overdue"] == "16"
    pay(billed, "20.00", "--invoice", SECOND)  # nothing is open of it: it settles the rest, and nobody owes
    assert owed(billed) == [(FIRST, "99.00", "overdue")]
    assert billed.rows("payments", "list")[-1]["reference"] == SECOND


def test_a_returned_debit_opens_its_invoices_as_they_were_due(billed: Vendor) -> None:
    payment = pay(billed, "150.00", "--customer", "anna", "--method", "debit", "--key", "debit-1")
    billed.ok("organization", "clock", "--to", "2026-05-02")
    back = billed.rows("payments", "reverse", payment["id"], "--reason", "MS03")[0]
    assert (back["amount"], back["reverses"], back["received_on"]) == ("-150.00", "debit-1", "2026-05-02")
    (row,) = billed.rows("receivables")
    assert (row["open"], row["due_on"], row["days_overdue"], row["state"]) == ("119.00", "2026-04-29", "3", "overdue")
    assert owed(billed, "--as-of", "2026-05-01") == [("anna", "-31.00", "free")]
    first = billed.rows("payments", "list", "--customer", "anna")[0]
    assert (first["settles"], first["reversed_by"]) == ("0.00", back["payment"])
    assert "payment_reversed" in billed("payments", "reverse", "debit-1", "--reason", "again").err
    assert "payment_went_out" in billed("payments", "reverse", back["payment"], "--reason", "again").err
    assert actions(billed)[-1] == "payment.reversed"


def test_what_is_free_settles_what_a_returned_payment_opened(billed: Vendor) -> None:
    pay(billed, "119.00", "--customer", "anna", "--key", "debit")
    pay(billed, "50.00", "--customer", "anna")
    billed.ok("payments", "reverse", "debit", "--reason", "AM04")
    assert owed(billed) == [(FIRST, "69.00", "partly_paid")]


def test_a_file_of_payments_and_the_same_again(billed: Vendor) -> None:
    text = "id,amount,received_on,customer,reference\nb1,19.00,2026-04-10,anna,\nb2,50.00,2026-04-11,,RE2026000001\n"
    assert load(billed, text) == (0, {"added": "2", "unmatched": "0", "repeated": "0", "refused": "0"})
    assert load(billed, text) == (0, {"added": "0", "unmatched": "0", "repeated": "2", "refused": "0"})
    assert owed(billed) == [(FIRST, "50.00", "partly_paid")]
    status, done = load(billed, text.replace("19.00", "20.00") + "b3,0.00,2026-04-11,,\nb4,1,2026-04-11,berta,\n"
                        "b5,1,2026-04-16,,\n,1,2026-04-11,,\nb6,1.005,2026-04-11,,\n")  # fmt: skip
    assert (status, done["refused"], done["repeated"]) == (3, "6", "1")
    rejects = (billed.folder / "rejects.csv").read_text()
    for expected in ("2,amount,payment_differs", "4,amount,not_an_amount", "5,customer,unknown_customer",
                     "6,received_on,payment_in_future", "7,id,empty_field", "8,amount,not_an_amount"):  # fmt: skip
        assert f"\n{expected}," in rejects, expected
    assert actions(billed)[-1] == "payments.imported"
    assert actions(billed).count("payments.imported") == 1


def test_a_file_again_in_itself_and_other_contents(billed: Vendor) -> None:
    head = "id,amount,received_on,customer,currency,method,reference\n"
    row = "b1,19.00,2026-04-10,anna,EUR,transfer,thanks\n"
    assert load(billed, head + row + row)[1]["repeated"] == "1"
    for field, other in (
        ("received_on", row.replace("04-10", "04-11")), ("customer", row.replace("anna", "beate")),
        ("currency", row.replace("EUR", "CHF")), ("method", row.replace("transfer", "cash")),
        ("reference", row.replace("thanks", "thank you")),
    ):  # fmt: skip
        assert load(billed, head + other)[1]["refused"] == "1"
        assert f"2,{field},payment_differs," in (billed.folder / "rejects.csv").read_text()


def test_a_payment_that_nobody_knows_is_assigned(billed: Vendor) -> None:
    text = "id,amount,received_on,reference\nb1,119.00,2026-04-15,for April\nb2,1.00,2026-04-15,RE-2026-000009\n"
    assert load(billed, text)[1]["unmatched"] == "2"
    assert [row["payment"] for row in billed.rows("payments", "list", "--unmatched")] == ["b1", "b2"]
    assert owed(billed) == [(FIRST, "119.00", "open")]
    assert "unknown_customer" in billed("payments", "assign", "b1", "ana").err
    assert billed.rows("payments", "assign", "b1", "anna")[0]["settles"] == "119.00"
    assert owed(billed) == []
    assert "payment_has_owner" in billed("payments", "assign", "b1", "beate").err
    assert "unknown_payment" in billed("payments", "assign", "b7", "beate").err
    assert load(billed, text)[1]["repeated"] == "2"
    billed.ok("payments", "reverse", "b2", "--reason", "sent back")
    assert "payment_reversed" in billed("payments", "assign", "b2", "anna").err
    assert billed.rows("payments", "list", "--unmatched") == []
    billed.ok("payments", "reverse", "b1", "--reason", "sent back")
    assert owed(billed) == [(FIRST, "119.00", "open")]
    assert "payment.assigned" in actions(billed)


def test_free_money_is_paid_back_and_never_more(billed: Vendor) -> None:
    pay(billed, "150.00", "--customer", "anna", "--key", "p")
    refused = billed("payments", "refund", "anna", "31.01")
    assert (refused.status, "31.00 EUR" in refused.err) == (1, True)
    assert billed.rows("payments", "refund", "anna", "21.00")[0]["amount"] == "-21.00"
    assert owed(billed) == [("anna", "-10.00", "free")]
    assert "more_than_is_free" in billed("payments", "refund", "anna", "10.01").err
    assert "more_than_is_free" in billed("payments", "refund", "anna", "1.00", "--currency", "CHF").err
    bill(billed, "2026-05-15")
    assert owed(billed) == [(SECOND, "109.00", "partly_paid")]
    assert actions(billed).count("payment.refunded") == 1
    billed.ok("payments", "reverse", "p", "--reason", "MD06")  # 21.00 of it had been paid back
    assert owed(billed) == [(FIRST, "119.00", "overdue"), (SECOND, "119.00", "open"), ("anna", "21.00", "free")]


def test_currencies_are_never_mixed(billed: Vendor) -> None:
    pay(billed, "119.00", "--customer", "anna", "--currency", "CHF", "--invoice", FIRST)
    rows = billed.rows("receivables")
    assert [(row["currency"], row["open"], row["state"]) for row in rows] == [
        ("EUR", "119.00", "open"), ("CHF", "-119.00", "free"),
    ]  # fmt: skip
    assert "not_an_amount" in billed("payments", "record", "1.5", "--currency", "JPY").err
    assert "not_a_currency" in billed("payments", "record", "1", "--currency", "eur").err


def test_what_record_refuses(billed: Vendor) -> None:
    assert "unknown_invoice" in billed("payments", "record", "1", "--invoice", "RE-2026-000007").err
    assert "invoice_of_another" in billed("payments", "record", "1", "--invoice", FIRST, "--customer", "beate").err
    assert "payment_in_future" in billed("payments", "record", "1", "--on", "2026-04-16").err
    assert "Did you mean “anna”?" in billed("payments", "record", "1", "--customer", "annna").err
    assert billed.rows("payments", "list") == []


def test_the_same_payment_by_hand_again_and_a_dry_run(billed: Vendor) -> None:
    dry = billed("payments", "record", "119.00", "--customer", "anna", "--dry-run", "--format", "json")
    assert json.loads(dry.out)[0]["settles"] == "119.00"
    assert "nothing was changed" in dry.err
    assert billed.rows("payments", "list") == []
    first = pay(billed, "19.00", "--customer", "anna", "--key", "k")
    assert pay(billed, "19.00", "--customer", "anna", "--key", "k") == first
    assert "payment_differs" in billed("payments", "record", "19.01", "--customer", "anna", "--key", "k").err
    assert actions(billed).count("payment.recorded") == 1


def test_the_day_on_which_money_came_counts_not_when_it_was_recorded(billed: Vendor) -> None:
    bill(billed, "2026-05-15")
    pay(billed, "119.00", "--customer", "anna", "--on", "2026-04-20", "--key", "late")
    assert owed(billed, "--as-of", "2026-04-20") == []
    assert owed(billed, "--as-of", "2026-04-19") == [(FIRST, "119.00", "open")]
    assert owed(billed, "--as-of", "2026-04-14") == []


def test_the_journal_has_no_names(billed: Vendor) -> None:
    pay(billed, "119.00", "--customer", "anna", "--reference", "Anna Berger thanks")
    details = [row["details"] for row in billed.rows("journal") if row["action"] == "payment.recorded"]
    assert details
    assert "nna" not in details[0]
