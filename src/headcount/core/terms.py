"""Terms: how long a contract binds, when it is billed, and when it can end (SPEC 3.1, 4.1, 4.2, 4.10).

An end is always the first day without the contract; paper prints the day before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count as count_up
from typing import TYPE_CHECKING

from headcount.core.calendar import Interval, Period, add_months, boundary, later, period_of, periods
from headcount.core.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about time.

    `duration` None: until revoked. `renewal` None: with a duration the contract ends with it, without one it can end
    with every billing period. `notice` None: up to the last day. `billing_day`: billing periods begin on this day of
    the month instead of the day of the month on which the contract began.
    """

    billing_period: Interval
    billing_day: int | None = None
    duration: Interval | None = None
    renewal: Interval | None = None
    notice: Interval | None = None

    def billing_periods(self, start: date, since: date = date.min) -> Iterator[Period]:
        """Whole periods; the first begins on or before `start`, or holds `since` if that is later."""
        return periods(start, self.billing_period, self.billing_day, since)

    def billing_period_of(self, start: date, day: date) -> Period:
        return period_of(start, self.billing_period, day, self.billing_day)


def natural_end(terms: Terms, start: date) -> date | None:
    """When the contract ends although nobody cancels it: a fixed duration that is not renewed."""
    if terms.duration is None or terms.renewal is not None:
        return None
    return later(start, terms.duration)


def possible_ends(terms: Terms, start: date) -> Iterator[date]:
    """Every day on which the contract may end by notice, in order; all reckoned from the start day."""
    if terms.duration is not None and terms.renewal is None:
        yield later(start, terms.duration)
        return
    if terms.duration is None and terms.renewal is None:
        for number in count_up(1):
            yield boundary(start, terms.billing_period, number, terms.billing_day)
        return
    step = terms.renewal or terms.billing_period
    first = terms.duration.length if terms.duration else step.length
    for number in count_up():
        yield later(start, _of_family(step, first + number * step.length))


def _of_family(like: Interval, length: int) -> Interval:
    return Interval(length, "day" if like.family == "days" else "month")


def term_of(terms: Terms, start: date, day: date) -> Period:
    """The term that runs on `day`: from the start or the last possible end, up to the next one."""
    since = start
    for end in possible_ends(terms, start):
        if day < end:
            return Period(since, end)
        since = end
    return Period(start, since)


def last_day_to_cancel(terms: Terms, end: date) -> date:
    """The latest day d with d + notice <= the last inclusive day (SPEC 4.2)."""
    last = end - timedelta(days=1)
    if terms.notice is None:
        return last
    if terms.notice.family == "days":
        return last - timedelta(days=terms.notice.length)
    day = add_months(last, -terms.notice.length)
    while later(day + timedelta(days=1), terms.notice) <= last:
        day += timedelta(days=1)
    return day


def end_by_notice(terms: Terms, start: date, received: date) -> date:
    """Where a contract ends whose cancellation is received on a local day."""
    end = start
    for end in possible_ends(terms, start):
        if received <= last_day_to_cancel(terms, end):
            return end
    return end


def refusals(terms: Terms) -> list[Refusal]:
    """What does not fit together, each with the field that is wrong (SPEC 3.1)."""
    period = terms.billing_period
    found = []
    for field, interval in (("duration", terms.duration), ("renewal", terms.renewal)):
        if interval is None:
            continue
        numbers: dict[str, object] = {"given": str(interval), "billing_period": str(period)}
        if interval.family != period.family:
            found.append(Refusal("another_family", field, numbers=numbers))
        elif not _divides(field, interval.length, period.length):
            found.append(Refusal("does_not_divide", field, numbers=numbers))
    if terms.billing_day is not None and period.family != "months":
        found.append(Refusal("billing_day_needs_months", "billing_day", numbers={"billing_period": str(period)}))
    return found


def _divides(field: str, length: int, period: int) -> bool:
    """The billing period divides a duration; of billing period and renewal interval, one divides the other."""
    return length % period == 0 or (field == "renewal" and period % length == 0)
