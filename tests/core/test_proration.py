"""Proration: positions that rise from nothing to the whole, by each rule, and the parts of a split period."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import Interval, Period, periods
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.proration import (
    ACTUAL_DAYS,
    IN_MONTHS,
    NONE,
    RULES,
    THIRTY_DAY_MONTHS,
    WHOLE_MONTHS,
    charged,
    length,
    position,
    turn,
)

from .build import cases, day, few, many, span

ONE_DAY = timedelta(days=1)
MINOR_UNIT = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}


def every_day(period: Period) -> list[date]:
    """Each of its days, and the one on which it is over."""
    return [period.start + place * ONE_DAY for place in range((period.end - period.start).days + 1)]


def amount(rule: str, period: Period, part: Period, price: str, currency: str = "EUR") -> int:
    point = PricePoint(1, 1, "seats", period, 1, Decimal(price), currency, rule)
    return Coverage(point, part).amount_minor


JANUARY = span("2026-01-01", "2026-02-01")


@pytest.mark.parametrize(("rule", "share"), [(ACTUAL_DAYS, 1065), (THIRTY_DAY_MONTHS, 1000)])
def test_spec_4_10_from_the_21st_to_the_end_of_january(rule: str, share: int) -> None:
    assert amount(rule, JANUARY, span("2026-01-21", "2026-02-01"), "30.00") == share


def test_spec_4_7_by_the_rounding_rule() -> None:
    may, rest = span("2026-05-01", "2026-06-01"), span("2026-05-16", "2026-06-01")
    assert [amount(ACTUAL_DAYS, may, rest, price) for price in ("100.00", "50.00")] == [5161, 2581]


def test_spec_4_3_the_difference_of_an_upgrade() -> None:
    running = span("2026-04-15", "2026-05-15")
    on_the_10th, on_the_11th = span("2026-05-10", "2026-05-15"), span("2026-05-11", "2026-05-15")
    assert [amount(ACTUAL_DAYS, running, on_the_10th, price) for price in ("25.00", "39.00")] == [417, 650]
    assert [amount(ACTUAL_DAYS, running, on_the_11th, price) for price in ("25.00", "39.00")] == [333, 520]


def test_spec_4_6_a_year_of_a_user_who_came_and_one_who_went() -> None:
    year = span("2026-01-01", "2027-01-01")
    assert amount(ACTUAL_DAYS, year, span("2026-03-16", "2027-01-01"), "60.00") == 4784
    assert amount(ACTUAL_DAYS, year, span("2026-07-01", "2027-01-01"), "60.00") == 3025


# what it is | start | end | actual days | 30-day months
LENGTHS = """
    a month of 31 days | 2026-01-01 | 2026-02-01 | 31 | 30
    a month of 30 days | 2026-04-01 | 2026-05-01 | 30 | 30
    a short February | 2026-02-01 | 2026-03-01 | 28 | 30
    a leap February | 2024-02-01 | 2024-03-01 | 29 | 30
    from the 15th over 31 days | 2026-05-15 | 2026-06-15 | 31 | 30
    from the 15th over February | 2026-02-15 | 2026-03-15 | 28 | 30
    a quarter | 2026-01-01 | 2026-04-01 | 90 | 90
    a year | 2026-01-01 | 2027-01-01 | 365 | 360
    a leap year | 2024-01-01 | 2025-01-01 | 366 | 360
    from the 30th to the 30th | 2026-03-30 | 2026-04-30 | 31 | 30
    from a 31st to a 30th: both are the 30th | 2026-03-31 | 2026-04-30 | 30 | 30
    from a 30th to a 31st: both are the 30th | 2026-04-30 | 2026-05-31 | 31 | 30
    from a 31st to a 31st | 2026-07-31 | 2026-08-31 | 31 | 30
    from 31 January to a clipped 28th | 2026-01-31 | 2026-02-28 | 28 | 28
    from 31 January to a clipped 29th | 2024-01-31 | 2024-02-29 | 29 | 29
    from a clipped 28th to 31 March | 2026-02-28 | 2026-03-31 | 31 | 32
    from a clipped 28th to 30 March | 2026-02-28 | 2026-03-30 | 30 | 32
    a year of a leap day | 2024-02-29 | 2025-02-28 | 365 | 359
