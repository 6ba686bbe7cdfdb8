"""Windows beside the calendar month: ISO weeks, and the last days up to the one that is read (SPEC 1.12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import (
    Interval,
    Period,
    first_instant,
    local_date,
    parse_week,
    periods,
    week_of,
    week_text,
)
from headcount.core.counting import trailing_periods, trailing_window
from headcount.core.errors import Refused
from headcount.core.expected import readings

from .build import METERS, cases, counted, day, few, many, per_unit, plan, span, subscribed, terms

ONE_DAY = timedelta(days=1)
days = st.dates(date(1901, 1, 1), date(2199, 12, 1))

# what it is | day | its week | Monday
WEEKS = """
    a Friday in May | 2026-05-01 | 2026-W18 | 2026-04-27
    a Monday | 2026-04-27 | 2026-W18 | 2026-04-27
    a Sunday | 2026-05-03 | 2026-W18 | 2026-04-27
    1 January on a Monday | 2024-01-01 | 2024-W01 | 2024-01-01
    1 January on a Tuesday | 2019-01-01 | 2019-W01 | 2018-12-31
    1 January on a Wednesday | 2025-01-01 | 2025-W01 | 2024-12-30
    1 January on a Thursday | 2026-01-01 | 2026-W01 | 2025-12-29
    1 January on a Friday is in the last week of the old year | 2021-01-01 | 2020-W53 | 2020-12-28
    1 January on a Saturday after a year of 52 weeks | 2022-01-01 | 2021-W52 | 2021-12-27
    1 January on a Sunday | 2023-01-01 | 2022-W52 | 2022-12-26
    1 January on a Saturday after a leap year | 2005-01-01 | 2004-W53 | 2004-12-27
    31 December on a Sunday | 2023-12-31 | 2023-W52 | 2023-12-25
    31 December on a Monday is in the first week of the new year | 2018-12-31 | 2019-W01 | 2018-12-31
    31 December on a Tuesday | 2024-12-31 | 2025-W01 | 2024-12-30
    31 December on a Wednesday | 2025-12-31 | 2026-W01 | 2025-12-29
    31 December on a Thursday ends a year of 53 weeks | 2026-12-31 | 2026-W53 | 2026-12-28
    31 December on a Friday | 2021-12-31 | 2021-W52 | 2021-12-27
    the last day of week 53 | 2027-01-03 | 2026-W53 | 2026-12-28
    the first day of week 1 after it | 2027-01-04 | 2027-W01 | 2027-01-04
    a leap day | 2024-02-29 | 2024-W09 | 2024-02-26
    the last Monday in December of the old year | 2019-12-30 | 2020-W01 | 2019-12-30
    the week after a leap year's 53 weeks | 2021-01-04 | 2021-W01 | 2021-01-04
