"""Documents, money and what was given out, as of a day: what the standing of that day is derived from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from headcount.core.payments import Allocation, Source
from headcount.storage.payments import Account


@dataclass(frozen=True, slots=True)
class StoredReceivable:
    """An invoice. `is_cancelled`: by a document of the same day or before."""

    id: int
    customer_id: int
    customer: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    gross_minor: int
    is_cancelled: bool


_INVOICES = """
SELECT invoice.id, customer_id, customer.key, number, issued_on, invoice.due_on, currency, gross_minor,
    EXISTS (SELECT FROM invoice cancellation WHERE cancellation.original_id = invoice.id
        AND cancellation.kind = 'cancellation' AND cancellation.issued_on <= %(day)s)
FROM invoice JOIN customer ON customer.id = customer_id
WHERE invoice.kind = 'invoice' AND issued_on <= %(day)s AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s)
ORDER BY customer.key, invoice.due_on, number
"""

_MONEY = """
SELECT coalesce(payment.customer_id, payment_owner.customer_id) AS owner_id, currency, payment.id, NULL::bigint,
    amount_minor, received_on, NULL::bigint
FROM payment LEFT JOIN payment_owner ON payment_owner.payment_id = payment.id
WHERE reverses_id IS NULL AND received_on <= %(day)s
    AND coalesce(payment.customer_id, payment_owner.customer_id) IS NOT NULL
    AND (%(customer)s::bigint IS NULL OR payment.customer_id = %(customer)s OR payment_owner.customer_id = %(customer)s)
    AND NOT EXISTS (SELECT FROM payment reversal
        WHERE reversal.reverses_id = payment.id AND reversal.received_on <= %(day)s)
UNION ALL
SELECT customer_id, currency, NULL, id, -gross_minor, issued_on, original_id
FROM invoice
WHERE kind <> 'invoice' AND issued_on <= %(day)s AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s)
"""

_GIVEN = """
SELECT customer_id, currency, invoice_id, payment_id, credit_note_id, amount_minor
FROM allocation JOIN invoice ON invoice.id = invoice_id
WHERE amount_minor > 0 AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s) ORDER BY allocation.id
"""


def invoices_until(day: date, customer_id: int | None) -> list[StoredReceivable]:
    """Issued up to and including a day; by customer and day on which they are due."""
    return [StoredReceivable(*row) for row in _read(_INVOICES, day, customer_id)]


def money_until(day: date, customer_id: int | None) -> dict[Account, list[Source]]:
    """Whole payments and credit notes that had come by the end of a day and were not taken back by then."""
    found: dict[Account, list[Source]] = defaultdict(list)
    for customer, currency, *source in _read(_MONEY, day, customer_id):
        found[customer, currency].append(Source(*source))
    return found


def given_out(customer_id: int | None) -> dict[Account, list[Allocation]]:
    """What was ever given out, in the order in which that was done."""
    found: dict[Account, list[Allocation]] = defaultdict(list)
    for customer, currency, *allocation in _read(_GIVEN, date.max, customer_id):
        found[customer, currency].append(Allocation(*allocation))
    return found


def _read(statement: str, day: date, customer_id: int | None) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": day, "customer": customer_id})
        yield from cursor.fetchall()
