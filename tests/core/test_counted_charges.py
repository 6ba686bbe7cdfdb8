"""Counted charges to the cent: readings of statuses, and windows of activity (SPEC 1.11, 1.11a, 1.12)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from headcount.core.counting import Counted, tally
from headcount.core.expected import Reading, readings
from headcount.core.members import BILLABLE, StatusChange, spans
from headcount.core.proration import ACTUAL_DAYS, NONE, THIRTY_DAY_MONTHS, WHOLE_MONTHS
from headcount.core.terms import Terms

from .build import METERS, amounts, bill, counted, day, days_in_utc, interval, midnight, per_unit, plan, subscribed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from headcount.core.members import StatusSpan

READINGS = ("start", "end", "peak", "average", "day by day")


def people(*groups: tuple[int, str, str]) -> Mapping[str, Sequence[StatusSpan]]:
    """So many people from noon of a day on, up to noon of another ("": and on)."""
    found: dict[str, Sequence[StatusSpan]] = {}
    for place, (number, since, until) in enumerate(groups):
        turns = [(since, "activated"), (until, "inactive")]
        history = [
            StatusChange(midnight(day(on)) + timedelta(hours=12), order, status)
            for order, (on, status) in enumerate(turns)
            if on
        ]
        found |= {f"{place}-{person}": spans(history) for person in range(number)}
    return found


def read(reading: str, found: Mapping[str, Sequence[StatusSpan]]) -> Callable[[Reading], list[Counted]]:
    return lambda one: tally(found, BILLABLE, reading, one.counted, days_in_utc(one.counted))


MAY = people((10, "2026-04-20", ""), (1, "2026-05-17", ""), (2, "2026-05-17", "2026-05-25"))


@pytest.mark.parametrize(
    ("reading", "lines"),
    [
        pytest.param("start", [("10", "2.50", 2500)], id="start"),
        pytest.param("end", [("11", "2.50", 2750)], id="end"),
        pytest.param("peak", [("13", "2.50", 3250)], id="peak"),
        pytest.param("average", [("11.00", "2.50", 2750)], id="average of 341 in 31 days"),
        pytest.param(
            "day by day",
            [("1", "12.90", 1290), ("1", "8.39", 839), ("1", "6.21", 621)],
            id="day by day: 16 days 10, 8 days 13, 7 days 11",
        ),
    ],
)
def test_spec_1_11_the_readings_of_may(reading: str, lines: list[tuple[str, str, int]]) -> None:
    sold = subscribed(plan(counted(per_unit("2.50"), reading)), "2026-05-01")
    (june,) = bill(sold, "2026-06-01", read(reading, MAY))
    assert str(june.billing_date) == "2026-06-01"
    assert [(f"{x.units}", f"{x.unit_price}", x.amount_minor) for x in june.lines] == lines


def test_spec_1_11_day_by_day_names_the_days_of_each_count() -> None:
    sold = subscribed(plan(counted(per_unit("2.50"), "day by day")), "2026-05-01")
    (june,) = bill(sold, "2026-06-01", read("day by day", MAY))
    assert [(str(line.period), line.quantity) for line in june.lines] == [
        ("2026-05-01/2026-05-17", 10),
        ("2026-05-17/2026-05-25", 13),
        ("2026-05-25/2026-06-01", 11),
    ]


@pytest.mark.parametrize(
    ("left", "average", "daily"),
    [
        pytest.param("2026-05-17", ("0.03", 300), [322], id="1 of 31 days: 0.0323"),
        pytest.param("2026-05-19", ("0.10", 1000), [967], id="3 of 31 days: 0.0968"),
    ],
)
def test_spec_1_11_an_average_is_rounded_to_two_decimals_and_priced_once(
    left: str, average: tuple[str, int], daily: list[int]
) -> None:
    one = people((1, "2026-05-16", left))
    sold = subscribed(plan(counted(per_unit("100.00"), "average")), "2026-05-01")
    (line,) = bill(sold, "2026-06-01", read("average", one))[0].lines
    assert (str(line.quantity), line.amount_minor) == average
    assert line.units * line.unit_price == Decimal(average[1]) / 100
    by_day = subscribed(plan(counted(per_unit("100.00"), "day by day")), "2026-05-01")
    assert amounts(bill(by_day, "2026-06-01", read("day by day", one))) == [("2026-06-01", daily)]


def test_counts_day_by_day_that_turn_out_otherwise_are_corrected_for_their_days() -> None:
    sold = subscribed(plan(counted(per_unit("3.10"), "day by day")), "2026-05-01")
    first = bill(sold, "2026-06-01", read("day by day", people((10, "2026-04-20", ""))))
    more = people((10, "2026-04-20", ""), (1, "2026-05-11", "2026-05-14"), (1, "2026-05-21", "2026-05-24"))
    (late,) = bill(sold, "2026-06-02", read("day by day", more), before=first)
    assert [(str(line.period), line.quantity, line.amount_minor) for line in late.lines] == [
        ("2026-05-11/2026-05-14", 10, -300),
        ("2026-05-11/2026-05-14", 11, 330),
        ("2026-05-21/2026-05-24", 10, -300),
        ("2026-05-21/2026-05-24", 11, 330),
    ]
    assert [line.instead_of for line in late.lines] == [None] * 4


def test_an_average_that_turns_out_otherwise_is_one_line() -> None:
    sold = subscribed(plan(counted(per_unit("3.10"), "average")), "2026-05-01")
    first = bill(sold, "2026-06-01", read("average", people((10, "2026-04-20", ""))))
    more = people((10, "2026-04-20", ""), (1, "2026-05-11", "2026-05-14"), (1, "2026-05-21", "2026-05-24"))
    (late,) = bill(sold, "2026-06-02", read("average", more), before=first)
    assert [(str(line.quantity), str(line.instead_of), line.amount_minor) for line in late.lines] == [
        ("10.19", "10.00", 59)
    ]


@pytest.mark.parametrize("reading", READINGS)
def test_spec_1_11_a_reading_is_of_the_days_that_the_subscription_runs(reading: str) -> None:
    """10 of 31 days, on which the count never changes."""
    sold = subscribed(plan(counted(per_unit("3.10"), reading)), "2026-05-01", cancelled="2026-05-11")
    assert amounts(bill(sold, "2026-12-31", read(reading, MAY))) == [("2026-05-11", [1000])]


@pytest.mark.parametrize(
    ("proration", "amount"), [(ACTUAL_DAYS, 1000), (THIRTY_DAY_MONTHS, 1033), (WHOLE_MONTHS, 3100), (NONE, 3100)]
)
def test_a_counted_charge_of_a_begun_period_by_each_proration(proration: str, amount: int) -> None:
    sold = plan(counted(per_unit("3.10"), "end"), proration=proration)
    early = subscribed(sold, "2026-05-01", cancelled="2026-05-11")
    assert amounts(bill(early, "2026-12-31", lambda reading: 10)) == [("2026-05-11", [amount])]


def test_spec_4_10_a_first_part_of_a_period_is_a_share_too() -> None:
    sold = plan(counted(per_unit("3.10"), "day by day"), agreed=Terms(interval("1 month"), billing_day=1))
    (june,) = bill(subscribed(sold, "2026-05-22"), "2026-06-01", read("day by day", MAY))
    assert [(str(line.period), line.quantity, line.amount_minor) for line in june.lines] == [
        ("2026-05-22/2026-05-25", 13, 390),
        ("2026-05-25/2026-06-01", 11, 770),
    ]


def test_day_by_day_by_whole_months_is_the_count_on_the_last_day_of_each_month() -> None:
    """SPEC 4.6: a begun month at the new price."""
    sold = plan(counted(per_unit("3.00"), "day by day"), every="3 months", proration=WHOLE_MONTHS)
    (july,) = bill(subscribed(sold, "2026-04-01"), "2026-07-01", read("day by day", MAY))
    assert [(str(line.period), line.quantity, line.amount_minor) for line in july.lines] == [
        ("2026-04-01/2026-05-01", 10, 1000),
        ("2026-05-01/2026-07-01", 11, 2200),
    ]


def active(*activity: tuple[str, str]) -> Callable[[Reading], int]:
    """Whoever was active on one of the days looked at."""
    return lambda reading: len({person for person, on in activity if day(on) in reading.counted})


def test_spec_1_12_the_trailing_90_days_are_read_on_the_last_day_of_the_period() -> None:
    """31 March looks at 1 January to 31 March; 30 April at 31 January to 30 April."""
    sold = subscribed(plan(counted(per_unit("1.00"), "90 days")), "2026-01-01")
    count = active(("anna", "2026-01-01"), ("ben", "2026-02-20"))
    assert amounts(bill(sold, "2026-06-30", count)) == [
        ("2026-02-01", [100]),
        ("2026-03-01", [200]),
        ("2026-04-01", [200]),
        ("2026-05-01", [100]),
    ]
    looked_at = [str(one.counted) for one in readings(sold, METERS, day("2026-05-01"))]
    assert looked_at[2:] == ["2026-01-01/2026-04-01", "2026-01-31/2026-05-01"]


def test_spec_1_12_trailing_days_before_the_start_count_nothing() -> None:
    sold = subscribed(plan(counted(per_unit("1.00"), "90 days")), "2026-02-01")
    count = active(("anna", "2026-01-31"), ("ben", "2026-02-01"))
    assert amounts(bill(sold, "2026-03-01", count)) == [("2026-03-01", [100])]


def test_spec_1_12_trailing_days_of_a_part_of_a_period_cost_a_share_of_it() -> None:
    """It is a count that holds at a moment, such as the people of a status, and no sum over the period."""
    early = subscribed(plan(counted(per_unit("3.10"), "90 days")), "2026-05-01", cancelled="2026-05-11")
    count = active(("anna", "2026-05-10"), ("ben", "2026-05-11"))
    (made,) = bill(early, "2026-12-31", count)
    assert amounts([made]) == [("2026-05-11", [100])]
    assert str(made.lines[0].period) == "2026-05-01/2026-05-11"


@pytest.mark.parametrize(
    ("proration", "amount"), [(ACTUAL_DAYS, 100), (THIRTY_DAY_MONTHS, 103), (WHOLE_MONTHS, 310), (NONE, 310)]
)
def test_trailing_days_of_a_begun_period_by_each_proration(proration: str, amount: int) -> None:
    sold = plan(counted(per_unit("3.10"), "90 days"), proration=proration)
    early = subscribed(sold, "2026-05-01", cancelled="2026-05-11")
    assert amounts(bill(early, "2026-12-31", active(("anna", "2026-05-10")))) == [("2026-05-11", [amount])]


def test_spec_1_12_weeks_are_billed_in_the_period_in_which_they_end() -> None:
    """1 May 2026 is a Friday; the week of 25 May ends on Sunday 31 May, that of 29 June in July."""
    sold = subscribed(plan(counted(per_unit("1.00"), "week")), "2026-05-01")
    count = active(("anna", "2026-05-01"), ("anna", "2026-05-03"), ("anna", "2026-05-04"),
                   ("ben", "2026-05-31"), ("ben", "2026-06-30"), ("ben", "2026-07-02"))  # fmt: skip
    made = bill(sold, "2026-08-01", count)
    assert amounts(made) == [("2026-06-01", [100, 100, 100]), ("2026-08-01", [100])]
    assert [str(line.period) for draft in made for line in draft.lines] == [
        "2026-04-27/2026-05-04",
        "2026-05-04/2026-05-11",
        "2026-05-25/2026-06-01",
        "2026-06-29/2026-07-06",
    ]


def test_spec_1_12_a_week_before_the_start_counts_nothing() -> None:
    sold = subscribed(plan(counted(per_unit("1.00"), "week")), "2026-05-01")
    assert bill(sold, "2026-06-01", active(("anna", "2026-04-30"))) == []


def test_spec_1_12_a_person_active_in_two_months_of_one_billing_period_counts_once() -> None:
    by_period = subscribed(plan(counted(per_unit("1.00"), "billing period")), "2026-04-15")
    by_month = subscribed(plan(counted(per_unit("1.00"))), "2026-04-15")
    count = active(("anna", "2026-04-20"), ("anna", "2026-05-03"), ("ben", "2026-05-15"))
    assert amounts(bill(by_period, "2026-06-15", count)) == [("2026-05-15", [100]), ("2026-06-15", [100])]
    assert amounts(bill(by_month, "2026-06-15", count)) == [("2026-05-15", [100]), ("2026-06-15", [200])]


def test_spec_1_12_a_billing_period_with_a_fixed_day_counts_from_the_start() -> None:
    agreed = Terms(interval("1 month"), billing_day=1)
    sold = subscribed(plan(counted(per_unit("1.00"), "billing period"), agreed=agreed), "2026-04-20")
    count = active(("anna", "2026-04-19"), ("ben", "2026-04-20"))
    assert amounts(bill(sold, "2026-05-01", count)) == [("2026-05-01", [100])]


@pytest.mark.parametrize("window", ["active", "week", "billing period"])
@pytest.mark.parametrize("proration", [ACTUAL_DAYS, THIRTY_DAY_MONTHS, WHOLE_MONTHS, NONE])
def test_spec_1_11a_who_was_active_is_paid_in_full_whatever_the_proration(window: str, proration: str) -> None:
    sold = plan(counted(per_unit("1.00"), window), proration=proration)
    early = subscribed(sold, "2026-05-05", cancelled="2026-05-07")
    assert amounts(bill(early, "2026-12-31", active(("anna", "2026-05-06")))) == [("2026-05-07", [100])]


EIGHT_AND_FIVE = (
    *((f"a{number}", "2026-04-20") for number in range(8)),
    *((f"m{number}", "2026-05-09") for number in range(5)),
)


def test_spec_1_11a_a_month_that_ends_in_the_period_is_billed_with_it() -> None:
    sold = subscribed(plan(counted(per_unit("1.00"))), "2026-04-15")
    assert amounts(bill(sold, "2026-05-15", active(*EIGHT_AND_FIVE))) == [("2026-05-15", [800])]


def test_spec_1_11a_three_others_before_the_start_cost_nothing() -> None:
    sold = subscribed(plan(counted(per_unit("1.00"))), "2026-04-20")
    before = [(f"b{number}", "2026-04-19") for number in range(3)]
    assert amounts(bill(sold, "2026-05-20", active(*before, *EIGHT_AND_FIVE))) == [("2026-05-20", [800])]


def test_spec_1_11a_an_end_inside_a_month_has_a_last_line() -> None:
    sold = subscribed(plan(counted(per_unit("1.00"))), "2026-04-01", cancelled="2026-05-10")
    made = bill(sold, "2026-12-31", active(*EIGHT_AND_FIVE))
    assert amounts(made) == [("2026-05-01", [800]), ("2026-05-10", [500])]
