"""Minimum and maximum of people who are active in windows: for a billing period, whatever windows end in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from headcount.core.catalog import Charge
from headcount.core.drafts import Draft
from headcount.core.expected import Reading
from tests.core.build import amounts, bill, counted, per_unit, plan, subscribed, terms


def bounded(minimum: str | None = None, maximum: str | None = None) -> Charge:
    least, most = (None if price is None else Decimal(price) for price in (minimum, maximum))
    return replace(counted(per_unit("1.00")), minimum=least, maximum=most)


def by_month(**numbers: int) -> dict[date, int]:
    return {date(2026, int(month[1:]), 1): number for month, number in numbers.items()}


def told(made: list[Draft]) -> list[tuple[str, int, str]]:
    return [(str(line.period), line.amount_minor, line.bound) for draft in made for line in draft.lines]


def test_spec_3_5_a_minimum_for_a_quarter_is_paid_once() -> None:
    quarterly = subscribed(plan(bounded("20.00"), every="3 months"), "2026-04-01")
    counts = by_month(m4=3, m5=5, m6=4)
    assert told(bill(quarterly, "2026-07-01", lambda reading: counts[reading.period.start])) == [
        ("2026-04-01/2026-05-01", 300, ""),
        ("2026-04-01/2026-07-01", 800, "minimum"),
        ("2026-05-01/2026-06-01", 500, ""),
        ("2026-06-01/2026-07-01", 400, ""),
    ]


def test_spec_3_5_a_maximum_for_a_quarter_is_reached_once() -> None:
    quarterly = subscribed(plan(bounded(maximum="10.00"), every="3 months"), "2026-04-01")
    made = bill(quarterly, "2026-07-01", lambda reading: 5)
    assert [line for line in told(made) if line[2]] == [("2026-04-01/2026-07-01", -500, "maximum")]
    assert sum(line.amount_minor for line in made[0].lines) == 1000


def test_spec_3_5_a_minimum_is_prorated() -> None:
    on_the_first = subscribed(plan(bounded("20.00"), agreed=terms("1 month", billing_day=1)), "2026-04-20")
    assert amounts(bill(on_the_first, "2026-05-01")) == [("2026-05-01", [733])]


def test_a_period_in_which_no_window_ends_has_its_minimum_too() -> None:
    weekly = subscribed(plan(bounded("7.00"), every="1 week"), "2026-04-01")
    assert amounts(bill(weekly, "2026-04-15")) == [("2026-04-08", [700]), ("2026-04-15", [700])]


def test_an_early_end_has_the_minimum_of_its_days() -> None:
    one = subscribed(plan(bounded("31.00")), "2026-05-01", cancelled="2026-05-11")
    assert amounts(bill(one, "2026-06-01", lambda reading: 2)) == [("2026-05-11", [200, 800])]


def test_spec_1_5_late_activity_under_the_minimum_costs_nothing_more() -> None:
    one = subscribed(plan(bounded("20.00")), "2026-05-01")
    first = bill(one, "2026-06-01", lambda reading: 3)
    assert amounts(first) == [("2026-06-01", [300, 1700])]
    (late,) = bill(one, "2026-06-02", lambda reading: 5, before=first)
    assert [(line.amount_minor, line.instead_of, line.bound) for line in late.lines] == [
        (200, 3, ""),
        (-200, None, "minimum"),
    ]


def test_late_activity_above_the_minimum_costs_what_it_is_above() -> None:
    def many(reading: Reading) -> int:
        return 25

    one = subscribed(plan(bounded("20.00")), "2026-05-01")
    first = bill(one, "2026-06-01", lambda reading: 3)
    (late,) = bill(one, "2026-06-02", many, before=first)
    assert [(line.amount_minor, line.bound) for line in late.lines] == [(2200, ""), (-1700, "minimum")]


def test_within_its_bounds_there_is_no_such_line() -> None:
    one = subscribed(plan(bounded("3.00", "30.00")), "2026-05-01")
    assert told(bill(one, "2026-06-01", lambda reading: 3)) == [("2026-05-01/2026-06-01", 300, "")]


def test_the_minimum_of_the_last_period_is_due_when_a_fixed_duration_ends() -> None:
    weekly = subscribed(plan(bounded("7.00"), agreed=terms("1 week", duration="1 week")), "2026-04-01")
    assert amounts(bill(weekly, "2026-04-30")) == [("2026-04-08", [700])]
