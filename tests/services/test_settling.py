"""What is free settles what is open, also when several do it at once, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Event

import pytest

from headcount.core.errors import Refused
from tests.cli.catalogs import one_fee
from tests.vendor import Vendor

pytestmark = pytest.mark.both_postgres
NewVendor = Callable[..., Vendor]

CARE = one_fee("119.00")
FIRST, SECOND = "RE-2026-000001", "RE-2026-000002"


@pytest.fixture
def billed(new_vendor: NewVendor) -> Vendor:
    """Anna owes 119.00 since 15 April 2026."""
    vendor = new_vendor(CARE, mode="test", clock="2026-04-15")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "anna", "--customer", "anna", "--plan", "care")
    vendor.bill("2026-04-15")
    return vendor


def owed(vendor: Vendor, *options: str) -> list[tuple[str, str, str]]:
    rows = vendor.rows("receivables", *options)
    return [(row["number"] or row["customer"], row["open"], row["state"]) for row in rows]


@contextmanager
def own_connection() -> Iterator[None]:
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()


def at_once(vendor: Vendor, each: Callable[[int], str], how_many: int = 6) -> list[str]:
    """What came of each, or the code of its refusal."""

    def one(number: int) -> str:
        with own_connection():
            try:
                return each(number)
            except Refused as refused:
                return refused.refusals[0].code

    with ThreadPoolExecutor(how_many) as threads:
        return list(threads.map(one, range(how_many)))


def pay(vendor: Vendor, key: str, amount: str = "50.00") -> str:
    from headcount.services.context import open_context
    from headcount.services.received_payments import Wish, record

    context = open_context(vendor.key, "test")
    return record(context, Wish(key, amount, context.today, "anna")).key


def test_payments_at_once_settle_no_more_than_is_open(billed: Vendor) -> None:
    at_once(billed, lambda number: pay(billed, f"p{number}"))
    assert owed(billed) == [("anna", "-181.00", "free")]
    settles = [row["settles"] for row in billed.rows("payments", "list")]
    assert sorted(settles) == ["0.00", "0.00", "0.00", "19.00", "50.00", "50.00"]


def test_the_same_payment_at_once_is_one(billed: Vendor) -> None:
    assert at_once(billed, lambda _: pay(billed, "p")) == ["p"] * 6
    assert len(billed.rows("payments", "list")) == 1


def test_a_payment_comes_back_only_once(billed: Vendor) -> None:
    from headcount.services.context import open_context
    from headcount.services.payments import reverse

    pay(billed, "p", "119.00")
    done = at_once(billed, lambda _: reverse(open_context(billed.key, "test"), "p", "MS03").reverses or "")
    assert sorted(done) == ["p"] + ["payment_reversed"] * 5
    assert owed(billed) == [(FIRST, "119.00", "open")]


def test_free_money_is_paid_back_only_once(billed: Vendor) -> None:
    from headcount.services.context import open_context
    from headcount.services.payments import refund

    pay(billed, "p", "150.00")
    done = at_once(billed, lambda _: str(refund(open_context(billed.key, "test"), "anna", "31.00").amount_minor))
    assert sorted(done) == ["-3100"] + ["more_than_is_free"] * 5


def test_who_records_a_payment_waits_for_who_settles(billed: Vendor) -> None:
    from headcount.services.context import open_context
    from headcount.storage import customers
    from headcount.storage.transaction import organization_transaction

    started = Event()

    def late() -> str:
        with own_connection():
            started.set()
            return pay(billed, "late")

    with ThreadPoolExecutor(1) as thread:
        with organization_transaction(open_context(billed.key, "test").organization_id):
            customers.lock([customers.ids(["anna"])["anna"]])
            waiting = thread.submit(late)
            assert started.wait(10)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        assert waiting.result(10) == "late"


def issue(vendor: Vendor, kind: str, gross_minor: int, original: str = "") -> None:
    """A document, as the run stores it, and what it does with balances."""
    from headcount.services.context import open_context
    from headcount.services.payments import settle_documents
    from headcount.storage import customers
    from headcount.storage.models import Invoice
    from headcount.storage.transaction import organization_transaction

    context = open_context(vendor.key, "test")
    with organization_transaction(context.organization_id):
        anna = customers.ids(["anna"])["anna"]
        customers.lock([anna])
        number = Invoice.objects.count() + 1
        made = Invoice.objects.create(
            organization_id=context.organization_id, recorded_at=context.now, customer_id=anna, kind=kind,
            original=Invoice.objects.get(number=original) if original else None, number_range="X",
            number_in_range=number, number=f"X-{number}", billing_date=context.today, issued_on=context.today,
            due_on=date(2026, 5, 1), currency="EUR", net_minor=gross_minor, tax_minor=0, gross_minor=gross_minor,
            snapshot="{}", sha256="", actor="test", request_id="test",
        )  # fmt: skip
        settle_documents(context, [made.customer_id])


def test_a_credit_note_settles_its_original_and_is_then_free(billed: Vendor) -> None:
    issue(billed, "invoice", 3000)
    issue(billed, "credit_note", -5000, "X-2")  # its original before the older one
    assert owed(billed, "--settled") == [(FIRST, "99.00", "partly_paid"), ("X-2", "0.00", "credited")]
    issue(billed, "credit_note", -10000, FIRST)
    assert owed(billed) == [("anna", "-1.00", "free")]
    assert "documents.settled" in [row["action"] for row in billed.rows("journal")]
    issue(billed, "invoice", 3000)
    assert owed(billed) == [("X-5", "29.00", "partly_paid")]


def test_a_cancelled_invoice_that_was_paid_leaves_its_money_free(billed: Vendor) -> None:
    pay(billed, "p", "119.00")
    issue(billed, "cancellation", -11900, FIRST)
    assert owed(billed, "--settled") == [(FIRST, "0.00", "cancelled"), ("anna", "-119.00", "free")]
    billed.ok("payments", "reverse", "p", "--reason", "AC04")
    assert owed(billed, "--settled") == [(FIRST, "0.00", "cancelled")]


def test_the_money_of_another_organization_is_never_seen(new_vendor: NewVendor, billed: Vendor) -> None:
    other = new_vendor(CARE, mode="test", clock="2026-04-15")
    other.customers("anna")
    pay(other, "p")
    assert "unknown_payment" in billed("payments", "reverse", "p", "--reason", "x").err
    assert owed(billed) == [(FIRST, "119.00", "open")]
    assert "unknown_invoice" in other("payments", "record", "1", "--invoice", FIRST).err


def test_a_payer_pays_for_the_documents_they_get(billed: Vendor) -> None:
    """Whoever is named, the money is the payer's; an older document of the customer is named by its number."""
    from headcount.services.context import open_context
    from headcount.storage.models import Customer
    from headcount.storage.transaction import organization_transaction

    billed.customers("parent")
    with organization_transaction(open_context(billed.key, "test").organization_id):
        Customer.objects.filter(key="anna").update(payer=Customer.objects.get(key="parent"))
    by_number = billed.rows("payments", "record", "19.00", "--customer", "anna", "--invoice", FIRST)[0]
    assert (by_number["customer"], by_number["settles"]) == ("anna", "19.00")
    assert billed.rows("payments", "record", "9.00", "--customer", "anna")[0]["customer"] == "parent"
    assert owed(billed) == [(FIRST, "100.00", "partly_paid"), ("parent", "-9.00", "free")]
