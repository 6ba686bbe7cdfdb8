"""What should be billed up to a day, by what was agreed and counted: one side of the difference (SPEC 1.11a, 3, 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from headcount.core.calendar import Interval, Period, month_of, period_of, periods
from headcount.core.catalog import ActivityMeter, Charge, Meter
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.rating import Quantity, whole_price
from headcount.core.subscriptions import Subscription, segments


@dataclass(frozen=True, slots=True)
class Reading:
    """A count that is needed for money: one meter of one subscription over `window`, inside the subscription's time.

    It is billed on `due_on`: at the end of the billing period in which the window ends, or when the subscription ends.
    """

    subscription: int
    charge: str
    meter: str
    window: Period
    counted: Period
    due_on: date


def due_dates(subscription: Subscription, meters: Mapping[str, Meter], until: date) -> set[date]:
    """The days up to `until` on which something of this subscription can become due."""
    starts = {period.start for period in begun_periods(subscription, until)}
    changes = {change.effective_on for change in subscription.changes if change.effective_on <= until}
    counted = {reading.due_on for reading in readings(subscription, meters, until)}
    return starts | changes | counted


def begun_periods(subscription: Subscription, until: date) -> Iterator[Period]:
    """The billing periods that begin up to `until` while the subscription runs."""
    for period in periods(subscription.start_on, subscription.plan.billing_period):
        if period.start > until or (subscription.end_on is not None and period.start >= subscription.end_on):
            return
        yield period


def readings(subscription: Subscription, meters: Mapping[str, Meter], until: date) -> list[Reading]:
    """Every count that is due up to `until`."""
    if subscription.start_on == subscription.end_on:
        return []
    counted = [charge for charge in subscription.plan.charges if charge.basis == "counted"]
    return [reading for charge in counted for reading in _due(_readings(subscription, charge, meters), until)]


def _due(upcoming: Iterator[Reading], until: date) -> Iterator[Reading]:
    return takewhile(lambda reading: reading.due_on <= until, upcoming)


def _readings(subscription: Subscription, charge: Charge, meters: Mapping[str, Meter]) -> Iterator[Reading]:
    start, end = subscription.start_on, subscription.end_on or date.max
    for window in _windows(subscription, meters[charge.meter]):
        if window.start >= end:
            return
        ends_in = period_of(start, subscription.plan.billing_period, window.end - timedelta(days=1))
        counted = Period(max(window.start, start), min(window.end, end))
        yield Reading(subscription.id, charge.key, charge.meter, window, counted, min(ends_in.end, end))


def _windows(subscription: Subscription, meter: Meter) -> Iterator[Period]:
    if isinstance(meter, ActivityMeter):
        return periods(month_of(subscription.start_on).start, Interval(1, "month"))
    return periods(subscription.start_on, subscription.plan.billing_period)


def expected(
    subscription: Subscription,
    currency: str,
    meters: Mapping[str, Meter],
    counts: Mapping[Reading, int],
    as_of: date,
) -> list[Coverage]:
    """Everything that should be billed up to `as_of`, by what was agreed and effective up to then.

    What costs nothing is no line (SPEC 3.2). Committed charges keep a period that has begun, also when the
    subscription is cancelled in it. Refused: a count that the price model does not reach (`above_last_tier`).
    """
    committed = [
        (charge, period, part, quantity)
        for period in begun_periods(subscription, as_of)
        for charge in subscription.plan.committed
        for part, quantity in segments(subscription, charge.key, period, as_of)
    ]
    counted = [
        (
            subscription.plan.charge(reading.charge),
            reading.window,
            _charged_days(reading, meters),
            counts[reading],
        )
        for reading in readings(subscription, meters, as_of)
    ]
    coverages = (
        Coverage(_point(subscription, charge, period, quantity, currency), span)
        for charge, period, span, quantity in [*committed, *counted]
    )
    return [coverage for coverage in coverages if coverage.point.price]


def _charged_days(reading: Reading, meters: Mapping[str, Meter]) -> Period:
    """A person active in a window is paid for once, in full; a status is paid for by the days of the subscription."""
    return reading.window if isinstance(meters[reading.meter], ActivityMeter) else reading.counted


def _point(subscription: Subscription, charge: Charge, period: Period, quantity: Quantity, currency: str) -> PricePoint:
    price = whole_price(charge.model, quantity)
    return PricePoint(subscription.id, subscription.plan_version, charge.key, period, quantity, price, currency)
