"""Payments and what they settle. Both are only ever added to; what is open and what is free is derived from them.

Statements take many customers at once and read the amounts of their payments and credit notes by index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from headcount.core.payments import Allocation, Numbered, Receivable, Source, usable
from headcount.storage import models as rows

Account = tuple[int, str]
"""(customer id, currency): what money is kept apart by."""


@dataclass(frozen=True, slots=True)
class NewPayment:
    """`customer_id` None: not known whose it is. `amount_minor` below zero: paid back, or `reverses_id` returned."""

    key: str
    customer_id: int | None
    received_on: date
    currency: str
    amount_minor: int
    method: str
    reference: str = ""
    reverses_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """`customer_id`: of whom it came, or to whom it was assigned. `reversal`: the key of what took it back."""

    id: int
    public_id: str
    key: str
    customer_id: int | None
    customer: str | None
    received_on: date
    currency: str
    amount_minor: int
    method: str
    reference: str
    reverses: str | None
    reversal: str | None
    settled_minor: int


@dataclass(frozen=True, slots=True)
class NamedInvoice:
    id: int
    number: str
    customer_id: int


def insert(
    organization_id: int, payments: Iterable[NewPayment], recorded_at: datetime, actor: str, request_id: str
) -> list[int]:
    """Their ids, in the same order."""
    made = rows.Payment.objects.bulk_create(
        [
            rows.Payment(
                organization_id=organization_id,
                recorded_at=recorded_at,
                actor=actor,
                request_id=request_id,
                **{name: getattr(payment, name) for name in NewPayment.__slots__},
            )
            for payment in payments
        ],
        batch_size=5_000,
    )
    return [row.pk for row in made]


def insert_owner(
    organization_id: int, payment_id: int, customer_id: int, recorded_at: datetime, actor: str, request_id: str
) -> None:
    rows.PaymentOwner(
        organization_id=organization_id,
        payment_id=payment_id,
        customer_id=customer_id,
        recorded_at=recorded_at,
        actor=actor,
        request_id=request_id,
    ).save(force_insert=True)


def insert_allocations(
    organization_id: int, allocations: Iterable[Allocation], recorded_at: datetime, actor: str, request_id: str
) -> None:
    rows.Allocation.objects.bulk_create(
        [
            rows.Allocation(
                organization_id=organization_id,
                invoice_id=one.invoice_id,
                payment_id=one.payment_id,
                credit_note_id=one.credit_note_id,
                amount_minor=one.amount_minor,
                recorded_at=recorded_at,
                actor=actor,
                request_id=request_id,
            )
            for one in allocations
        ],
        batch_size=5_000,
    )


_STORED = """
SELECT payment.id, payment.public_id, payment.key, customer.id, customer.key, received_on, currency, amount_minor,
    method, reference, (SELECT key FROM payment origin WHERE origin.id = payment.reverses_id),
    (SELECT key FROM payment reversal WHERE reversal.reverses_id = payment.id),
    coalesce((SELECT sum(amount_minor) FROM allocation WHERE payment_id = payment.id), 0)::bigint
