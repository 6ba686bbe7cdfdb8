"""Customers and their details."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from headcount.storage import models as rows


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What documents say about a customer. Empty text: not known."""

    key: str
    name: str
    email: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    vat_id: str = ""
    language: str = ""


DETAILS = tuple(field.name for field in fields(CustomerRecord) if field.name != "key")
LONGEST = {"name": 200, "email": 254, "street": 200, "postal_code": 20, "city": 100, "vat_id": 20}
"""How many characters each of them may have."""


def ids(keys: Collection[str]) -> dict[str, int]:
    """Key -> id of the customers that exist. One array, since a batch may name ten thousand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id FROM customer WHERE key = ANY(%s)", [list(keys)])
        return dict(cursor.fetchall())


def all_ids() -> dict[str, int]:
    return dict(rows.Customer.objects.order_by("key").values_list("key", "id"))


def lock(customer_ids: Sequence[int]) -> None:
    """Until the transaction ends nobody else bills these customers or changes their subscriptions."""
    list(rows.Customer.objects.select_for_update(no_key=True).filter(id__in=customer_ids).order_by("id").values("id"))


def billed_until(customer_ids: Sequence[int]) -> dict[int, date]:
    """Customer -> the last day that was billed; those never billed are left out."""
    found = rows.Customer.objects.filter(id__in=customer_ids, billed_until__isnull=False)
    return {id: day for id, day in found.values_list("id", "billed_until") if day}


def set_billed_until(customer_ids: Sequence[int], day: date) -> None:
    """These customers are billed up to and including a day. It never goes back."""
    earlier = Q(billed_until=None) | Q(billed_until__lt=day)
    rows.Customer.objects.filter(earlier, id__in=customer_ids).update(billed_until=day)


def insert(organization_id: int, keys: Iterable[str], recorded_at: datetime) -> None:
    """Customers of whom only the key is known. One that another transaction made first is left as it is."""
    made = [rows.Customer(organization_id=organization_id, key=key, recorded_at=recorded_at) for key in sorted(keys)]
    rows.Customer.objects.bulk_create(made, ignore_conflicts=True)


def records(customer_ids: Iterable[int]) -> dict[int, CustomerRecord]:
    """Id -> record, for every id; a customer without details goes by its key."""
    found = rows.Customer.objects.filter(id__in=list(customer_ids)).select_related("details")
    return {row.pk: _record(row) for row in found}


def _record(row: rows.Customer) -> CustomerRecord:
    details = getattr(row, "details", None)
    if details is None:
        return CustomerRecord(row.key, row.key)
    return CustomerRecord(row.key, *(getattr(details, name) for name in DETAILS))


def save_details(
    organization_id: int, records_by_id: Sequence[tuple[int, CustomerRecord]], recorded_at: datetime
) -> None:
    """Adds or replaces what documents say about these customers."""
    details = [
        rows.CustomerDetails(
            customer_id=customer_id,
            organization_id=organization_id,
            recorded_at=recorded_at,
            **{name: getattr(record, name) for name in DETAILS},
        )
        for customer_id, record in records_by_id
    ]
    rows.CustomerDetails.objects.bulk_create(
        details, update_conflicts=True, unique_fields=["customer"], update_fields=[*DETAILS, "recorded_at"]
    )
