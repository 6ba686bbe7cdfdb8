"""The billed ledger and the finalised documents. Both are only ever added to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from headcount.core.calendar import Period
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.rating import RatedQuantity
from headcount.storage import models as rows


def billed(subscription_ids: Iterable[int]) -> dict[int, list[Coverage]]:
    """Subscription -> everything that was billed for it."""
    found: dict[int, list[Coverage]] = defaultdict(list)
    for row in rows.BilledLine.objects.filter(subscription_id__in=list(subscription_ids)):
        point = PricePoint(
            row.subscription_id,
            row.plan_version_id,
            row.charge,
            Period(row.period_start, row.period_end),
            _quantity(row.quantity),
            row.price,
            row.currency,
            row.proration,
        )
        found[row.subscription_id].append(Coverage(point, Period(row.span_start, row.span_end), row.times))
    return found


def _quantity(stored: Decimal | None) -> RatedQuantity:
    """Whole numbers of people as whole numbers; only an average has digits after the point."""
    return int(stored) if stored is not None and stored == int(stored) else stored


@dataclass(frozen=True, slots=True)
class FinalInvoice:
    """A document as it is stored. `entries` are (position of the line, ledger entry), positions from 1."""

    customer_id: int
    number_range: str
    number_in_range: int
    number: str
    billing_date: date
    issued_on: date
    currency: str
    net_minor: int
    tax_minor: int
    snapshot: str
    sha256: str
    tax_rate: Decimal
    entries: tuple[tuple[int, Coverage], ...]


def insert(
    organization_id: int, invoices: Sequence[FinalInvoice], recorded_at: datetime, actor: str, request_id: str
) -> None:
    """Stores documents and their ledger entries."""
    made = rows.Invoice.objects.bulk_create(
        rows.Invoice(
            organization_id=organization_id,
            customer_id=final.customer_id,
            number_range=final.number_range,
            number_in_range=final.number_in_range,
            number=final.number,
            billing_date=final.billing_date,
            issued_on=final.issued_on,
            currency=final.currency,
            net_minor=final.net_minor,
            tax_minor=final.tax_minor,
            gross_minor=final.net_minor + final.tax_minor,
            snapshot=final.snapshot,
            sha256=final.sha256,
            recorded_at=recorded_at,
            actor=actor,
            request_id=request_id,
        )
        for final in invoices
    )
    rows.BilledLine.objects.bulk_create(
        _ledger_row(organization_id, invoice.pk, position, entry, final.tax_rate, recorded_at)
        for invoice, final in zip(made, invoices, strict=True)
        for position, entry in final.entries
    )


def _ledger_row(
    organization_id: int, invoice_id: int, position: int, entry: Coverage, tax_rate: Decimal, recorded_at: datetime
) -> rows.BilledLine:
    point = entry.point
    return rows.BilledLine(
        organization_id=organization_id,
        recorded_at=recorded_at,
        subscription_id=point.subscription,
        plan_version_id=point.plan_version,
        charge=point.charge,
        period_start=point.period.start,
        period_end=point.period.end,
        quantity=point.quantity,
        price=point.price,
        currency=point.currency,
        proration=point.proration,
        span_start=entry.span.start,
        span_end=entry.span.end,
        times=entry.times,
        amount_minor=entry.amount_minor,
        kind="invoiced",
        tax_rate=tax_rate,
        invoice_id=invoice_id,
        position=position,
    )


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    number: str
    public_id: str
    customer: str
    billing_date: date
    issued_on: date
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    snapshot: str


def stored(customer: str | None = None, number: str | None = None) -> Iterator[StoredInvoice]:
    """Documents in the order of their numbers."""
    found = rows.Invoice.objects.order_by("number_range", "number_in_range")
    if customer is not None:
        found = found.filter(customer__key=customer)
    if number is not None:
        found = found.filter(number=number)
    columns = (
        "number", "public_id", "customer__key", "billing_date", "issued_on", "currency", "net_minor", "tax_minor",
        "gross_minor", "snapshot",
    )  # fmt: skip
    for row in found.values_list(*columns).iterator(chunk_size=2_000):
        yield StoredInvoice(*row)
