"""Subscriptions with their appended changes, and the grants that follow from them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from headcount.core.catalog import Plan
from headcount.core.rating import Quantity
from headcount.core.subscriptions import Change, Subscription
from headcount.storage import models as rows


def load(plans: Mapping[int, Plan], **conditions: object) -> list[Subscription]:
    """Subscriptions as core values, by key. Conditions are those of the table: `customer_id__in=`, `key=`."""
    found = rows.Subscription.objects.filter(**conditions).prefetch_related("changes").order_by("key")
    return [_value(row, plans) for row in found]


_AGREED = """
SELECT s.id, s.key, customer_id, plan_version_id, start_on, purchase_order, c.number, c.kind, effective_on,
    quantities::text, recorded_on
FROM subscription s JOIN subscription_change c ON c.subscription_id = s.id
WHERE {} = ANY(%s) ORDER BY s.key, s.id, c.number
"""


def of_customers(plans: Mapping[int, Plan], customer_ids: Collection[int]) -> list[Subscription]:
    """The same for many customers, by key."""
    return _agreed(plans, "customer_id", customer_ids)


def by_ids(plans: Mapping[int, Plan], ids: Collection[int]) -> list[Subscription]:
    """The same for many ids, by key."""
    return _agreed(plans, "s.id", ids)


def _agreed(plans: Mapping[int, Plan], column: str, wanted: Collection[int]) -> list[Subscription]:
    with connection.cursor() as cursor:
        cursor.execute(_AGREED.format(column), [list(wanted)])
        return [_together(plans, list(found)) for _, found in groupby(cursor, key=itemgetter(0))]


def _together(plans: Mapping[int, Plan], found: list[tuple[Any, ...]]) -> Subscription:
    id, key, customer, version, start_on, purchase_order = found[0][:6]
    changes = tuple(Change(number, kind, on, _quantities(text), told) for *_, number, kind, on, text, told in found)
    return Subscription(id, key, customer, version, plans[version], start_on, changes, purchase_order)


@lru_cache(maxsize=4096)
def _quantities(text: str) -> tuple[tuple[str, Quantity], ...]:
    return tuple(sorted(json.loads(text).items()))


def _value(row: rows.Subscription, plans: Mapping[int, Plan]) -> Subscription:
    changes = sorted(row.changes.all(), key=lambda change: change.number)
    return Subscription(
        id=row.pk,
        key=row.key,
        customer=row.customer_id,
        plan_version=row.plan_version_id,
        plan=plans[row.plan_version_id],
        start_on=row.start_on,
        purchase_order=row.purchase_order,
        changes=tuple(
            Change(
                change.number,
                change.kind,
                change.effective_on,
                tuple(sorted(change.quantities.items())),
                change.recorded_on,
            )
            for change in changes
        ),
    )


def keys_by_plan() -> dict[str, list[str]]:
    """Plan -> the keys of its subscriptions, whatever their version."""
    found: dict[str, list[str]] = {}
    for plan, key in rows.Subscription.objects.order_by("key").values_list("plan_version__plan__key", "key"):
        found.setdefault(plan, []).append(key)
    return found


def insert(
    organization_id: int,
    key: str,
    customer_id: int,
    plan_version_id: int,
    start_on: date,
    purchase_order: str,
    recorded_at: datetime,
) -> int:
    row = rows.Subscription.objects.create(
        organization_id=organization_id,
        key=key,
        customer_id=customer_id,
        plan_version_id=plan_version_id,
        start_on=start_on,
        purchase_order=purchase_order,
        recorded_at=recorded_at,
    )
    return row.pk


def append_change(
    organization_id: int, subscription_id: int, change: Change, recorded_at: datetime, actor: str, request_id: str
) -> None:
    rows.SubscriptionChange.objects.create(
        organization_id=organization_id,
        subscription_id=subscription_id,
        number=change.number,
        kind=change.kind,
        effective_on=change.effective_on,
        recorded_on=change.recorded_on,
        quantities=dict(change.quantities),
        recorded_at=recorded_at,
        actor=actor,
        request_id=request_id,
    )


@dataclass(frozen=True, slots=True)
class GrantSpan:
    meter_id: int
    quantity: Quantity
    from_at: datetime
    to_at: datetime | None
    at_limit: str


def replace_grants(organization_id: int, subscription: Subscription, spans: Iterable[GrantSpan]) -> None:
    """The limits that a subscription gives, as its changes now stand."""
    rows.Grant.objects.filter(subscription_id=subscription.id).delete()
    rows.Grant.objects.bulk_create(
        rows.Grant(
            organization_id=organization_id,
            meter_id=span.meter_id,
            pool_id=subscription.customer,
            subscription_id=subscription.id,
            quantity=span.quantity,
            from_at=span.from_at,
            to_at=span.to_at,
            at_limit=span.at_limit,
        )
        for span in spans
    )


def recorded_at(subscription_id: int, number: int) -> datetime:
    """When a change was recorded."""
    found = rows.SubscriptionChange.objects.get(subscription_id=subscription_id, number=number)
    return found.recorded_at.astimezone(UTC)