FROM payment
LEFT JOIN payment_owner ON payment_owner.payment_id = payment.id
LEFT JOIN customer ON customer.id = coalesce(payment.customer_id, payment_owner.customer_id)
"""
_UNMATCHED = """customer.id IS NULL AND payment.reverses_id IS NULL
AND NOT EXISTS (SELECT FROM payment reversal WHERE reversal.reverses_id = payment.id)"""


def by_key(keys: Collection[str]) -> dict[str, StoredPayment]:
    """The payments with these keys of senders."""
    return {one.key: one for one in _stored("payment.key = ANY(%s)", [list(keys)])}


def find(name: str) -> StoredPayment | None:
    """A payment by its key or its public id."""
    return next(iter(_stored("payment.key = %s OR payment.public_id = %s", [name, name])), None)


def listed(customer_id: int | None, *, only_unmatched: bool) -> list[StoredPayment]:
    """In the order of the days on which they came."""
    conditions = ["true", *(["customer.id = %s"] if customer_id is not None else [])]
    conditions += [_UNMATCHED] if only_unmatched else []
    return _stored(" AND ".join(conditions), [customer_id] if customer_id is not None else [])


def _stored(condition: str, values: Sequence[int | str | list[str]]) -> list[StoredPayment]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_STORED} WHERE {condition} ORDER BY received_on, payment.id", values)
        return [StoredPayment(*row) for row in cursor.fetchall()]


def number_ranges() -> list[str]:
    """Every range from which documents got a number."""
    return list(rows.NumberRange.objects.order_by("key").values_list("key", flat=True))


def invoices_named(numbers: Collection[Numbered]) -> dict[Numbered, NamedInvoice]:
    """The invoices (not credit notes) that have these numbers."""
    by_range: dict[str, list[int]] = defaultdict(list)
    for number_range, number in numbers:
        by_range[number_range].append(number)
    found: dict[Numbered, NamedInvoice] = {}
    for number_range, wanted in by_range.items():
        invoices = rows.Invoice.objects.filter(kind="invoice", number_range=number_range, number_in_range__in=wanted)
        for row in invoices.only("id", "number_in_range", "number", "customer_id"):
            found[number_range, row.number_in_range] = NamedInvoice(row.pk, row.number, row.customer_id)
    return found


def invoices_by_number(numbers: Collection[str]) -> dict[str, NamedInvoice]:
    """Number as it is printed -> invoice."""
    invoices = rows.Invoice.objects.filter(kind="invoice", number__in=list(numbers))
    found = invoices.values_list("id", "number", "customer_id")
    return {number: NamedInvoice(id, number, customer) for id, number, customer in found}


_FREE = """
WITH owned AS (
    SELECT id, customer_id, currency, amount_minor, received_on FROM payment
    WHERE customer_id = ANY(%(customers)s) AND reverses_id IS NULL
    UNION ALL
    SELECT payment.id, payment_owner.customer_id, currency, amount_minor, received_on
    FROM payment_owner JOIN payment ON payment.id = payment_id
    WHERE payment_owner.customer_id = ANY(%(customers)s)
)
SELECT * FROM (
    SELECT customer_id, currency, id AS payment_id, NULL::bigint AS credit_note_id,
        amount_minor - coalesce((SELECT sum(amount_minor) FROM allocation WHERE payment_id = owned.id), 0)::bigint
            AS free_minor, received_on AS day, NULL::bigint AS original_id
    FROM owned WHERE NOT EXISTS (SELECT FROM payment reversal WHERE reversal.reverses_id = owned.id)
    UNION ALL
    SELECT customer_id, currency, NULL, id,
        -gross_minor
            - coalesce((SELECT sum(amount_minor) FROM allocation WHERE credit_note_id = invoice.id), 0)::bigint,
        issued_on, original_id
    FROM invoice WHERE customer_id = ANY(%(customers)s) AND kind <> 'invoice'
) AS source WHERE free_minor <> 0
"""


def free_balances(customer_ids: Collection[int]) -> dict[Account, list[Source]]:
    """The payments and credit notes that can still settle something, less what was paid back; oldest first."""
    found: dict[Account, list[Source]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_FREE, {"customers": list(customer_ids)})
        for customer, currency, payment, credit_note, free_minor, day, original in cursor.fetchall():
            found[customer, currency].append(Source(payment, credit_note, free_minor, day, original))
    return {account: free for account, sources in found.items() if (free := usable(sources))}


_OPEN = """
SELECT * FROM (
    SELECT customer_id, currency, id, number, due_on, gross_minor
        - coalesce((SELECT sum(amount_minor) FROM allocation WHERE invoice_id = invoice.id), 0)::bigint AS open_minor
    FROM invoice WHERE customer_id = ANY(%s) AND kind = 'invoice'
) AS receivable WHERE open_minor > 0
"""


def open_invoices(customer_ids: Collection[int]) -> dict[Account, list[Receivable]]:
    """What is not settled of these customers."""
    found: dict[Account, list[Receivable]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(customer_ids)])
        for customer, currency, *receivable in cursor.fetchall():
            found[customer, currency].append(Receivable(*receivable))
    return found


def allocations_of(payment_id: int) -> list[Allocation]:
    """Everything that a payment was given out for, and what was taken back of it."""
    found = rows.Allocation.objects.filter(payment_id=payment_id).order_by("id")
    return [Allocation(*one) for one in found.values_list(*Allocation.__slots__)]
