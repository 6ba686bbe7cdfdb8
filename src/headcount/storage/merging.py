"""Records of people who turn out to be one, and people whose names are given up.

Inside a transaction in which nobody counts activity.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

_ALIASES = (
    "UPDATE member_alias SET into_id = %(into)s WHERE into_id = %(merged)s",
    """
    INSERT INTO member_alias (organization_id, pool_id, member_id, into_id, recorded_at)
    VALUES (%(organization)s, %(pool)s, %(merged)s, %(into)s, %(recorded_at)s)
    """,
)

# Of two who are present in a window the earlier first activity stays, and the number is one less.
_WINDOWS = """
WITH gone AS (
    DELETE FROM presence WHERE pool_id = %(pool)s AND member_id = %(merged)s
    RETURNING organization_id, pool_id, meter_id, window_start, first_at, first_id, first_kind
), kept AS (
    INSERT INTO presence AS known
        (organization_id, pool_id, meter_id, window_start, member_id, first_at, first_id, first_kind)
    SELECT organization_id, pool_id, meter_id, window_start, %(into)s, first_at, first_id, first_kind FROM gone
    ON CONFLICT (pool_id, meter_id, window_start, member_id) DO UPDATE
        SET (first_at, first_id, first_kind) = (
            SELECT * FROM (VALUES (known.first_at, known.first_id, known.first_kind),
                (excluded.first_at, excluded.first_id, excluded.first_kind)) AS either (at, id, kind)
            ORDER BY at, id, kind LIMIT 1
        )
    RETURNING pool_id, meter_id, window_start, xmax <> 0 AS was_there
)
UPDATE usage SET count = count - 1 FROM kept
WHERE was_there AND (usage.pool_id, usage.meter_id, usage.window_start)
    = (kept.pool_id, kept.meter_id, kept.window_start)
"""

_DETAILS = (
    """
    INSERT INTO member_details (organization_id, member_id, name, email, marketing, recorded_at)
    SELECT organization_id, %(into)s, name, email, marketing, %(recorded_at)s FROM member_details
    WHERE member_id = %(merged)s ON CONFLICT DO NOTHING
    """,
    "DELETE FROM member_details WHERE member_id = %(merged)s",
)


def merge(organization_id: int, pool_id: int, merged: int, into: int, recorded_at: datetime) -> int:
    """One record becomes another name of `into`. Returns how many windows count one person less."""
    values: dict[str, int | datetime] = {
        "organization": organization_id, "pool": pool_id, "merged": merged, "into": into, "recorded_at": recorded_at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _ALIASES:
            cursor.execute(statement, values)
        cursor.execute(_WINDOWS, values)
        windows = cursor.rowcount
        for statement in _DETAILS:
            cursor.execute(statement, values)
        return int(windows)


_RECORDS = "id = ANY(%(people)s) OR id IN (SELECT member_id FROM member_alias WHERE into_id = ANY(%(people)s))"


def anonymise(people: Sequence[int], anonymised_at: datetime) -> None:
    """Takes names and keys away from people and from all records merged into them. The rows and their ids stay."""
    values: dict[str, list[int] | datetime] = {"people": list(people), "at": anonymised_at}
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM member_details WHERE member_id IN (SELECT id FROM member WHERE {_RECORDS})", values
        )
        cursor.execute(
            f"UPDATE member SET key = 'anonymous-' || right(public_id, 20), anonymised_at = %(at)s WHERE {_RECORDS}",
            values,
        )
