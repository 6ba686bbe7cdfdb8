"""Counting: who counts, in which window, read how (SPEC 1.1 to 1.8, 1.11).

A count is never a number on its own: it is the length of a list of people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from headcount.core.calendar import Period, month_of
from headcount.core.members import StatusSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

READINGS = ("start", "end", "peak")


def month_window(local_day: date) -> Period:
    """The calendar month of the local date on which something happened: the window it counts in."""
    return month_of(local_day)


@dataclass(frozen=True, slots=True, order=True)
class CountedMember:
    """A person who counts, and the status span that makes them count."""

    member: str
    span: StatusSpan


@dataclass(frozen=True, slots=True)
class Stretch:
    """Real time from `start` up to but not including `end`; `first_day_end` is where its first local day ends."""

    start: datetime
    first_day_end: datetime
    end: datetime


def read_status(
    people: Mapping[str, Sequence[StatusSpan]], statuses: Iterable[str], reading: str, stretch: Stretch
) -> list[CountedMember]:
    """The people whom a reading of a status meter counts in a stretch of time.

    `end`: those at its last moment; `start`: those after all changes of its first day; `peak`: those at the
    earliest moment with the highest count.
    """
    counting = frozenset(statuses)
    match reading:
        case "start":
            return just_before(people, counting, min(stretch.first_day_end, stretch.end))
        case "end":
            return just_before(people, counting, stretch.end)
        case "peak":
            return _peak(people, counting, stretch)
        case _:
            raise ValueError(f"no reading is called {reading}")


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
