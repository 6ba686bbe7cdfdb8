"""Events: what happened, for the vendor's own system, written by the transaction that did it.

They are read in the order in which their transactions began, and never beyond one that still runs: whoever goes on
after the last one they saw passes nothing over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from headcount.storage.models.base import public_id


@dataclass(frozen=True, slots=True)
class NewEvent:
    """`once`: the name of something that is told once only."""

    kind: str
    customer_id: int | None = None
    member_id: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """`customer` and `member` are the vendor's own keys."""

    id: str
    kind: str
    recorded_at: datetime
    customer: str | None
    member: str | None
    details: Mapping[str, Any]


_APPEND = """
INSERT INTO event (organization_id, public_id, kind, customer_id, member_id, details, once, recorded_at)
SELECT %s, public_id, kind, customer_id, member_id, details, once, %s
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::jsonb[], %s::text[])
    AS new (public_id, kind, customer_id, member_id, details, once)
ON CONFLICT (organization_id, once) DO NOTHING
"""


def append(organization_id: int, recorded_at: datetime, new: Sequence[NewEvent]) -> None:
    columns: Iterable[Iterable[object]] = (
        (public_id("evt") for _ in new),
        (one.kind for one in new),
        (one.customer_id for one in new),
        (one.member_id for one in new),
        (json.dumps(one.details, default=str) for one in new),
        (one.once for one in new),
    )
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [organization_id, recorded_at, *(list(column) for column in columns)])


_READ = """
SELECT event.public_id, kind, event.recorded_at, customer.key, member.key, details::text
FROM event LEFT JOIN customer ON customer.id = event.customer_id LEFT JOIN member ON member.id = event.member_id
WHERE (%(unsettled)s OR transaction < pg_snapshot_xmin(pg_current_snapshot()))
AND (%(after)s = '' OR (transaction, event.id) > (SELECT transaction, id FROM event WHERE public_id = %(after)s))
AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s))
AND (%(customer)s = '' OR customer.key = %(customer)s)
ORDER BY transaction, event.id LIMIT %(most)s
"""


def read(
    after: str, most: int, kinds: Sequence[str] = (), customer: str = "", *, unsettled: bool = False
) -> Iterator[Event]:
    """At most `most` events after the one with the id `after`; empty: from the first.

    `unsettled`: also those that an earlier transaction, still running anywhere, may yet add something before.
    """
    with connection.cursor() as cursor:
        wanted: dict[str, str | int | bool | list[str] | None] = {"after": after, "customer": customer, "most": most}
        cursor.execute(_READ, wanted | {"kinds": list(kinds) or None, "unsettled": unsettled})
        for id, kind, at, customer_key, member_key, details in cursor.fetchall():
            yield Event(id, kind, at.astimezone(UTC), customer_key, member_key, json.loads(details))


def exists(public_id: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM event WHERE public_id = %s)", [public_id])
        return bool(cursor.fetchone()[0])
