"""Withdrawals: tombstones for activity that was a mistake, valid before and after it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

EVERY_CUSTOMER = 0
"""The pool of a tombstone that holds whoever's activity it is."""


def add(organization_id: int, pool_id: int, source_id: str, recorded_at: datetime, actor: str, request_id: str) -> bool:
    """Whether the tombstone is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO withdrawal (organization_id, pool_id, source_id, recorded_at, actor, request_id)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [organization_id, pool_id, source_id, recorded_at, actor, request_id],
        )
        return bool(cursor.rowcount == 1)


class Found(NamedTuple):
    """An activity with the id, and the one record that its person goes by."""

    pool_id: int
    member_id: int
    occurred_at: datetime
    kind: str


def find(pool_id: int, source_id: str) -> list[Found]:
    """All evidence with the id, whoever's it is if the pool is `EVERY_CUSTOMER`: that reads everything."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT activity.pool_id, coalesce(into_id, activity.member_id), occurred_at, kind"
            " FROM activity LEFT JOIN member_alias ON member_alias.member_id = activity.member_id"
            " WHERE source_id = %(id)s" + (" AND activity.pool_id = %(pool)s" if pool_id else ""),
            {"id": source_id, "pool": pool_id},
        )
        return [Found(*row) for row in cursor.fetchall()]


_NEXT = """
WITH next AS (
    SELECT occurred_at, source_id, kind FROM activity
    WHERE pool_id = %(pool)s AND kind = ANY(%(kinds)s)
    AND member_id IN (SELECT %(member)s UNION ALL SELECT member_id FROM member_alias WHERE into_id = %(member)s)
    AND date_trunc('month', occurred_at AT TIME ZONE %(zone)s)::date = %(window)s
    AND occurred_at BETWEEN %(window)s::date - interval '2 days' AND %(window)s::date + interval '33 days'
    AND NOT EXISTS (
        SELECT FROM withdrawal
        WHERE withdrawal.source_id = activity.source_id AND withdrawal.pool_id IN (0, activity.pool_id)
    )
    ORDER BY occurred_at, source_id, kind LIMIT 1
), moved AS (
    UPDATE presence SET first_at = occurred_at, first_id = source_id, first_kind = kind FROM next
    WHERE (pool_id, meter_id, window_start, member_id, first_id)
        = (%(pool)s, %(meter)s, %(window)s, %(member)s, %(id)s)
), gone AS (
    DELETE FROM presence
    WHERE (pool_id, meter_id, window_start, member_id, first_id)
        = (%(pool)s, %(meter)s, %(window)s, %(member)s, %(id)s)
    AND NOT EXISTS (SELECT FROM next)
    RETURNING 1
)
UPDATE usage SET count = count - 1
WHERE (pool_id, meter_id, window_start) = (%(pool)s, %(meter)s, %(window)s) AND EXISTS (SELECT FROM gone)
"""


def uncount(found: Found, source_id: str, meter_id: int, kinds: Sequence[str], window: object, time_zone: str) -> bool:
    """The person's next-earliest activity in a month takes the place of a withdrawn one, if it was the first.

    Whether nothing takes its place, so that they count no longer.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _NEXT,
            {
                "pool": found.pool_id,
                "member": found.member_id,
                "meter": meter_id,
                "kinds": list(kinds),
                "window": str(window),
                "zone": time_zone,
                "id": source_id,
            },
        )
        return bool(cursor.rowcount == 1)
