"""Dates: half-open periods with kept anchors, and the windows of a time zone.

Business dates are local dates of the organization; instants are UTC. SPEC 1.1, 1.2, 4.1.
"""

from __future__ import annotations

import calendar as gregorian
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count as count_up
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headcount.core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILIES = {"day": "days", "week": "days", "month": "months", "year": "months"}
LONGEST = {"day": 36_500, "week": 5_200, "month": 1_200, "year": 100}
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}
_INTERVAL = re.compile(r"\s*([0-9]{1,5})\s+(day|week|month|year)s?\s*")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local days from `start` up to but not including `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"

    @property
    def last_day(self) -> date:
        """The last inclusive day, as paper prints it."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time in the calendar: 3 months, 1 year, 2 weeks."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}" + ("s" if self.count != 1 else "")

    @property
    def family(self) -> str:
        """`days` or `months`: two intervals can be compared if it is the same."""
        return FAMILIES[self.unit]

    @property
    def length(self) -> int:
        """In days or months, as the family says: a year is 12, two weeks are 14."""
        return self.count * (_DAYS | _MONTHS)[self.unit]


def parse_interval(text: object, field: str) -> Interval:
    """`"1 month"`, `"12 months"`, `"2 weeks"`; at most 100 years."""
    match = _INTERVAL.fullmatch(text) if isinstance(text, str) else None
    if match is None or not 0 < int(match[1]) <= LONGEST[match[2]]:
        raise refuse("not_an_interval", field, given=str(text))
    return Interval(int(match[1]), match[2])


def add_months(day: date, months: int) -> date:
    """`months` later, clipped to the last day of that month: 31 January + 1 is 28 or 29 February."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = gregorian.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def later(day: date, interval: Interval) -> date:
    """`day` + `interval`, clipped to the month's last day."""
    if interval.family == "days":
        return day + timedelta(days=interval.length)
    return add_months(day, interval.length)


def boundary(start: date, interval: Interval, number: int, fixed_day: int | None = None) -> date:
    """The start of period `number` (from 0), always reckoned from the start day, so that anchors never drift.

    With a `fixed_day` of the month (1 to 31, months only) periods begin on that day, clipped to the month's last:
    number 0 at the last such day up to the start (SPEC 4.10).
    """
    if interval.family == "days":
        return start + timedelta(days=number * interval.length)
    if fixed_day is None:
        return add_months(start, number * interval.length)
    first = start.replace(day=1)
    begun = 0 if start >= _on_day(first, fixed_day) else -1
    return _on_day(add_months(first, begun + number * interval.length), fixed_day)


def _on_day(first: date, day: int) -> date:
    return first.replace(day=min(day, gregorian.monthrange(first.year, first.month)[1]))


def periods(start: date, interval: Interval, fixed_day: int | None = None, since: date = date.min) -> Iterator[Period]:
    """The billing periods from `start` on, without end: from the one that holds `since`, if that is later.

    With a fixed day the first may begin before the start.
    """
    first = number_of(start, interval, since, fixed_day) if since > start else 0
    begin = boundary(start, interval, first, fixed_day)
    for number in count_up(first + 1):
        end = boundary(start, interval, number, fixed_day)
        yield Period(begin, end)
        begin = end


def period_of(start: date, interval: Interval, day: date, fixed_day: int | None = None) -> Period:
    """The period that holds `day`, which is not before the first one."""
    number = number_of(start, interval, day, fixed_day)
    return Period(boundary(start, interval, number, fixed_day), boundary(start, interval, number + 1, fixed_day))


def number_of(start: date, interval: Interval, day: date, fixed_day: int | None = None) -> int:
    """Which period, from 0, holds `day`, which is not before the first one."""
    if day < boundary(start, interval, 0, fixed_day):
        raise ValueError(f"{day} is before {start}")
    number = _lower_bound_of_number(start, interval, day)
    while boundary(start, interval, number + 1, fixed_day) <= day:
        number += 1
    return number


def _lower_bound_of_number(start: date, interval: Interval, day: date) -> int:
    if interval.family == "days":
        return (day - start).days // interval.length
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(0, months // interval.length - 1)


@lru_cache(maxsize=1024)
def zone(name: str, field: str = "time_zone") -> ZoneInfo:
    """The named IANA time zone, or a refusal."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse("unknown_time_zone", field, given=name) from None


def local_date(instant: datetime, place: ZoneInfo) -> date:
    """The calendar date that clocks at `place` show at `instant`."""
    return instant.astimezone(place).date()


def first_instant(day: date, place: ZoneInfo) -> datetime:
    """The first instant at which clocks at `place` show `day` (or, if that date was skipped there, a later one).

    A midnight that clocks skip begins where the gap ends; a midnight that comes twice begins at the first.
    """
    naive = datetime.combine(day, time.min)
    before, after = (_offset(naive.replace(tzinfo=UTC) + timedelta(days=days), place) for days in (-1, 1))
    candidates = {(naive - offset).replace(tzinfo=UTC) for offset in (before, after)}
    if before != after:
        candidates.add(_transition(naive.replace(tzinfo=UTC), place))
    return min(instant for instant in candidates if local_date(instant, place) >= day)


def _offset(instant: datetime, place: ZoneInfo) -> timedelta:
    offset = instant.astimezone(place).utcoffset()
    assert offset is not None
    return offset


def _transition(around: datetime, place: ZoneInfo) -> datetime:
    """The second at which the offset changes within a day of `around`."""
    low, high = around - timedelta(days=1), around + timedelta(days=1)
    before = _offset(low, place)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(middle, place) == before else (low, middle)
    return high


@lru_cache(maxsize=4096)
def month_of(day: date) -> Period:
    """The calendar month that holds `day`."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1))


def month_text(window: Period) -> str:
    """A calendar month as people write it in data: 2026-05."""
    return f"{window.start:%Y-%m}"


@lru_cache(maxsize=4096)
def week_of(day: date) -> Period:
    """The ISO week that holds `day`: Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=7))


def week_text(window: Period) -> str:
    """An ISO week as people write it in data: 2026-W18. Its year is the one of its Thursday."""
    year, week, _ = window.start.isocalendar()
    return f"{year}-W{week:02d}"


def parse_week(text: str, field: str = "window") -> Period:
    """`2026-W18`."""
    if match := re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text):
        try:
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            pass
        else:
            if EARLIEST_YEAR <= monday.year <= LATEST_YEAR:
                return week_of(monday)
    raise refuse("not_a_week", field, given=text)


def parse_month(text: str, field: str = "window") -> Period:
    """`2026-05`."""
    first = _iso_date(f"{text}-01")
    if first is None:
        raise refuse("not_a_month", field, given=text)
    return month_of(first)


def parse_date(text: object, field: str) -> date:
    """`2026-05-31`, and nothing else that ISO 8601 would allow; from 1900 to 2199."""
    day = _iso_date(str(text) if isinstance(text, date) else text)
    if day is None:
        raise refuse("not_a_date", field, given=str(text))
    return day


def _iso_date(text: object) -> date | None:
    if isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None
    return None
