"""The monthly parts of the evidence: made ahead here and nowhere else, by the owner of the database.

Activity before the first month and beyond the last one has a part of its own (`activity_earlier`, `activity_later`),
so a missing part never loses anything; it is only slower, which is why `missing` is checked.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from headcount.core.calendar import add_months

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

FIRST_MONTH = date(2026, 1, 1)
MONTHS_AHEAD = 6

_EXISTING = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'activity'::regclass"


def wanted(today: date) -> list[date]:
    """The first days of the months that should have a part of their own."""
    months = (today.year - FIRST_MONTH.year) * 12 + today.month - FIRST_MONTH.month + MONTHS_AHEAD
    return [add_months(FIRST_MONTH, number) for number in range(max(months, 0) + 1)]


def missing(cursor: CursorWrapper, today: date) -> list[date]:
    cursor.execute(_EXISTING)
    existing = {name for (name,) in cursor.fetchall()}
    return [month for month in wanted(today) if _name(month) not in existing]


def make_ahead(cursor: CursorWrapper, today: date) -> list[date]:
    """Makes what is missing and returns it. Rows that came before their part are moved into it."""
    made = missing(cursor, today)
    for month in made:
        part, following = _name(month), add_months(month, 1)
        bounds = f"'{month} 00:00:00+00'", f"'{following} 00:00:00+00'"
        cursor.execute(f"CREATE TABLE {part} (LIKE activity INCLUDING ALL)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM activity_later WHERE occurred_at >= {bounds[0]} AND occurred_at < {bounds[1]}"
            f" RETURNING *) INSERT INTO {part} SELECT * FROM moved"
        )
        cursor.execute(f"ALTER TABLE activity ATTACH PARTITION {part} FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})")
    return made


def _name(month: date) -> str:
    return f"activity_{month:%Y_%m}"
