"""Counting: who counts, in which window, read how (SPEC 1.1 to 1.13).

A count is never a number on its own: it is the length of a list of people. What holds from one moment to another (a
status, a seat, having been active in the last days) is a span; one set of readings serves them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from headcount.core.calendar import Period, month_of
from headcount.core.members import StatusSpan
from headcount.core.money import half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

AVERAGE, DAY_BY_DAY = "average", "day by day"
AT_A_MOMENT = ("start", "end", "peak")
"""Readings that count the people of one moment."""
READINGS = (*AT_A_MOMENT, AVERAGE, DAY_BY_DAY)


def month_window(local_day: date) -> Period:
    """The calendar month of the local date on which something happened: the window it counts in."""
    return month_of(local_day)


def trailing_window(day: date, days: int) -> Period:
    """The `days` local days up to and including `day` (SPEC 1.12)."""
    return Period(day - timedelta(days=days - 1), day + timedelta(days=1))


def trailing_periods(active_on: Iterable[date], days: int) -> list[Period]:
    """When a person counts by a trailing window: from each active day for `days` days, merged."""
    merged: list[Period] = []
    for day in sorted(active_on):
        end = day + timedelta(days=days)
        if merged and day <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, end)
        else:
            merged.append(Period(day, end))
    return merged


@dataclass(frozen=True, slots=True, order=True)
class CountedMember:
    """A person who counts, and the status span that makes them count."""

    member: str
    span: StatusSpan


@dataclass(frozen=True, slots=True)
class Stretch:
    """Real time from `start` up to but not including the last of `day_ends`, the instants where its local days end."""

    start: datetime
    day_ends: tuple[datetime, ...]

    @property
    def first_day_end(self) -> datetime:
        return self.day_ends[0]

    @property
    def end(self) -> datetime:
        return self.day_ends[-1]

    def until(self, moment: datetime) -> Stretch | None:
        """The part before `moment`: its last day ends there. None if nothing is left."""
        if moment <= self.start:
            return None
        before = tuple(end for end in self.day_ends if end < moment)
        return self if len(before) == len(self.day_ends) else Stretch(self.start, (*before, moment))


def read_status(
    people: Mapping[str, Sequence[StatusSpan]], statuses: Iterable[str], reading: str, stretch: Stretch
) -> list[CountedMember]:
    """The people whom a reading at a moment counts in a stretch of time.

    `end`: those at its last moment; `start`: those after all changes of its first day; `peak`: those at the
    earliest moment with the highest count.
    """
    counting = frozenset(statuses)
    match reading:
        case "start":
            return just_before(people, counting, stretch.first_day_end)
        case "end":
            return just_before(people, counting, stretch.end)
        case "peak":
            return _peak(people, counting, stretch)
        case _:
            raise ValueError(f"{reading} is not a reading at a moment")


def just_before(
    people: Mapping[str, Sequence[StatusSpan]], counting: frozenset[str], instant: datetime
) -> list[CountedMember]:
    """Everyone with one of the statuses at the last moment before `instant`."""
    return sorted(
        CountedMember(member, span)
        for member, spans in people.items()
        for span in spans
        if span.status in counting and span.start < instant and (span.end is None or instant <= span.end)
    )


def at_instant(
    people: Mapping[str, Sequence[StatusSpan]], counting: frozenset[str], instant: datetime
) -> list[CountedMember]:
    """Everyone with one of the statuses at `instant` itself."""
    return sorted(
        CountedMember(member, span)
        for member, spans in people.items()
        for span in spans
        if span.status in counting and span.holds_at(instant)
    )


def _peak(
    people: Mapping[str, Sequence[StatusSpan]], counting: frozenset[str], stretch: Stretch
) -> list[CountedMember]:
    """One sweep over arrivals and departures; of several highest moments the earliest."""
    steps = Counter({stretch.start: 0})
    for span in (span for spans in people.values() for span in spans if span.status in counting):
        if span.start < stretch.end and (span.end is None or span.end > stretch.start):
            steps[max(span.start, stretch.start)] += 1
            if span.end is not None:
                steps[span.end] -= 1
    moments = sorted(moment for moment in steps if moment < stretch.end)
    sizes = list(accumulate(steps[moment] for moment in moments))
    return at_instant(people, counting, moments[sizes.index(max(sizes))])


@dataclass(frozen=True, slots=True, order=True)
class WeighedMember:
    """A person who counts on some days of a stretch: `days` of them, from the first by `span`."""

    member: str
    days: int
    span: StatusSpan


def weighed(
    people: Mapping[str, Sequence[StatusSpan]], statuses: Iterable[str], stretch: Stretch
) -> list[WeighedMember]:
    """The people behind an average or a count day by day: whoever counts at the end of at least one day.

    The days of all of them add up to the counts of all days.
    """
    counting = frozenset(statuses)
    found = []
    for member, spans in people.items():
        days = {
            place: span
            for span in spans
            if span.status in counting
            for place, end in enumerate(stretch.day_ends)
            if span.start < end and (span.end is None or end <= span.end)
        }
        if days:
            found.append(WeighedMember(member, len(days), days[min(days)]))
    return sorted(found)


def day_counts(people: Mapping[str, Sequence[StatusSpan]], statuses: Iterable[str], stretch: Stretch) -> list[int]:
    """The count of every day of a stretch: how many there are at its end."""
    counting = frozenset(statuses)
    return [len(just_before(people, counting, end)) for end in stretch.day_ends]


def average(counts: Sequence[int]) -> Decimal:
    """Day-weighted, half-up to 2 decimals: 341 in 31 days are 11.00."""
    return Decimal(half_up(100 * sum(counts), len(counts))).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people are charged for on some days."""

    days: Period
    quantity: int | Decimal


