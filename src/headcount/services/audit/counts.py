"""Stored counts of people, recounted from evidence by another engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from headcount.core.calendar import add_months, first_instant, local_date, month_of
from headcount.core.catalog import ActivityMeter
from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import activity, audit

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTES_OF_DOUBT = 180
"""How long after the beginning of a month a clock may go back into the month before."""

_COUNTING = {"meter_id": "BIGINT", "kind": "VARCHAR", "place": "INTEGER"}
_MONTHS = {"from_at": "BIGINT", "window_start": "DATE"}

# Distinct people first, then their number. `place` is the order that PostgreSQL gives the kinds.
_EARLIEST = """
CREATE TABLE earliest AS
SELECT meter_id, pool_id, window_start, person_id AS member_id,
    min({'at': occurred_at, 'id': source_id, 'place': place}) AS first
FROM (
    SELECT activity.*, coalesce(into_id, member_id) AS person_id, meter_id, place
    FROM activity JOIN counting USING (kind) LEFT JOIN alias USING (member_id)
    WHERE NOT EXISTS (FROM withdrawal
        WHERE withdrawal.source_id = activity.source_id AND withdrawal.pool_id IN (0, activity.pool_id))
) AS relevant
ASOF JOIN months ON relevant.occurred_at >= months.from_at
GROUP BY ALL
"""
_PEOPLE = """
SELECT meter_id, pool_id, window_start, member_id,
    first.at, first.id, (SELECT any_value(kind) FROM counting WHERE place = first.place), first_at, first_id, first_kind
FROM earliest FULL JOIN presence USING (meter_id, pool_id, window_start, member_id)
WHERE (first.at, first.id) IS DISTINCT FROM (first_at, first_id)
    OR first.place IS DISTINCT FROM (SELECT any_value(place) FROM counting WHERE kind = first_kind)
ORDER BY ALL
"""
_NUMBERS = """
SELECT meter_id, pool_id, window_start, coalesce(counted, 0), coalesce(listed, 0), coalesce(count, 0)
FROM (SELECT meter_id, pool_id, window_start, count(*) AS counted FROM earliest GROUP BY ALL)
FULL JOIN (SELECT meter_id, pool_id, window_start, count(*) AS listed FROM presence GROUP BY ALL)
    USING (meter_id, pool_id, window_start)
FULL JOIN usage USING (meter_id, pool_id, window_start)
WHERE coalesce(counted, 0) <> coalesce(count, 0) OR coalesce(listed, 0) <> coalesce(count, 0)
ORDER BY ALL
"""


def counts(books: Books) -> Iterator[Finding]:
    """Every stored number is the length of its list, and both are what the evidence says.

    For each meter of calendar months: who had an activity of its kinds in a local month, with the first of them
    (presence), and how many they are (usage). Nobody is missing and nobody is too many. What was withdrawn does not
    count, and records of one person are one. Statuses and seats have no stored counts.
    """
    _load(books)
    for meter, pool, window, member, *first in books.engine.rows(_PEOPLE):
        key = books.place(meter=meter, customer=pool, window=window, member=member)
        expected, found = _first(*first[:3]), _first(*first[3:])
        code = "presence_surplus" if expected is None else "presence_missing" if found is None else "presence_first"
        yield finding(code, "presence", key, expected, found)
    for meter, pool, window, counted, listed, stored in books.engine.rows(_NUMBERS):
        key = books.place(meter=meter, customer=pool, window=window)
        if counted != stored:
            yield finding("usage_count", "usage", key, counted, stored)
        if listed != stored:
            yield finding("usage_list", "usage", key, listed, stored)


def _load(books: Books) -> None:
    engine, stored = books.engine, books.stored
    books.looked_at += books.evidence
    books.looked_at += engine.copy("withdrawal", audit.WITHDRAWAL_COLUMNS, audit.WITHDRAWAL)
    books.looked_at += engine.copy("alias", audit.ALIAS_COLUMNS, audit.ALIAS)
    books.looked_at += engine.copy("presence", audit.PRESENCE_COLUMNS, audit.PRESENCE)
    books.looked_at += engine.copy("usage", audit.USAGE_COLUMNS, audit.USAGE)
    meters = [meter for meter in stored.meters.values() if isinstance(meter, ActivityMeter)]
    pairs = activity.meter_kinds(meters, stored.meter_ids)
    places = audit.places_of({kind for _, kind in pairs})
    engine.fill("counting", _COUNTING, [(meter, kind, places[kind]) for meter, kind in pairs])
    (first, last) = next(engine.rows("SELECT min(occurred_at), max(occurred_at) FROM activity"))
    changes = [] if first is None else list(_months(books.context.place, _instant(first), _instant(last)))
    engine.fill("months", _MONTHS, [((at - _EPOCH) // _MICROSECOND, month) for at, month in changes])
    engine.run(_EARLIEST)


def _months(place: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, date]]:
    """From which instant on which month it is. More than one instant a month where clocks went back over midnight
    between two months: what happened in the repeated hour belongs to the date that the clock showed.
    """
    month = month_of(local_date(first, place)).start
    while month <= local_date(last, place):
        begin, current = first_instant(month, place).astimezone(UTC), month
        yield begin, month
        for minute in range(1, _MINUTES_OF_DOUBT):
            at = begin + timedelta(minutes=minute)
            shown = month_of(local_date(at, place)).start
            if shown != current:
                yield at, shown
                current = shown
        month = add_months(month, 1)


def _instant(microseconds: object) -> datetime:
    return _EPOCH + cast("int", microseconds) * _MICROSECOND


def _first(at: object, source_id: object, kind: object) -> str | None:
    return None if at is None else f"{_instant(at).isoformat()} {source_id} {kind}"
