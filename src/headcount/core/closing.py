"""Closed periods: what was billed and can change no more unless something new is recorded about it.

A run computes what is open, and what a recorded change, or a count that is another now, has touched. So history keeps
the rules by which it was billed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from headcount.core.calendar import Period
from headcount.core.catalog import IN_ADVANCE
from headcount.core.counting import Counted
from headcount.core.expected import Reading, begun_periods
from headcount.core.ledger import RULES
from headcount.core.shapes import of_shape
from headcount.core.subscriptions import CANCEL, SUBSCRIBE, Change, Subscription, collected_on

LONGEST_COUNT_TEXT = 40


@dataclass(frozen=True, slots=True)
class Closing:
    """A subscription is closed up to `until`, the start of a billing period, by its first `changes` changes.

    `readings`: what was counted in closed windows that late activity can still reopen, by `reading_key`.
    """

    until: date
    changes: int
    readings: Mapping[str, str]
    rules: int = RULES


def reading_key(reading: Reading) -> str:
    return f"{reading.charge}|{reading.period.start}"


def digest_of_counts(counts: Sequence[Counted]) -> str:
    """A short text that is another if one count is another."""
    text = ",".join(f"{part.days.start}:{part.quantity}" for part in counts[1:])
    text = f"{counts[0].quantity},{text}" if text else str(counts[0].quantity)
    return text if len(text) <= LONGEST_COUNT_TEXT else hashlib.sha256(text.encode()).hexdigest()[:LONGEST_COUNT_TEXT]


def open_from(subscription: Subscription, closing: Closing | None, counts: Mapping[Reading, Sequence[Counted]]) -> date:
    """From which day on a subscription is looked at: the start of a billing period."""
    if closing is None:
        return subscription.start_on
    days = [closing.until, *_touched(subscription, closing)]
    for reading, found in counts.items():
        known = closing.readings.get(reading_key(reading))
        if reading.subscription == subscription.id and known not in (None, digest_of_counts(found)):
            days.append(reading.period.last_day)
    day = max(min(days), subscription.start_on)
    return day if day == closing.until else subscription.period_of(day).start


def _touched(subscription: Subscription, closing: Closing) -> list[date]:
    """The first days that changes told since then are about: their own, and those they take back."""
    new = [change for change in subscription.changes if change.number > closing.changes]
    days = [min(change.effective_on, _day_after(change)) for change in new]
    if any(change.kind == CANCEL for change in new):
        days += [change.effective_on for change in subscription.changes if change.kind == CANCEL]
    return days


def _day_after(change: Change) -> date:
    return date.max if change.recorded_on == date.max else change.recorded_on + timedelta(days=1)


def close(
    subscription: Subscription, since: date, counts: Mapping[Reading, Sequence[Counted]], day: date, horizon: date
) -> Closing:
    """What is closed once everything due up to `day` was billed. Late activity before `horizon` reopens nothing."""
    until = of_shape(subscription, ("closed", since, day), lambda: _closed_until(subscription, since, day))
    kept = {
        reading_key(reading): digest_of_counts(found)
        for reading, found in counts.items()
        if reading.subscription == subscription.id and horizon < reading.period.end <= until
    }
    return Closing(until, len(subscription.changes), kept)


def _closed_until(subscription: Subscription, since: date, day: date) -> date:
    until = since
    for period in begun_periods(subscription, day, since):
        if not _is_final(subscription, period, day):
            break
        until = period.end
    return until


def _is_final(subscription: Subscription, period: Period, day: date) -> bool:
    """Whether nothing that is known now can make anything of a billing period due after `day`."""
    over = min(period.end, subscription.end_on or date.max) <= day
    if not over and any(
        charge.basis == "counted" or charge.billed != IN_ADVANCE for charge in subscription.plan.charges
    ):
        return False
    return not any(
        change.effective_on in period and collected_on(subscription, change.effective_on) > day
        for change in subscription.changes
        if change.kind not in (SUBSCRIBE, CANCEL)
    )
