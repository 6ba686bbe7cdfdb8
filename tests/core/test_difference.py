"""The difference of two coverages, against a dictionary of days."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import Period
from headcount.core.coverage import Coverage, PricePoint, difference

from .build import many, span

MAY = span("2026-05-01", "2026-05-11")
JUNE = span("2026-05-11", "2026-05-21")


def a_point(quantity: int, period: Period = MAY, subscription: int = 1) -> PricePoint:
    return PricePoint(subscription, 1, "clients", period, quantity, Decimal(quantity), "EUR")


POINTS = [a_point(10), a_point(25), a_point(10, JUNE), a_point(10, MAY, subscription=2)]


@st.composite
def coverages(draw: st.DrawFn) -> list[Coverage]:
    found = []
    for _ in range(draw(st.integers(0, 6))):
        point = draw(st.sampled_from(POINTS))
        start, end = sorted(draw(st.lists(st.integers(0, 10), min_size=2, max_size=2, unique=True)))
        days = Period(point.period.start + timedelta(days=start), point.period.start + timedelta(days=end))
        found.append(Coverage(point, days, draw(st.sampled_from([-2, -1, 1, 1, 2]))))
    return found


def by_day(*covered: Coverage) -> dict[tuple[PricePoint, date], int]:
    times: Counter[tuple[PricePoint, date]] = Counter()
    for coverage in covered:
        on = coverage.span.start
        while on < coverage.span.end:
            times[coverage.point, on] += coverage.times
            on += timedelta(days=1)
    return {place: number for place, number in times.items() if number}


def minus(one: list[Coverage], other: list[Coverage]) -> dict[tuple[PricePoint, date], int]:
    left, right = by_day(*one), by_day(*other)
    days = {place: left.get(place, 0) - right.get(place, 0) for place in left.keys() | right.keys()}
    return {place: number for place, number in days.items() if number}


@many
@given(coverages(), coverages())
def test_difference_agrees_day_by_day(expected: list[Coverage], billed: list[Coverage]) -> None:
    assert by_day(*difference(expected, billed)) == minus(expected, billed)


@many
@given(coverages())
def test_expected_minus_expected_is_empty(expected: list[Coverage]) -> None:
    assert difference(expected, expected) == []
    assert difference(expected, reversed(expected)) == []


@many
@given(coverages(), coverages())
def test_what_was_billed_plus_the_difference_is_what_is_expected(
    expected: list[Coverage], billed: list[Coverage]
) -> None:
    after = [*billed, *difference(expected, billed)]
    assert by_day(*after) == by_day(*expected)
    assert difference(expected, after) == []


@many
@given(coverages(), coverages())
def test_the_amounts_differ_by_the_amount_of_the_difference(expected: list[Coverage], billed: list[Coverage]) -> None:
    def total(covered: list[Coverage]) -> int:
        return sum(coverage.amount_minor for coverage in covered)

    assert total(difference(expected, billed)) == total(expected) - total(billed)


@many
@given(coverages(), coverages())
def test_runs_are_as_few_as_can_be(expected: list[Coverage], billed: list[Coverage]) -> None:
    runs = difference(expected, billed)
    assert all(run.times and run.span.days > 0 for run in runs)
    for point in POINTS:
        of_point = sorted((run for run in runs if run.point == point), key=lambda run: run.span)
        for one, following in pairwise(of_point):
            assert one.span.end < following.span.start or (
                one.span.end == following.span.start and one.times != following.times
            )


@many
@given(coverages(), coverages(), st.data())
def test_the_order_of_what_was_billed_changes_no_day(
    expected: list[Coverage], billed: list[Coverage], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(billed))
    assert by_day(*difference(expected, shuffled)) == by_day(*difference(expected, billed))


def test_the_order_of_what_was_billed_changes_no_line() -> None:
    one, other = Coverage(a_point(10), MAY), Coverage(a_point(25), MAY)
    assert difference([], [one, other]) == difference([], [other, one])


@pytest.mark.parametrize(
    ("expected", "billed", "runs"),
    [
        pytest.param([Coverage(a_point(10), MAY)], [], [("05-01", "05-11", 10, 1)], id="first"),
        pytest.param([], [Coverage(a_point(10), MAY)], [("05-01", "05-11", 10, -1)], id="all given back"),
        pytest.param(
            [
                Coverage(a_point(10), span("2026-05-01", "2026-05-08")),
                Coverage(a_point(25), span("2026-05-08", "2026-05-11")),
            ],
            [Coverage(a_point(10), MAY)],
            [("05-08", "05-11", 10, -1), ("05-08", "05-11", 25, 1)],
            id="upgrade: the credit first",
        ),
        pytest.param(
            [Coverage(a_point(10), MAY)],
            [
                Coverage(a_point(10), span("2026-05-01", "2026-05-03")),
                Coverage(a_point(10), span("2026-05-07", "2026-05-11")),
            ],
            [("05-03", "05-07", 10, 1)],
            id="a hole is filled",
        ),
        pytest.param(
            [
                Coverage(a_point(10), span("2026-05-01", "2026-05-05")),
                Coverage(a_point(10), span("2026-05-05", "2026-05-11")),
            ],
            [],
            [("05-01", "05-11", 10, 1)],
            id="adjoining parts are one run",
        ),
        pytest.param(
            [Coverage(a_point(10), MAY)] * 2, [Coverage(a_point(10), MAY)], [("05-01", "05-11", 10, 1)], id="twice"
        ),
    ],
)
def test_difference(expected: list[Coverage], billed: list[Coverage], runs: list[tuple[str, str, int, int]]) -> None:
    found = difference(expected, billed)
    assert [
        (f"{run.span.start:%m-%d}", f"{run.span.end:%m-%d}", run.point.quantity, run.times) for run in found
    ] == runs


def test_printed_by_subscription_then_by_period() -> None:
    found = difference([Coverage(point, point.period) for point in (POINTS[3], POINTS[2], POINTS[0])], [])
    assert [run.point for run in found] == [POINTS[0], POINTS[2], POINTS[3]]
