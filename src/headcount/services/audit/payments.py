"""Payments, and what they settle."""

from __future__ import annotations

from collections.abc import Iterator

from headcount.services.audit.books import Books, Finding
from headcount.storage import audit_payments as queries

_RULES = (
    ("payment_overused", "allocation", queries.OF_PAYMENTS),
    ("credit_overused", "allocation", queries.OF_CREDIT_NOTES),
    ("invoice_overpaid", "allocation", queries.OF_INVOICES),
    ("allocation_kind", "allocation", queries.KINDS),
    ("allocation_currency", "allocation", queries.CURRENCIES),
    ("allocation_of_another", "allocation", queries.OWNERS),
    ("payment_reversal", "payment", queries.REVERSALS),
    ("payment_owner", "payment_owner", queries.OWNED_TWICE),
)


def payments(books: Books) -> Iterator[Finding]:
    """Nothing is spent twice: what settles invoices is there, and no invoice is settled beyond its gross amount.

    Payments and credit notes settle invoices of their own customer in their own currency; a payment that came back is
    taken back in full; a payment has one owner.
    """
    books.look_at("payment", "payment_owner", "allocation")
    yield from books.broken(_RULES)
