"""Reading counts: the number from one row, its people from as many rows as the number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from headcount.core.catalog import StatusMeter
from headcount.core.members import StatusSpan
from headcount.storage import members


@dataclass(frozen=True, slots=True)
class Count:
    customer: str
    window_start: date
    count: int


def counted(meter_id: int, window_start: date | None = None, customer: str | None = None) -> Iterator[Count]:
    """The non-empty windows of an activity meter, by customer and time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer.key, window_start, count FROM usage JOIN customer ON customer.id = pool_id"
            " WHERE meter_id = %(meter)s AND count > 0"
            " AND (%(window)s::date IS NULL OR window_start = %(window)s)"
            " AND (%(customer)s::text IS NULL OR customer.key = %(customer)s)"
            ' ORDER BY customer.key COLLATE "C", window_start',
            {"meter": meter_id, "window": window_start, "customer": customer},
        )
        for row in cursor:
            yield Count(*row)


def usage_of(pools: Sequence[int], since: date) -> dict[tuple[int, int, date], int]:
    """(pool, meter, window) -> count of windows from `since` on, for many pools at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pool_id, meter_id, window_start, count FROM usage WHERE pool_id = ANY(%s) AND window_start >= %s",
            [list(pools), since],
        )
        return {(pool, meter, window): count for pool, meter, window, count in cursor}


@dataclass(frozen=True, slots=True)
class PresentMember:
    """A person who counts, and their first activity in the window."""

    member: str
    name: str
    id: str
    kind: str
    occurred_at: datetime


def present(pool_id: int, meter_id: int, window_start: date) -> list[PresentMember]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member.key, coalesce(details.name, ''), first_id, first_kind, first_at"
            " FROM presence JOIN member ON member.id = member_id"
            " LEFT JOIN member_details details ON details.member_id = member.id"
            " WHERE pool_id = %s AND meter_id = %s AND window_start = %s"
            ' ORDER BY first_at, first_id, member.key COLLATE "C"',
            [pool_id, meter_id, window_start],
        )
        return [PresentMember(*row) for row in cursor]


_ACTIVE = """
SELECT (
    SELECT count(DISTINCT member_id) FROM standing_activity AS activity
    WHERE activity.pool_id = wanted.pool_id AND kind = ANY(%s) AND occurred_at >= start AND occurred_at < until
)
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS wanted (pool_id, start, until, place)
ORDER BY place
"""


def active_in(stretches: Sequence[tuple[int, datetime, datetime]], kinds: Sequence[str]) -> list[int]:
    """How many people were active, for each (pool, start, end): from evidence, where no count is kept."""
    pools, starts, ends = ([stretch[place] for stretch in stretches] for place in range(3))
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, [list(kinds), pools, starts, ends])
        return [number for (number,) in cursor.fetchall()]


def active_by_pool(pools: Sequence[int], kinds: Sequence[str], start: datetime, end: datetime) -> dict[int, int]:
    """Pool -> how many people were active in a stretch of time; pools with none are left out. From evidence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pool_id, count(DISTINCT member_id) FROM standing_activity"
            " WHERE pool_id = ANY(%s) AND kind = ANY(%s) AND occurred_at >= %s AND occurred_at < %s GROUP BY pool_id",
            [list(pools), list(kinds), start, end],
        )
        return dict(cursor.fetchall())


def is_active(pool_id: int, member: str, kinds: Sequence[str], start: datetime, end: datetime) -> bool:
    """Whether one person was active in a stretch of time, by their key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM standing_activity WHERE pool_id = %(pool)s AND kind = ANY(%(kinds)s)"
            " AND occurred_at >= %(start)s AND occurred_at < %(end)s AND member_id = (SELECT coalesce(into_id, id)"
            " FROM member LEFT JOIN member_alias ON member_alias.member_id = id"
            " WHERE customer_id = %(pool)s AND key = %(member)s))",
            {"pool": pool_id, "member": member, "kinds": list(kinds), "start": start, "end": end},
        )
        return bool(cursor.fetchone()[0])


def active_members(pool_id: int, kinds: Sequence[str], start: datetime, end: datetime) -> list[PresentMember]:
    """Who was active in any stretch of time, with their first activity in it: from evidence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM (SELECT DISTINCT ON (member_id) member.key, coalesce(details.name, ''), source_id, kind,"
            " occurred_at FROM standing_activity JOIN member ON member.id = member_id"
            " LEFT JOIN member_details details USING (member_id)"
            " WHERE pool_id = %s AND kind = ANY(%s) AND occurred_at >= %s AND occurred_at < %s"
            " ORDER BY member_id, occurred_at, source_id, kind) first"
            ' ORDER BY occurred_at, source_id, key COLLATE "C"',
            [pool_id, list(kinds), start, end],
        )
        return [PresentMember(*row) for row in cursor]


People = Mapping[str, Sequence[StatusSpan]]


def status_spans(pools: Iterable[int], meters: Sequence[StatusMeter]) -> dict[str, dict[int, People]]:
    """Meter -> pool -> member -> the spans of their statuses, of those whose role the meter counts.

    Pools without any are left out.
    """
    found: dict[str, dict[int, dict[str, Sequence[StatusSpan]]]] = {meter.key: defaultdict(dict) for meter in meters}
    for person in members.histories(list(pools)) if meters else ():
        held = person.spans
        for meter in meters:
            if not meter.roles or person.role in meter.roles:
                found[meter.key][person.pool_id][person.key] = held
    return {meter: dict(by_pool) for meter, by_pool in found.items()}


@dataclass(frozen=True, slots=True)
class LimitNow:
    """What one meter of a customer may reach at an instant: the sum of the grants that hold then. None: unlimited."""

    pool_id: int
    meter_id: int
    limit: int | None


def limits_at(instant: datetime) -> list[LimitNow]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pool_id, meter_id, CASE WHEN bool_or(quantity IS NULL) THEN NULL ELSE sum(quantity)::bigint END"
            " FROM limit_grant WHERE from_at <= %(at)s AND (to_at IS NULL OR %(at)s < to_at)"
            " AND at_limit <> 'none' GROUP BY pool_id, meter_id",
            {"at": instant},
        )
        return [LimitNow(*row) for row in cursor]
