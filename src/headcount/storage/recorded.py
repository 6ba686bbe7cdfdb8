"""What was recorded, in the order of recording: by whose request, at which time on the organization's clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from headcount.storage import models as rows


@dataclass(frozen=True, slots=True)
class RecordedStatus:
    customer: str
    member: str
    role: str
    status: str
    from_at: datetime
    recorded_at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class RecordedActivity:
    customer: str
    member: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedSeat:
    """`again`: an invitation that was sent while one was open. `expires_at`: of invitations."""

    subscription: str
    member: str
    kind: str
    at: datetime
    expires_at: datetime | None
    again: bool
    request_id: str


@dataclass(frozen=True, slots=True)
class RecordedPayment:
    """`reverses`: the key of the payment that came back."""

    key: str
    customer: str | None
    amount_minor: int
    currency: str
    received_on: date
    reference: str
    reverses: str | None
    recorded_at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class RecordedOwner:
    """A payment that came without a customer was given one."""

    payment: str
    customer: str
    request_id: str


def statuses() -> Iterator[RecordedStatus]:
    columns = ("customer__key", "member__key", "member__role", "status", "from_at", "recorded_at", "request_id")
    for customer, member, role, status, from_at, recorded_at, request_id in (
        rows.MemberStatus.objects.order_by("id").values_list(*columns).iterator(chunk_size=10_000)
    ):
        at, recorded = from_at.astimezone(UTC), recorded_at.astimezone(UTC)
        yield RecordedStatus(customer, member, role, status, at, recorded, request_id)


_ACTIVITY = """
SELECT customer.key, member.key, kind, occurred_at, activity.recorded_at
FROM activity JOIN customer ON customer.id = pool_id JOIN member ON member.id = member_id
ORDER BY activity.recorded_at, occurred_at, customer.key, kind, member.key, source_id
"""


def activities() -> Iterator[RecordedActivity]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ACTIVITY)
        while found := cursor.fetchmany(10_000):
            for customer, member, kind, at, recorded_at in found:
                yield RecordedActivity(customer, member, kind, at.astimezone(UTC), recorded_at.astimezone(UTC))


_SEATS = """
SELECT subscription.key, member.key, kind, at, expires_at,
    kind = 'invited' AND coalesce(lag(kind) OVER before = 'invited' AND lag(expires_at) OVER before > at, false),
    request_id
FROM seat_event JOIN subscription ON subscription.id = subscription_id JOIN member ON member.id = member_id
WINDOW before AS (PARTITION BY subscription_id, member_id ORDER BY seat_event.id)
ORDER BY seat_event.id
"""


def seats() -> Iterator[RecordedSeat]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SEATS)
        for row in cursor:
            yield RecordedSeat(*row)


def requests_of_changes() -> dict[tuple[str, int], str]:
    """(key of the subscription, number of the change) -> the request that recorded it."""
    columns = ("subscription__key", "number", "request_id")
    found = rows.SubscriptionChange.objects.order_by("subscription_id", "number").values_list(*columns)
    return {(key, number): request_id for key, number, request_id in found}


def payments() -> Iterator[RecordedPayment]:
    columns = (
        "key", "customer__key", "amount_minor", "currency", "received_on", "reference", "reverses__key",
        "recorded_at", "request_id",
    )  # fmt: skip
    for row in rows.Payment.objects.order_by("id").values_list(*columns).iterator(chunk_size=10_000):
        yield RecordedPayment(*row)


def owners() -> Iterator[RecordedOwner]:
    for row in rows.PaymentOwner.objects.order_by("id").values_list("payment__key", "customer__key", "request_id"):
        yield RecordedOwner(*row)
