"""What should be billed up to a day, by what was agreed and counted: one side of the difference (SPEC 1.11, 3, 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import takewhile

from headcount.core import proration
from headcount.core.bounds import adjustments, is_bounded, unbounded
from headcount.core.calendar import Interval, Period, month_of, periods, week_of
from headcount.core.catalog import BILLING_PERIOD, IN_ADVANCE, WEEK, ActivityMeter, Charge, Meter
from headcount.core.counting import Counted, trailing_window
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.rating import UNLIMITED, RatedQuantity
from headcount.core.shapes import of_shape
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


def due_dates(subscription: Subscription, until: date, after: date = date.min) -> Iterator[date]:
    """The days after a day and up to `until` on which something of this subscription can become due, in order."""
    day = next_due(subscription, after)
    while day is not None and day <= until:
        yield day
        day = next_due(subscription, day)


def next_due(subscription: Subscription, after: date) -> date | None:
    """The first such day after a day, by what is agreed up to now.

    Everything falls due where a billing period begins or ends, where the contract ends, or where a change is collected.
    """
    return of_shape(subscription, ("next due", after), lambda: (_next_due(subscription, after),))[0]


def _next_due(subscription: Subscription, after: date) -> date | None:
    start, end = subscription.start_on, subscription.end_on or date.max
    days = [day for day in _changing_days(subscription) if day > after]
    if after < start:
        return min([start, *days])
    if after < end:
        days.append(min(subscription.period_of(after).end, end))
    return min(days, default=None)


def _changing_days(subscription: Subscription) -> Iterator[date]:
    for change in subscription.changes:
        if change.kind != SUBSCRIBE:
            day = change.effective_on
            yield max(day if change.kind == CANCEL else collected_on(subscription, day), subscription.start_on)


def begun_periods(subscription: Subscription, until: date, since: date = date.min) -> Iterator[Period]:
    """The billing periods that begin up to `until` while the subscription runs, from the one that holds `since`."""
    for period in subscription.plan.terms.billing_periods(subscription.start_on, since):
        begins = max(period.start, subscription.start_on)
        if begins > until or (subscription.end_on is not None and begins >= subscription.end_on):
            return
        yield period


def _committed(subscription: Subscription, until: date, since: date) -> Iterator[tuple[Charge, Period]]:
    """What was bought, by charge and billing period, if it is due up to `until`."""
    for period in begun_periods(subscription, until, since):
        for charge in subscription.plan.committed:
            paid = paid_days(subscription, charge, period)
            if (paid.start if charge.billed == IN_ADVANCE else paid.end) <= until:
                yield charge, period


def readings(
    subscription: Subscription, meters: Mapping[str, Meter], until: date, since: date = date.min
) -> list[Reading]:
    """Every count that is due up to `until`, of windows that end after `since`."""
    counted = [charge for charge in subscription.plan.charges if charge.basis == "counted"]
    return [reading for charge in counted for reading in _due_readings(subscription, charge, meters, until, since)]


def _due_readings(
    subscription: Subscription, charge: Charge, meters: Mapping[str, Meter], until: date, since: date
) -> Iterator[Reading]:
    if subscription.start_on == subscription.end_on:
        return iter(())
    return takewhile(lambda reading: reading.due_on <= until, _readings(subscription, charge, meters, since))


def _readings(
    subscription: Subscription, charge: Charge, meters: Mapping[str, Meter], since: date
) -> Iterator[Reading]:
    start, end = subscription.start_on, subscription.end_on or date.max
    meter = meters[charge.meter]
    for window in _windows(subscription, meter, since):
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


def _windows(subscription: Subscription, meter: Meter, since: date) -> Iterator[Period]:
    """The windows of a meter from the one on that holds the first day, or `since` if that is later."""
    start = max(subscription.start_on, since)
    if not isinstance(meter, ActivityMeter) or meter.window == BILLING_PERIOD or meter.trailing_days:
        return subscription.plan.terms.billing_periods(subscription.start_on, since)
    if meter.window == WEEK:
        return periods(week_of(start).start, Interval(1, "week"))
    return periods(month_of(start).start, Interval(1, "month"))


def expected(
    subscription: Subscription,
    currency: str,
    meters: Mapping[str, Meter],
    counts: Mapping[Reading, Sequence[Counted]],
    as_of: date,
    since: date = date.min,
) -> list[Coverage]:
    """Everything that should be billed up to `as_of`, by what was agreed and effective up to then.

    Of billing periods, and of windows, that end after `since`, which is the start of a billing period. What costs
    nothing is no line (SPEC 3.2). Refused: a count that the price model does not reach (`above_last_tier`).
    """
    rule = subscription.plan.proration
    coverages = [
        Coverage(_point(subscription, charge, period, quantity, currency, rule), span)
        for charge, period in _committed(subscription, as_of, since)
        for span, quantity in segments(subscription, charge, period, as_of)
        if span.start < span.end
    ]
    for charge in (one for one in subscription.plan.charges if one.basis == "counted"):
        due = _due_readings(subscription, charge, meters, as_of, since)
        counted = [(reading, _above(subscription, charge, counts[reading])) for reading in due]
        in_full = _is_paid_in_full(meters[charge.meter])
        coverages += _counted(subscription, charge, currency, counted, in_full=in_full)
        if in_full and is_bounded(charge):
            sums = _sums(coverages, charge, counted)
            over = _over(subscription, charge, as_of, since)
            coverages += adjustments(subscription, charge, currency, over, sums)
    return [coverage for coverage in coverages if coverage.point.price]


def _above(subscription: Subscription, charge: Charge, found: Sequence[Counted]) -> Sequence[Counted]:
    """Of a charge for overage only those above what was bought on the last of the counted days (SPEC 2.1)."""
    if not charge.included:
        return found
    return [replace(one, quantity=_more_than(subscription, charge.included, one)) for one in found]


def _more_than(subscription: Subscription, included: str, counted: Counted) -> int | Decimal:
    bought = subscription.quantity_on(included, counted.days.last_day)
    return 0 if bought is UNLIMITED else max(0, counted.quantity - bought)


def _counted(
    subscription: Subscription,
    charge: Charge,
    currency: str,
    counted: Sequence[tuple[Reading, Sequence[Counted]]],
    *,
    in_full: bool,
) -> Iterator[Coverage]:
    """What was counted. Bounds of people active in windows are apart, as they hold for a whole billing period."""
    by_window = unbounded(charge) if in_full else charge
    rule = proration.ACTUAL_DAYS if in_full else subscription.plan.proration
    for reading, found in counted:
        for days, quantity in _priced(subscription, reading, found):
            if days.start < days.end:
                yield Coverage(_point(subscription, by_window, reading.period, quantity, currency, rule), days)


def _sums(
    coverages: Sequence[Coverage], charge: Charge, counted: Sequence[tuple[Reading, Sequence[Counted]]]
) -> Counter[date]:
    """The day on which windows are billed -> what they come to together, in minor units."""
    due = {reading.period: reading.due_on for reading, _ in counted}
    sums: Counter[date] = Counter()
    for coverage in coverages:
        if coverage.point.charge == charge.key:
            sums[due[coverage.point.period]] += coverage.amount_minor
    return sums


def _over(subscription: Subscription, charge: Charge, until: date, since: date) -> dict[Period, Period]:
    """The billing periods that are over up to `until`, each with its days inside the contract."""
    owed = {period: paid_days(subscription, charge, period) for period in begun_periods(subscription, until, since)}
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
