"""Coverages: which days of a period are charged at which price point, and how often.

A price point is a price for a whole period, of n units by the plan's proration. So the difference of two coverages,
day by day, is itself a set of lines, and the rounding rule makes them add up to the whole whatever was billed before
(SPEC "rounding rule", 4.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headcount.core.calendar import Period
from headcount.core.money import share_minor
from headcount.core.proration import ACTUAL_DAYS, length, position
from headcount.core.rating import MOST_DIGITS_OF_A_QUANTITY, RatedQuantity


@dataclass(frozen=True, slots=True)
class PricePoint:
    """What one charge of one subscription costs for the whole of one period at one quantity.

    `price` is in major units of `currency`, for the whole period, quantity included. `proration` is the rule by which
    some of its days are a share of it.
    """

    subscription: int
    plan_version: int
    charge: str
    period: Period
    quantity: RatedQuantity
    price: Decimal
    currency: str
    proration: str = ACTUAL_DAYS


def days_minor(price: Decimal, currency: str, proration: str, period: Period, days: Period) -> int:
    """By the rounding rule: R(price x b / n) - R(price x a / n) for days a to b of n."""
    whole = length(proration, period)
    until_end, until_start = (
        share_minor(price, currency, position(proration, period, day), whole) for day in (days.end, days.start)
    )
    return until_end - until_start


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days `span` of the price point's period are charged `times` times (-1: given back)."""

    point: PricePoint
    span: Period
    times: int = 1

    @property
    def amount_minor(self) -> int:
        point = self.point
        return self.times * days_minor(point.price, point.currency, point.proration, point.period, self.span)

    @property
    def is_whole(self) -> bool:
        return self.span == self.point.period


def difference(expected: Iterable[Coverage], billed: Iterable[Coverage]) -> list[Coverage]:
    """Expected minus billed, as the fewest runs of days with one multiplicity, credits first."""
    expected, billed = list(expected), list(billed)
    if not billed and len({_about(coverage.point) for coverage in expected}) == len(expected):
        return sorted(expected, key=_printed_order)
    steps: dict[PricePoint, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for sign, coverages in ((1, expected), (-1, billed)):
        for coverage in coverages:
            steps[coverage.point][coverage.span.start] += sign * coverage.times
            steps[coverage.point][coverage.span.end] -= sign * coverage.times
    runs = [run for point, changes in steps.items() for run in _runs(point, changes)]
    return sorted(runs, key=_printed_order)


def _about(point: PricePoint) -> tuple[object, ...]:
    return point.subscription, point.charge, point.period.start, point.quantity


def _runs(point: PricePoint, changes: Mapping[date, int]) -> Iterator[Coverage]:
    times, since = 0, point.period.start
    for day in sorted(day for day, step in changes.items() if step):
        if times:
            yield Coverage(point, Period(since, day), times)
        times, since = times + changes[day], day


def _printed_order(run: Coverage) -> tuple[object, ...]:
    point = run.point
    quantity = str(point.quantity).zfill(MOST_DIGITS_OF_A_QUANTITY)
    return (point.subscription, point.period.start, run.span.start, run.times, point.charge, quantity, point.price)
