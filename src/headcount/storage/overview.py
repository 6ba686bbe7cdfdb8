"""What pages show of many rows at once: one query each, however many customers an organization has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Min, Q, QuerySet

from headcount.core.rating import Quantity
from headcount.storage import models as rows


@dataclass(frozen=True, slots=True)
class Figures:
    """`net_minor`: currency -> what the documents of a span of time add up to, before tax."""

    customers: int
    invoices: int
    net_minor: Mapping[str, int]


def figures(start: date, end: date) -> Figures:
    """How many customers and documents there are; sums are those of documents issued in [start, end)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM invoice), currency, sum(net_minor)::bigint"
            " FROM (SELECT) AS always"
            " LEFT JOIN invoice ON issued_on >= %(start)s AND issued_on < %(end)s"
            " GROUP BY currency ORDER BY currency",
            {"start": start, "end": end},
        )
        found = cursor.fetchall()
    customers, invoices = found[0][:2]
    return Figures(customers, invoices, {currency: net for _, _, currency, net in found if currency})


def first_start() -> date | None:
    """The day on which the first subscription started."""
    found: date | None = rows.Subscription.objects.aggregate(first=Min("start_on"))["first"]
    return found


@dataclass(frozen=True, slots=True)
class CustomerName:
    id: int
    key: str
    name: str


def count_customers(search: str) -> int:
    return _searched(search).count()


def customer_names(search: str, offset: int, most: int) -> list[CustomerName]:
    """Customers by key, whose key or name contains the text; a customer without details goes by its key."""
    found = _searched(search).order_by("key").values_list("id", "key", "details__name")[offset : offset + most]
    return [CustomerName(id, key, name or key) for id, key, name in found]


def _searched(search: str) -> QuerySet[rows.Customer]:
    if not search:
        return rows.Customer.objects.all()
    return rows.Customer.objects.filter(Q(key__icontains=search) | Q(details__name__icontains=search))


def usage(pools: Sequence[int], window_starts: Sequence[date]) -> dict[tuple[int, int, date], int]:
    """(pool, meter, window) -> count, by the primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pool_id, meter_id, window_start, count FROM usage"
            " WHERE pool_id = ANY(%s) AND window_start = ANY(%s::date[])",
            [list(pools), list(window_starts)],
        )
        return {(pool, meter, window): count for pool, meter, window, count in cursor}


def limits(pools: Sequence[int], instants: Sequence[datetime]) -> dict[tuple[int, int, int], Quantity]:
    """(pool, meter, place of the instant from 0) -> the sum of the grants that hold then; none held: no entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pool_id, meter_id, place - 1, CASE WHEN bool_and(quantity IS NOT NULL) THEN sum(quantity) END::int8"
            " FROM unnest(%(instants)s::timestamptz[]) WITH ORDINALITY AS moment(instant, place)"
            " JOIN limit_grant ON from_at <= instant AND (to_at IS NULL OR instant < to_at)"
            " AND at_limit <> 'none' WHERE pool_id = ANY(%(pools)s) GROUP BY pool_id, meter_id, place",
            {"pools": list(pools), "instants": list(instants)},
        )
        return {(pool, meter, place): quantity for pool, meter, place, quantity in cursor}


def meter_id(key: str) -> int:
    """Of a meter that exists."""
    return rows.Meter.objects.values_list("id", flat=True).get(key=key)


def member_names(pool_id: int, keys: Collection[str]) -> dict[str, str]:
    """Key -> name of the people of one customer who have one."""
    found = rows.MemberDetails.objects.filter(member__customer_id=pool_id, member__key__in=list(keys)).exclude(name="")
    return dict(found.values_list("member__key", "name"))


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """A document without its content; amounts are signed as they change what is owed."""

    number: str
    kind: str
    customer: str
    customer_name: str
    issued_on: date
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int


_HEAD = (
    "number", "kind", "customer__key", "customer__details__name", "issued_on", "currency", "net_minor", "tax_minor",
    "gross_minor",
)  # fmt: skip


def count_invoices(customer_id: int | None) -> int:
    return _of(customer_id).count()


def invoice_heads(customer_id: int | None, offset: int, most: int) -> list[InvoiceHead]:
    """Newest first."""
    found = _of(customer_id).order_by("-issued_on", "-number_range", "-number_in_range").values_list(*_HEAD)
    return [_head(*values) for values in found[offset : offset + most]]


def latest_invoices(customer_ids: Sequence[int]) -> dict[int, InvoiceHead]:
    """Customer -> their newest document."""
    newest = rows.Invoice.objects.filter(customer_id__in=list(customer_ids)).order_by(
        "customer_id", "-billing_date", "-number_in_range"
    )
    return {
        customer_id: _head(*values)
        for customer_id, *values in newest.distinct("customer_id").values_list("customer_id", *_HEAD)
    }


def _of(customer_id: int | None) -> QuerySet[rows.Invoice]:
    return rows.Invoice.objects.all() if customer_id is None else rows.Invoice.objects.filter(customer_id=customer_id)


def _head(
    number: str, kind: str, key: str, name: str | None, issued_on: date, currency: str, net: int, tax: int, gross: int
) -> InvoiceHead:
    return InvoiceHead(number, kind, key, name or key, issued_on, currency, net, tax, gross)