"""


@pytest.mark.parametrize(("on", "written", "monday"), cases(WEEKS))
def test_the_iso_week_of_a_day(on: str, written: str, monday: str) -> None:
    week = week_of(day(on))
    assert (week.start, week.days) == (day(monday), 7)
    assert day(on) in week
    assert week_text(week) == written
    assert parse_week(written) == week


@pytest.mark.parametrize(
    "odd", ["2026-W54", "2025-W53", "2026-W00", "2026-W1", "2026W18", "2026-w18", "26-W18", "2026-W18-1", "", "2026-05",
            "0000-W01", "1899-W10", "2201-W10", "9999-W52"]
)  # fmt: skip
def test_no_week(odd: str) -> None:
    with pytest.raises(Refused, match="not_a_week at window") as refused:
        parse_week(odd)
    assert refused.value.refusals[0].numbers == {"given": odd}


@many
@given(days)
def test_a_week_is_the_one_of_its_thursday(on: date) -> None:
    """Naively: walk to Monday; the year of Thursday; as many weeks as Thursdays so far in that year."""
    monday = on
    while monday.isoweekday() != 1:
        monday -= ONE_DAY
    thursday = monday + 3 * ONE_DAY
    number, earlier = 1, thursday - 7 * ONE_DAY
    while earlier.year == thursday.year:
        number, earlier = number + 1, earlier - 7 * ONE_DAY
    assert week_of(on) == Period(monday, monday + 7 * ONE_DAY)
    assert week_text(week_of(on)) == f"{thursday.year}-W{number:02}"
    assert parse_week(week_text(week_of(on))) == week_of(on)


def test_weeks_adjoin_over_the_turn_of_a_year() -> None:
    weeks = list(islice(periods(week_of(day("2026-12-24")).start, Interval(1, "week")), 4))
    assert [week_text(week) for week in weeks] == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert all(one.end == following.start for one, following in pairwise(weeks))


@pytest.mark.parametrize(
    ("zone", "occurred", "written"),
    [
        pytest.param("Europe/Berlin", "2026-05-03T21:59:59+00:00", "2026-W18", id="Sunday 23:59:59 in Berlin"),
        pytest.param("Europe/Berlin", "2026-05-03T22:00:00+00:00", "2026-W19", id="Monday 00:00 in Berlin"),
        pytest.param("America/New_York", "2026-05-04T03:59:59+00:00", "2026-W18", id="still Sunday in New York"),
        pytest.param("Europe/Berlin", "2027-01-03T22:59:59+00:00", "2026-W53", id="the end of week 53"),
        pytest.param("Pacific/Auckland", "2027-01-03T11:00:00+00:00", "2027-W01", id="week 1 in Auckland"),
        pytest.param("Pacific/Apia", "2011-12-30T09:59:59+00:00", "2011-W52", id="before the day that Apia skipped"),
        pytest.param("Pacific/Apia", "2012-01-01T10:00:00+00:00", "2012-W01", id="the Monday after it"),
    ],
)
def test_activity_belongs_to_the_week_of_its_local_date(zone: str, occurred: str, written: str) -> None:
    assert week_text(week_of(local_date(datetime.fromisoformat(occurred), ZoneInfo(zone)))) == written


def test_a_week_of_apia_without_its_friday_has_six_days_of_time() -> None:
    place, week = ZoneInfo("Pacific/Apia"), parse_week("2011-W52")
    assert first_instant(week.end, place) - first_instant(week.start, place) == timedelta(days=6)


def weeks_read(start: str, until: str, cancelled: str = "") -> list[tuple[str, str, str]]:
    sold = subscribed(plan(counted(per_unit("1.00"), "week")), start, cancelled=cancelled)
    found = readings(sold, METERS, day(until))
    return [(week_text(one.period), str(one.counted), str(one.due_on)) for one in found]


def test_weeks_over_the_turn_of_a_year_are_billed_where_they_end() -> None:
    assert weeks_read("2026-12-15", "2027-02-15")[:3] == [
        ("2026-W51", "2026-12-15/2026-12-21", "2027-01-15"),
        ("2026-W52", "2026-12-21/2026-12-28", "2027-01-15"),
        ("2026-W53", "2026-12-28/2027-01-04", "2027-01-15"),
    ]
    assert weeks_read("2026-12-15", "2027-02-15")[4:6] == [
        ("2027-W02", "2027-01-11/2027-01-18", "2027-02-15"),
        ("2027-W03", "2027-01-18/2027-01-25", "2027-02-15"),
    ]


def test_the_last_week_is_counted_up_to_the_end() -> None:
    assert weeks_read("2026-05-04", "2026-06-30", cancelled="2026-05-14") == [
        ("2026-W19", "2026-05-04/2026-05-11", "2026-05-14"),
        ("2026-W20", "2026-05-11/2026-05-14", "2026-05-14"),
    ]


@few
@given(st.dates(date(2023, 1, 1), date(2027, 1, 1)), st.none() | st.integers(1, 31), st.integers(1, 200))
def test_every_day_of_a_subscription_is_counted_in_one_week(start: date, billing_day: int | None, ran: int) -> None:
    sold = plan(counted(per_unit("1.00"), "week"), agreed=terms(billing_day=billing_day))
    end = start + ran * ONE_DAY
    subscription = subscribed(sold, str(start), cancelled=str(end))
    found = readings(subscription, METERS, end)
    counted_days = [one.counted.start + n * ONE_DAY for one in found for n in range(one.counted.days)]
    assert counted_days == [start + n * ONE_DAY for n in range(ran)]
    for one in found:
        assert one.counted.start >= one.period.start
        assert one.due_on <= end
        assert one.due_on > one.counted.last_day or one.due_on == end


# what it is | read at the end of | days | first day | last day
TRAILING = """
    SPEC 1.12: 90 days up to 31 March | 2026-03-31 | 90 | 2026-01-01 | 2026-03-31
    90 days up to 31 March of a leap year | 2024-03-31 | 90 | 2024-01-02 | 2024-03-31
    90 days up to 30 April | 2026-04-30 | 90 | 2026-01-31 | 2026-04-30
    one day is the day itself | 2026-05-01 | 1 | 2026-05-01 | 2026-05-01
    two days are yesterday and today | 2026-05-01 | 2 | 2026-04-30 | 2026-05-01
    seven days over a leap day | 2024-03-01 | 7 | 2024-02-24 | 2024-03-01
    seven days over a short February | 2026-03-01 | 7 | 2026-02-23 | 2026-03-01
    28 days over the turn of the year | 2027-01-10 | 28 | 2026-12-14 | 2027-01-10
    30 days up to a leap day | 2024-02-29 | 30 | 2024-01-31 | 2024-02-29
    365 days of a year | 2026-12-31 | 365 | 2026-01-01 | 2026-12-31
    365 days of a leap year | 2024-12-31 | 365 | 2024-01-02 | 2024-12-31
