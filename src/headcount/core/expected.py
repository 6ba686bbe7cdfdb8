"""What should be billed up to a day, by what was agreed and counted: one side of the difference (SPEC 1.11, 3, 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from headcount.core import proration
from headcount.core.bounds import adjustments, is_bounded, unbounded
from headcount.core.calendar import Interval, Period, month_of, periods, week_of
from headcount.core.catalog import BILLING_PERIOD, IN_ADVANCE, WEEK, ActivityMeter, Charge, Meter
from headcount.core.counting import Counted, trailing_window
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.rating import RatedQuantity
from headcount.core.subscriptions import CANCEL, SUBSCRIBE, Subscription, collected_on, paid_days, segments


@dataclass(frozen=True, slots=True)
class Reading:
    """A count that is needed for money: one meter of one subscription, of which `period` is priced as a whole.

    `counted`: the days that are looked at, inside the subscription's own time. `charged`: the days of the period that
    are paid. It is billed on `due_on`: at the end of the billing period in which the counted window ends, or when the
    subscription ends.
    """

    subscription: int
    charge: str
    meter: str
    period: Period
    counted: Period
    charged: Period
    due_on: date


def due_dates(subscription: Subscription, meters: Mapping[str, Meter], until: date) -> set[date]:
    """The days up to `until` on which something of this subscription can become due."""
    starts = {period.start for period in begun_periods(subscription, until)} | {subscription.start_on}
    ends = {due_on for due_on, *_ in _committed(subscription, until)}
    changes = {
        change.effective_on if change.kind == CANCEL else collected_on(subscription, change.effective_on)
        for change in subscription.changes
        if change.kind != SUBSCRIBE
    }
    counted = {reading.due_on for reading in readings(subscription, meters, until)}
    days = starts | ends | changes | counted
    return {day for day in days if subscription.start_on <= day <= until}


def begun_periods(subscription: Subscription, until: date) -> Iterator[Period]:
    """The billing periods that begin up to `until` while the subscription runs."""
    for period in subscription.plan.terms.billing_periods(subscription.start_on):
        begins = max(period.start, subscription.start_on)
        if begins > until or (subscription.end_on is not None and begins >= subscription.end_on):
            return
        yield period


def _committed(subscription: Subscription, until: date) -> Iterator[tuple[date, Charge, Period]]:
    """What was bought, by charge and billing period, with the day on which it is due: up to `until`."""
    for period in begun_periods(subscription, until):
        for charge in subscription.plan.committed:
            paid = paid_days(subscription, charge, period)
            due_on = paid.start if charge.billed == IN_ADVANCE else paid.end
            if due_on <= until:
                yield due_on, charge, period


def readings(subscription: Subscription, meters: Mapping[str, Meter], until: date) -> list[Reading]:
    """Every count that is due up to `until`."""
    counted = [charge for charge in subscription.plan.charges if charge.basis == "counted"]
    return [reading for charge in counted for reading in _due_readings(subscription, charge, meters, until)]


def _due_readings(
    subscription: Subscription, charge: Charge, meters: Mapping[str, Meter], until: date
) -> Iterator[Reading]:
    if subscription.start_on == subscription.end_on:
        return iter(())
    return takewhile(lambda reading: reading.due_on <= until, _readings(subscription, charge, meters))


def _readings(subscription: Subscription, charge: Charge, meters: Mapping[str, Meter]) -> Iterator[Reading]:
    start, end = subscription.start_on, subscription.end_on or date.max
    meter = meters[charge.meter]
    for window in _windows(subscription, meter):
        if window.start >= end:
            return
        inside = Period(max(window.start, start), min(window.end, end))
        if inside.start >= inside.end:
            continue
        due_on = min(subscription.period_of(window.last_day).end, end)
        counted, charged = _looked_at(meter, window, inside, start)
        if not _is_paid_in_full(meter):
            charged = proration.charged(subscription.plan.proration, window, inside, subscription.anchor)
        yield Reading(subscription.id, charge.key, charge.meter, window, counted, charged, due_on)


def _is_paid_in_full(meter: Meter) -> bool:
    """Who was active in a window is paid for once, whatever part of it the subscription ran."""
    return isinstance(meter, ActivityMeter) and not meter.trailing_days


def _looked_at(meter: Meter, window: Period, inside: Period, start: date) -> tuple[Period, Period]:
    """The days to look at, and those to pay."""
    if isinstance(meter, ActivityMeter) and meter.trailing_days:
        last = trailing_window(inside.last_day, meter.trailing_days)
        return Period(max(last.start, start), last.end), inside
    return inside, window


def _windows(subscription: Subscription, meter: Meter) -> Iterator[Period]:
    """The windows of a meter from the one on that holds the first day."""
    start = subscription.start_on
    if not isinstance(meter, ActivityMeter) or meter.window == BILLING_PERIOD or meter.trailing_days:
        return subscription.plan.terms.billing_periods(start)
    if meter.window == WEEK:
        return periods(week_of(start).start, Interval(1, "week"))
    return periods(month_of(start).start, Interval(1, "month"))


def expected(
    subscription: Subscription,
    currency: str,
    meters: Mapping[str, Meter],
    counts: Mapping[Reading, Sequence[Counted]],
    as_of: date,
) -> list[Coverage]:
    """Everything that should be billed up to `as_of`, by what was agreed and effective up to then.

    What costs nothing is no line (SPEC 3.2). Refused: a count that the price model does not reach (`above_last_tier`).
    """
    rule = subscription.plan.proration
    committed = [
        (charge, period, part, quantity)
        for _, charge, period in _committed(subscription, as_of)
        for part, quantity in segments(subscription, charge, period, as_of)
    ]
    coverages = [
        Coverage(_point(subscription, charge, period, quantity, currency, rule), span)
        for charge, period, span, quantity in committed
        if span.start < span.end
    ]
    for charge in (one for one in subscription.plan.charges if one.basis == "counted"):
        coverages += _counted(subscription, charge, currency, meters[charge.meter], counts, as_of)
    return [coverage for coverage in coverages if coverage.point.price]


def _counted(
    subscription: Subscription,
    charge: Charge,
    currency: str,
    meter: Meter,
    counts: Mapping[Reading, Sequence[Counted]],
    as_of: date,
) -> Iterator[Coverage]:
    """What was counted; people active in windows with what is missing to a minimum, or beyond a maximum."""
    in_full = _is_paid_in_full(meter)
    by_window = unbounded(charge) if in_full else charge
    sums: Counter[date] = Counter()
    for reading in _due_readings(subscription, charge, {charge.meter: meter}, as_of):
        rule = proration.ACTUAL_DAYS if in_full else subscription.plan.proration
        for days, quantity in _priced(subscription, reading, counts[reading]):
            if days.start < days.end:
                point = _point(subscription, by_window, reading.period, quantity, currency, rule)
                coverage = Coverage(point, days)
                sums[reading.due_on] += coverage.amount_minor
                yield coverage
    if in_full and is_bounded(charge):
        yield from adjustments(subscription, charge, currency, _over(subscription, charge, as_of), sums)


def _over(subscription: Subscription, charge: Charge, until: date) -> dict[Period, Period]:
    """The billing periods that are over up to `until`, each with its days inside the contract."""
    owed = {period: paid_days(subscription, charge, period) for period in begun_periods(subscription, until)}
    return {period: days for period, days in owed.items() if days.end <= until}


def _priced(
    subscription: Subscription, reading: Reading, counted: Sequence[Counted]
) -> Iterator[tuple[Period, RatedQuantity]]:
    """One count for all charged days, or a run of days for each count, day by day (SPEC 1.11)."""
    rule = subscription.plan.proration
    turns = [
        proration.turn(rule, reading.period, part.days.start, subscription.anchor) or part.days.start
        for part in counted[1:]
    ]
    starts, ends = [reading.charged.start, *turns], [*turns, reading.charged.end]
    for start, end, part in zip(starts, ends, counted, strict=True):
        yield Period(start, end), part.quantity


def _point(
    subscription: Subscription, charge: Charge, period: Period, quantity: RatedQuantity, currency: str, rule: str
) -> PricePoint:
    return PricePoint(
        subscription=subscription.id,
        plan_version=subscription.plan_version,
        charge=charge.key,
        period=period,
        quantity=quantity,
        price=charge.price(quantity),
        currency=currency,
        proration=rule,
    )
