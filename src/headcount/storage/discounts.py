"""What waits for the next document of a customer: lines that somebody added, and promotional credit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from headcount.core.discounts import Adjustment, Credit
from headcount.storage import models as rows

_ADJUSTMENTS = """
SELECT adjusted.customer_id, adjusted.id, text, units, unit_price, adjusted.amount_minor, adjusted.currency
FROM adjustment AS adjusted
WHERE adjusted.customer_id = ANY(%s) AND withdraws_id IS NULL
    AND NOT EXISTS (SELECT FROM adjustment AS withdrawal WHERE withdrawal.withdraws_id = adjusted.id)
    AND (SELECT coalesce(sum(times), 0) FROM billed_line WHERE adjustment_id = adjusted.id) = 0
ORDER BY adjusted.id
"""

_CREDITS = """
SELECT credit.customer_id, credit.id, text,
    amount_minor
        + (SELECT coalesce(sum(used.amount_minor), 0) FROM billed_line AS used WHERE credit_id = credit.id)::bigint,
    currency, valid_from, expires_on
FROM promotional_credit AS credit WHERE credit.customer_id = ANY(%s) ORDER BY credit.id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """By payer."""

    adjustments: Mapping[int, tuple[Adjustment, ...]]
    credits: Mapping[int, tuple[Credit, ...]]


def waiting(customer_ids: Sequence[int]) -> Waiting:
    adjustments: dict[int, tuple[Adjustment, ...]] = defaultdict(tuple)
    credits: dict[int, tuple[Credit, ...]] = defaultdict(tuple)
    with connection.cursor() as cursor:
        cursor.execute(_ADJUSTMENTS, [list(customer_ids)])
        for customer, *adjusted in cursor.fetchall():
            adjustments[customer] += (Adjustment(*adjusted),)
        cursor.execute(_CREDITS, [list(customer_ids)])
        for customer, *credit in cursor.fetchall():
            credits[customer] += (Credit(*credit),)
    return Waiting(adjustments, credits)


@dataclass(frozen=True, slots=True)
class StoredAdjustment:
    """An adjustment with the customer's key and the state: `waiting`, `billed` or `withdrawn`."""

    public_id: str
    customer: str
    adjustment: Adjustment
    state: str


_LISTED = """
SELECT adjusted.public_id, customer.key, adjusted.id, text, units, unit_price, adjusted.amount_minor, adjusted.currency,
    CASE WHEN EXISTS (SELECT FROM adjustment AS withdrawal WHERE withdrawal.withdraws_id = adjusted.id) THEN 'withdrawn'
        WHEN (SELECT coalesce(sum(times), 0) FROM billed_line WHERE adjustment_id = adjusted.id) > 0 THEN 'billed'
        ELSE 'waiting' END
FROM adjustment AS adjusted JOIN customer ON customer.id = adjusted.customer_id
WHERE withdraws_id IS NULL AND (%(customer)s::text IS NULL OR customer.key = %(customer)s)
    AND (%(id)s::text IS NULL OR adjusted.public_id = %(id)s)
ORDER BY adjusted.id
"""


def adjustments(customer: str | None = None, public_id: str | None = None) -> list[StoredAdjustment]:
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, {"customer": customer, "id": public_id})
        found = cursor.fetchall()
    return [StoredAdjustment(public, key, Adjustment(*adjusted), state) for public, key, *adjusted, state in found]


def insert_adjustment(
    organization_id: int, customer_id: int, adjustment: Adjustment, recorded_at: datetime, actor: str, request_id: str
) -> tuple[str, Adjustment]:
    """Its public id, and the adjustment with its id."""
    row = rows.Adjustment.objects.create(
        organization_id=organization_id,
        recorded_at=recorded_at,
        customer_id=customer_id,
        text=adjustment.text,
        units=adjustment.units,
        unit_price=adjustment.unit_price,
        amount_minor=adjustment.amount_minor,
        currency=adjustment.currency,
        actor=actor,
        request_id=request_id,
    )
    return row.public_id, replace(adjustment, id=row.pk)


def withdraw(organization_id: int, adjustment_id: int, recorded_at: datetime, actor: str, request_id: str) -> None:
    adjusted = rows.Adjustment.objects.get(id=adjustment_id)
    rows.Adjustment.objects.create(
        organization_id=organization_id,
        recorded_at=recorded_at,
        customer_id=adjusted.customer_id,
        text=adjusted.text,
        units=-adjusted.units,
        unit_price=adjusted.unit_price,
        amount_minor=-adjusted.amount_minor,
        currency=adjusted.currency,
        withdraws=adjusted,
        actor=actor,
        request_id=request_id,
    )


@dataclass(frozen=True, slots=True)
class StoredCredit:
    public_id: str
    customer: str
    amount_minor: int
    credit: Credit


def credits(customer: str | None = None) -> list[StoredCredit]:
    """Promotional credit with what is left of it, in the order in which it was granted."""
    found = rows.PromotionalCredit.objects.select_related("customer").order_by("id")
    if customer is not None:
        found = found.filter(customer__key=customer)
    given = {row.pk: row for row in found}
    left = waiting(list({row.customer_id for row in given.values()})).credits
    by_id = {credit.id: credit for of_customer in left.values() for credit in of_customer}
    return [StoredCredit(row.public_id, row.customer.key, row.amount_minor, by_id[id]) for id, row in given.items()]


def insert_credit(
    organization_id: int, customer_id: int, credit: Credit, recorded_at: datetime, actor: str, request_id: str
) -> str:
    row = rows.PromotionalCredit.objects.create(
        organization_id=organization_id,
        recorded_at=recorded_at,
        customer_id=customer_id,
        text=credit.text,
        amount_minor=credit.left_minor,
        currency=credit.currency,
        valid_from=credit.valid_from,
        expires_on=credit.expires_on,
        actor=actor,
        request_id=request_id,
    )
    return row.public_id