"""


@pytest.mark.parametrize(("start", "end", "actual", "thirty"), cases(LENGTHS))
def test_how_long_a_period_is(start: str, end: str, actual: str, thirty: str) -> None:
    period = span(start, end)
    assert [length(rule, period) for rule in (ACTUAL_DAYS, NONE)] == [int(actual)] * 2
    assert length(THIRTY_DAY_MONTHS, period) == int(thirty)


# what it is | start | end | day | how much of the period lies before it
THIRTIETHS = """
    the first day | 2026-01-01 | 2026-02-01 | 2026-01-01 | 0
    21 January | 2026-01-01 | 2026-02-01 | 2026-01-21 | 20
    30 January | 2026-01-01 | 2026-02-01 | 2026-01-30 | 29
    31 January is the 30th | 2026-01-01 | 2026-02-01 | 2026-01-31 | 29
    1 February | 2026-01-01 | 2026-02-01 | 2026-02-01 | 30
    28 February is not the 30th | 2026-02-01 | 2026-03-01 | 2026-02-28 | 27
    the leap day is not the 30th | 2024-02-01 | 2024-03-01 | 2024-02-29 | 28
    from the 15th, 28 February | 2026-02-15 | 2026-03-15 | 2026-02-28 | 13
    from the 15th, 1 March | 2026-02-15 | 2026-03-15 | 2026-03-01 | 16
    from 31 January, 1 February | 2026-01-31 | 2026-02-28 | 2026-02-01 | 1
"""


@pytest.mark.parametrize(("start", "end", "on", "before"), cases(THIRTIETHS))
def test_in_30_day_months_the_31st_is_the_30th(start: str, end: str, on: str, before: str) -> None:
    assert position(THIRTY_DAY_MONTHS, span(start, end), day(on)) == int(before)


# what it is | start | end | anchor | day of a change | from when on it is charged
TURNS = """
    the first day | 2026-04-01 | 2026-07-01 | 1 | 2026-04-01 | 2026-04-01
    the last day of the first month | 2026-04-01 | 2026-07-01 | 1 | 2026-04-30 | 2026-04-01
    the first day of the second month | 2026-04-01 | 2026-07-01 | 1 | 2026-05-01 | 2026-05-01
    the last day of all | 2026-04-01 | 2026-07-01 | 1 | 2026-06-30 | 2026-06-01
    from the 15th, the 14th | 2026-01-15 | 2026-04-15 | 15 | 2026-02-14 | 2026-01-15
    from the 15th, the 15th | 2026-01-15 | 2026-04-15 | 15 | 2026-02-15 | 2026-02-15
    over New Year | 2026-11-15 | 2027-02-15 | 15 | 2027-01-01 | 2026-12-15
    from 31 January, 27 February | 2026-01-31 | 2026-04-30 | 31 | 2026-02-27 | 2026-01-31
    from 31 January, 28 February | 2026-01-31 | 2026-04-30 | 31 | 2026-02-28 | 2026-02-28
    from 31 January, 30 March | 2026-01-31 | 2026-04-30 | 31 | 2026-03-30 | 2026-02-28
    from 31 January, 31 March | 2026-01-31 | 2026-04-30 | 31 | 2026-03-31 | 2026-03-31
    from 30 January, 29 March | 2026-01-30 | 2026-04-30 | 30 | 2026-03-29 | 2026-02-28
    from 30 January, 30 March | 2026-01-30 | 2026-04-30 | 30 | 2026-03-30 | 2026-03-30
    both ends clipped, 30 March of the 31st | 2026-02-28 | 2026-04-30 | 31 | 2026-03-30 | 2026-02-28
    both ends clipped, 31 March of the 31st | 2026-02-28 | 2026-04-30 | 31 | 2026-03-31 | 2026-03-31
    both ends clipped, 30 March of the 30th | 2026-02-28 | 2026-04-30 | 30 | 2026-03-30 | 2026-03-30
    a quarter of 30-day ends, 30 July of the 31st | 2026-06-30 | 2026-09-30 | 31 | 2026-07-30 | 2026-06-30
    a year of a leap day, 28 March | 2025-02-28 | 2026-02-28 | 29 | 2025-03-28 | 2025-02-28
    a year of a leap day, 29 March | 2025-02-28 | 2026-02-28 | 29 | 2025-03-29 | 2025-03-29
    from a leap day to a clipped one | 2024-02-29 | 2025-02-28 | 29 | 2025-01-28 | 2024-12-29