def runs(first_day: date, counts: Sequence[int]) -> list[Counted]:
    """Counts day by day as the fewest runs of days with one count each."""
    found, day = [], first_day
    for quantity, days in groupby(counts):
        end = day + timedelta(days=len(list(days)))
        found.append(Counted(Period(day, end), quantity))
        day = end
    return found


def tally(
    people: Mapping[str, Sequence[StatusSpan]],
    statuses: Iterable[str],
    reading: str,
    days: Period,
    stretch: Stretch,
) -> list[Counted]:
    """Any reading of a stretch that covers the local days `days`, as it is charged."""
    if reading == AVERAGE:
        return [Counted(days, average(day_counts(people, statuses, stretch)))]
    if reading == DAY_BY_DAY:
        return runs(days.start, day_counts(people, statuses, stretch))
    return [Counted(days, len(read_status(people, statuses, reading, stretch)))]


def pooled(
    sites: Mapping[str, Mapping[str, Sequence[StatusSpan]]], statuses: Iterable[str], *, once_per_site: bool
) -> dict[str, list[StatusSpan]]:
    """The people whom several customers under one licence make count, as one pool (SPEC 1.13).

    Once per site: each is another person, `site/member`, where a `/` in the key of a site is written `%2F`. Else a
    member with the same key is the same person, who counts as long as one of the sites makes them count; of two spans
    at one moment the one that began first stands.
    """
    counting = frozenset(statuses)
    spans: dict[str, list[StatusSpan]] = defaultdict(list)
    for site, members in sites.items():
        prefix = quoted(site) + "/" if once_per_site else ""
        for member, history in members.items():
            spans[prefix + member] += [s for s in history if s.status in counting]
    return {person: _side_by_side(found) for person, found in spans.items() if found}


def quoted(site: str) -> str:
    """The key of a site in the name `site/member` of a person."""
    return site.replace("%", "%25").replace("/", "%2F")


def site_and_member(person: str) -> tuple[str, str]:
    """What `pooled` calls a person once per site, taken apart."""
    site, _, member = person.partition("/")
    return site.replace("%2F", "/").replace("%25", "%"), member


def _side_by_side(overlapping: Iterable[StatusSpan]) -> list[StatusSpan]:
    """Spans of one person that touch no moment twice."""
    apart: list[StatusSpan] = []
    for span in sorted(overlapping, key=lambda span: (span.start, span.status)):
        free = apart[-1].end if apart else span.start
        if free is None:
            break
        if span.end is None or span.end > free:
            apart.append(StatusSpan(max(span.start, free), span.end, span.status))
    return apart
