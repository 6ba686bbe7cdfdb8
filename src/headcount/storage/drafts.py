"""Drafts that wait for their time: a projection of the ledger, replaced whenever their payer is looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from headcount.storage import models as rows


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """`content` is the canonical text of what it would say, without a number."""

    customer_id: int
    billing_date: date
    finalise_on: date
    currency: str
    purchase_order: str
    net_minor: int
    gross_minor: int
    content: str


def replace(
    organization_id: int, payer_ids: Collection[int], drafts: Sequence[WaitingDraft], recorded_at: datetime
) -> None:
    """These are all that wait of these payers."""
    rows.Draft.objects.filter(customer_id__in=list(payer_ids)).delete()
    rows.Draft.objects.bulk_create(
        rows.Draft(
            organization_id=organization_id,
            recorded_at=recorded_at,
            customer_id=one.customer_id,
            billing_date=one.billing_date,
            finalise_on=one.finalise_on,
            currency=one.currency,
            purchase_order=one.purchase_order,
            net_minor=one.net_minor,
            gross_minor=one.gross_minor,
            content=one.content,
        )
        for one in drafts
    )


def days(payer_ids: Collection[int]) -> dict[int, list[date]]:
    """Payer -> the billing dates of the drafts that wait."""
    found: dict[int, list[date]] = {}
    for payer, day in rows.Draft.objects.filter(customer_id__in=list(payer_ids)).values_list(
        "customer_id", "billing_date"
    ):
        found.setdefault(payer, []).append(day)
    return found


@dataclass(frozen=True, slots=True)
class ListedDraft:
    customer: str
    billing_date: date
    finalise_on: date
    currency: str
    net_minor: int
    gross_minor: int
    content: str


def waiting(customer: str | None = None) -> list[ListedDraft]:
    """By day and customer."""
    found = rows.Draft.objects.order_by("finalise_on", "customer__key", "billing_date", "id")
    if customer is not None:
        found = found.filter(customer__key=customer)
    columns = ("customer__key", "billing_date", "finalise_on", "currency", "net_minor", "gross_minor", "content")
    return [ListedDraft(*row) for row in found.values_list(*columns)]