"""


@pytest.mark.parametrize(("start", "end", "anchor", "on", "turns"), cases(TURNS))
def test_by_whole_months_a_begun_month_is_charged_anew(start: str, end: str, anchor: str, on: str, turns: str) -> None:
    assert turn(WHOLE_MONTHS, span(start, end), day(on), int(anchor)) == day(turns)


@pytest.mark.parametrize(
    ("rule", "turns"), [(ACTUAL_DAYS, "2026-05-16"), (THIRTY_DAY_MONTHS, "2026-05-16"), (NONE, None)]
)
def test_by_other_rules_a_change_is_charged_from_its_day_or_not_at_all(rule: str, turns: str | None) -> None:
    assert turn(rule, span("2026-05-01", "2026-06-01"), day("2026-05-16"), 1) == (day(turns) if turns else None)


# what it is | rule | anchor | runs from | until | charged from | until
CHARGED = """
    actual days: as it runs | actual days | 1 | 2026-04-10 | 2026-05-20 | 2026-04-10 | 2026-05-20
    30-day months: as it runs | 30-day months | 1 | 2026-04-10 | 2026-05-20 | 2026-04-10 | 2026-05-20
    none: all of it | none | 1 | 2026-04-10 | 2026-05-20 | 2026-04-01 | 2026-07-01
    whole months: those that have begun | whole months | 1 | 2026-04-10 | 2026-05-20 | 2026-04-01 | 2026-06-01
    whole months: no month begins on its last day | whole months | 1 | 2026-04-10 | 2026-06-01 | 2026-04-01 | 2026-06-01
    whole months: a single day of the second | whole months | 1 | 2026-05-31 | 2026-06-01 | 2026-05-01 | 2026-06-01
    whole months: two days of two months | whole months | 1 | 2026-05-31 | 2026-06-02 | 2026-05-01 | 2026-07-01
    whole months: all | whole months | 1 | 2026-04-01 | 2026-07-01 | 2026-04-01 | 2026-07-01
