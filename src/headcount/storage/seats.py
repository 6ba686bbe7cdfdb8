"""Seats: what happened to the users of subscriptions, appended. Of an invitation's code only the hash is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from headcount.core.members import StatusSpan, together
from headcount.core.seats import SeatEvent, seat_spans
from headcount.storage import models as rows


@dataclass(frozen=True, slots=True)
class SeatHistory:
    """What happened to one user's seat, by record: of one person there may be several."""

    subscription_id: int
    member_id: int
    member: str
    records: Mapping[int, Sequence[SeatEvent]]

    @property
    def spans(self) -> list[StatusSpan]:
        return together([seat_spans(events) for events in self.records.values()])


_HISTORIES = """
SELECT subscription_id, person.id, person.key, seat.member_id, at, seat.id, kind, code_hash, expires_at
FROM seat_event AS seat LEFT JOIN member_alias ON member_alias.member_id = seat.member_id
JOIN member AS person ON person.id = coalesce(into_id, seat.member_id)
WHERE subscription_id = ANY(%(subscriptions)s) AND (%(person)s::bigint IS NULL OR person.id = %(person)s)
ORDER BY subscription_id, person.key COLLATE "C", seat.id
"""


def histories(subscription_ids: Collection[int], member_id: int | None = None) -> Iterator[SeatHistory]:
    """Of all users of some subscriptions, by subscription and key, or of one user. Who never had a seat is left out."""
    found: dict[tuple[int, int, str], dict[int, list[SeatEvent]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_HISTORIES, {"subscriptions": list(subscription_ids), "person": member_id})
        for subscription, person, key, record, at, recorded, kind, code, expires_at in cursor:
            event = SeatEvent(at.astimezone(UTC), recorded, kind, code, expires_at and expires_at.astimezone(UTC))
            found[subscription, person, key][record].append(event)
    for (subscription, person, key), records in found.items():
        yield SeatHistory(subscription, person, key, records)


def append(
    organization_id: int,
    subscription_id: int,
    member_id: int,
    kind: str,
    at: datetime,
    actor: str,
    request_id: str,
    code_hash: str = "",
    expires_at: datetime | None = None,
) -> None:
    rows.SeatEvent.objects.create(
        organization_id=organization_id,
        subscription_id=subscription_id,
        member_id=member_id,
        kind=kind,
        at=at,
        code_hash=code_hash,
        expires_at=expires_at,
        recorded_at=at,
        actor=actor,
        request_id=request_id,
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was sent a code: the key of the subscription, the record it was sent to, and whose record that is."""

    subscription: str
    record_id: int
    member_id: int


_INVITED = """
SELECT subscription.key, seat.member_id, coalesce(into_id, seat.member_id)
FROM seat_event AS seat JOIN subscription ON subscription.id = subscription_id
LEFT JOIN member_alias ON member_alias.member_id = seat.member_id
WHERE code_hash = %s AND code_hash <> '' AND seat.kind = 'invited'
"""


def invited_by(code_hash: str) -> Invited | None:
    with connection.cursor() as cursor:
        cursor.execute(_INVITED, [code_hash])
        found = cursor.fetchone()
    return None if found is None else Invited(*found)