"""


@pytest.mark.parametrize(("read_on", "number", "first", "last"), cases(TRAILING))
def test_spec_1_12_trailing_days_are_read_at_the_end_of_their_last(
    read_on: str, number: str, first: str, last: str
) -> None:
    window = trailing_window(day(read_on), int(number))
    assert (window.start, window.last_day, window.days) == (day(first), day(last), int(number))


@pytest.mark.parametrize(
    ("active_on", "found"),
    [
        pytest.param([], [], id="never"),
        pytest.param(["2026-05-01"], [span("2026-05-01", "2026-05-10")], id="one day"),
        pytest.param(["2026-05-01", "2026-05-01"], [span("2026-05-01", "2026-05-10")], id="twice a day"),
        pytest.param(["2026-05-01", "2026-05-05"], [span("2026-05-01", "2026-05-14")], id="again while it counts"),
        pytest.param(
            ["2026-05-01", "2026-05-09"], [span("2026-05-01", "2026-05-18")], id="on the last day that counts"
        ),
        pytest.param(["2026-05-01", "2026-05-10"], [span("2026-05-01", "2026-05-19")], id="on the day after: no gap"),
        pytest.param(
            ["2026-05-01", "2026-05-11"],
            [span("2026-05-01", "2026-05-10"), span("2026-05-11", "2026-05-20")],
            id="a day without",
        ),
        pytest.param(
            ["2026-05-11", "2026-05-01"],
            [span("2026-05-01", "2026-05-10"), span("2026-05-11", "2026-05-20")],
            id="in any order",
        ),
    ],
)
def test_when_a_person_counts_by_nine_trailing_days(active_on: list[str], found: list[Period]) -> None:
    assert trailing_periods([day(on) for on in active_on], 9) == found


@many
@given(
    st.dictionaries(st.sampled_from(["anna", "ben", "cem"]), st.lists(st.integers(0, 60), max_size=6)),
    st.integers(1, 30),
    st.integers(0, 95),
)
def test_who_counts_on_a_day_was_active_on_one_of_the_last_days(
    activity: dict[str, list[int]], number: int, read_after: int
) -> None:
    first = day("2026-02-10")
    read_on = first + read_after * ONE_DAY
    spans = {who: trailing_periods([first + after * ONE_DAY for after in on], number) for who, on in activity.items()}
    holding = {who for who, held in spans.items() if any(one.start <= read_on < one.end for one in held)}
    naive = set()
    for who, on in activity.items():
        for back in range(number):
            if any(first + after * ONE_DAY == read_on - back * ONE_DAY for after in on):
                naive.add(who)
    assert holding == naive
    window = trailing_window(read_on, number)
    assert {who for who, on in activity.items() if any(first + after * ONE_DAY in window for after in on)} == naive
    assert all(one.end < following.start for held in spans.values() for one, following in pairwise(held))


def test_spec_1_12_trailing_days_are_read_on_the_last_day_of_each_billing_period() -> None:
    sold = subscribed(plan(counted(per_unit("1.00"), "9 days")), "2026-01-31", cancelled="2026-04-15")
    found = [(str(one.period), str(one.counted), str(one.due_on)) for one in readings(sold, METERS, day("2026-12-31"))]
    assert found == [
        ("2026-01-31/2026-02-28", "2026-02-19/2026-02-28", "2026-02-28"),
        ("2026-02-28/2026-03-31", "2026-03-22/2026-03-31", "2026-03-31"),
        ("2026-03-31/2026-04-30", "2026-04-06/2026-04-15", "2026-04-15"),
    ]