"""


@pytest.mark.parametrize(("rule", "anchor", "start", "end", "since", "until"), cases(CHARGED))
def test_which_days_are_charged_of_a_quarter(
    rule: str, anchor: str, start: str, end: str, since: str, until: str
) -> None:
    quarter = span("2026-04-01", "2026-07-01")
    assert charged(rule, quarter, span(start, end), int(anchor)) == span(since, until)


@pytest.mark.parametrize(
    ("start", "end", "since", "until"),
    [
        pytest.param("2026-03-30", "2026-03-31", "2026-02-28", "2026-03-31", id="30 March, of the month of February"),
        pytest.param("2026-03-31", "2026-04-01", "2026-03-31", "2026-04-30", id="31 March, of its own"),
        pytest.param("2026-02-28", "2026-04-30", "2026-02-28", "2026-04-30", id="both"),
    ],
)
def test_whole_months_of_a_period_with_two_clipped_ends(start: str, end: str, since: str, until: str) -> None:
    assert charged(WHOLE_MONTHS, span("2026-02-28", "2026-04-30"), span(start, end), 31) == span(since, until)


starts = st.dates(date(2023, 1, 1), date(2028, 12, 31))
month_counts = st.sampled_from([1, 2, 3, 4, 6, 12, 24])
billing_days = st.none() | st.integers(1, 31)


@st.composite
def any_period(draw: st.DrawFn) -> tuple[Period, int, int]:
    """A billing period of some months, how many they are, and the day of the month on which months begin."""
    start, months, billing_day = draw(starts), draw(month_counts), draw(billing_days)
    number = draw(st.integers(0, 5))
    found = next(islice(periods(start, Interval(months, "month"), billing_day), number, None))
    return found, months, billing_day or start.day


def begins_a_month(on: date, anchor: int) -> bool:
    return on.day == anchor or (on.day < anchor and (on + ONE_DAY).day == 1)


@few
@given(any_period())
def test_every_period_of_months_has_a_length(drawn: tuple[Period, int, int]) -> None:
    period, months, _ = drawn
    assert all(length(rule, period) > 0 for rule in RULES)
    assert length(WHOLE_MONTHS, period) == months
    assert abs(length(THIRTY_DAY_MONTHS, period) - 30 * months) <= 2


@few
@given(any_period())
def test_positions_rise_from_nothing_to_the_whole(drawn: tuple[Period, int, int]) -> None:
    period, _, _ = drawn
    for rule in RULES:
        found = [position(rule, period, on) for on in every_day(period)]
        assert (found[0], found[-1]) == (0, length(rule, period))
        assert all(one <= following for one, following in pairwise(found))


@pytest.mark.parametrize("rule", [ACTUAL_DAYS, NONE])
def test_periods_of_days_have_a_length_by_rules_of_days(rule: str) -> None:
    week = span("2024-02-26", "2024-03-04")
    assert [position(rule, week, on) for on in every_day(week)] == list(range(8))
    assert rule not in IN_MONTHS


def thirtieths_between(start: date, end: date) -> int:
    """The squares of a calendar that has 30 of them in every month, from one date up to another."""
    first, last = ((on.year, on.month, min(on.day, 30)) for on in (start, end))
    return sum(
        first <= (year, month, square) < last
        for year in range(start.year, end.year + 1)
        for month in range(1, 13)
        for square in range(1, 31)
    )


@few
@given(any_period(), st.data())
def test_30_day_months_agree_with_counting_squares(drawn: tuple[Period, int, int], data: st.DataObject) -> None:
    period, _, _ = drawn
    on = data.draw(st.sampled_from(every_day(period)))
    assert position(THIRTY_DAY_MONTHS, period, on) == thirtieths_between(period.start, on)


@few
@given(any_period())
def test_months_begin_where_walking_finds_them(drawn: tuple[Period, int, int]) -> None:
    """Day by day: on every day the change is charged from the last day that begins a month."""
    period, months, anchor = drawn
    begun, over = period.start, -1
    for on in every_day(period)[:-1]:
        if begins_a_month(on, anchor):
            begun, over = on, over + 1
            assert position(WHOLE_MONTHS, period, on) == over
        assert turn(WHOLE_MONTHS, period, on, anchor) == begun
    assert over == months - 1


@few
@given(any_period(), st.data())
def test_whole_months_charge_every_month_that_a_day_of_it_runs(
    drawn: tuple[Period, int, int], data: st.DataObject
) -> None:
    period, _, anchor = drawn
    first, last = sorted(data.draw(st.lists(st.sampled_from(every_day(period)[:-1]), min_size=2, max_size=2)))
    since, until = first, last + ONE_DAY
    while not begins_a_month(since, anchor):
        since -= ONE_DAY
    while not begins_a_month(until, anchor):
        until += ONE_DAY
    assert charged(WHOLE_MONTHS, period, Period(first, last + ONE_DAY), anchor) == Period(since, until)


prices = st.decimals(0, 100_000, places=4)


@many
@given(any_period(), st.sampled_from(RULES), st.sampled_from(sorted(MINOR_UNIT)), prices, st.data())
def test_the_parts_of_a_split_period_sum_to_the_whole(
    drawn: tuple[Period, int, int], rule: str, currency: str, price: Decimal, data: st.DataObject
) -> None:
    period, _, _ = drawn
    splits = data.draw(st.lists(st.sampled_from(every_day(period)), max_size=6))
    bounds = sorted([period.start, *splits, period.end])
    parts = [
        Coverage(PricePoint(1, 1, "seats", period, 1, price, currency, rule), Period(*two)) for two in pairwise(bounds)
    ]
    whole = price.quantize(MINOR_UNIT[currency], ROUND_HALF_UP) / MINOR_UNIT[currency]
    assert sum(part.amount_minor for part in parts) == int(whole)
    assert all(part.amount_minor >= 0 for part in parts)
