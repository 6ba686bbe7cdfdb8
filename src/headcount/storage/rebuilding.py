"""Counts made anew from the evidence: for a meter that is new, and for one whose counts are doubted.

Inside a transaction in which nobody else counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

_PEOPLE = """
INSERT INTO presence (organization_id, pool_id, meter_id, window_start, member_id, first_at, first_id, first_kind)
SELECT DISTINCT ON (pool_id, window_start, member_id)
    %(organization)s, pool_id, %(meter)s, window_start, member_id, occurred_at, source_id, kind
FROM standing_activity
CROSS JOIN LATERAL (SELECT date_trunc('month', occurred_at AT TIME ZONE %(zone)s)::date AS window_start) AS counted
WHERE kind = ANY(%(kinds)s)
ORDER BY pool_id, window_start, member_id, occurred_at, source_id, kind
"""
_NUMBERS = """
INSERT INTO usage (organization_id, pool_id, meter_id, window_start, count)
SELECT organization_id, pool_id, meter_id, window_start, count(*) FROM presence WHERE meter_id = %(meter)s
GROUP BY organization_id, pool_id, meter_id, window_start
"""


def rebuild(organization_id: int, meter_id: int, kinds: Sequence[str], time_zone: str) -> int:
    """Who counts in every calendar month, and how many they are. Returns how many people in windows that is."""
    values: dict[str, int | str | list[str]] = {
        "organization": organization_id, "meter": meter_id, "kinds": list(kinds), "zone": time_zone,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM presence WHERE meter_id = %(meter)s", values)
        cursor.execute("DELETE FROM usage WHERE meter_id = %(meter)s", values)
        cursor.execute(_PEOPLE, values)
        people = int(cursor.rowcount)
        cursor.execute(_NUMBERS, values)
        return people


def numbers(meter_id: int) -> dict[tuple[int, date], int]:
    """(pool, window) -> the stored count, where it is not nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pool_id, window_start, count FROM usage WHERE meter_id = %s AND count > 0", [meter_id])
        return {(pool, window): count for pool, window, count in cursor.fetchall()}
