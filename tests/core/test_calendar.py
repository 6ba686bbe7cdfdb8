"""Dates: kept anchors, periods without gaps, and where a local day begins."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core import calendar
from headcount.core.calendar import Interval, Period
from headcount.core.errors import Refused

from .build import cases, day, many, span

if TYPE_CHECKING:
    from collections.abc import Callable

days = st.dates(date(1990, 1, 1), date(2050, 12, 31))
intervals = st.builds(Interval, st.integers(1, 14), st.sampled_from(["day", "week", "month", "year"]))
months = Interval(1, "month")


def starts(start: str, interval: Interval, count: int) -> list[str]:
    return [str(period.start) for period in islice(calendar.periods(day(start), interval), count)]


def test_spec_4_1_a_month_is_clipped_but_the_anchor_is_kept() -> None:
    assert starts("2026-01-31", months, 5) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_spec_4_1_a_leap_day_comes_back() -> None:
    assert calendar.boundary(day("2024-02-29"), Interval(12, "month"), 1) == day("2025-02-28")
    assert calendar.boundary(day("2024-02-29"), Interval(48, "month"), 1) == day("2028-02-29")


def test_spec_4_1_paper_prints_the_last_inclusive_day() -> None:
    assert next(calendar.periods(day("2026-01-15"), Interval(12, "month"))).last_day == day("2027-01-14")


def test_spec_4_2_four_quarters() -> None:
    assert starts("2024-05-01", Interval(3, "month"), 4) == ["2024-05-01", "2024-08-01", "2024-11-01", "2025-02-01"]


def test_weeks_are_seven_days() -> None:
    assert starts("2024-02-26", Interval(2, "week"), 3) == ["2024-02-26", "2024-03-11", "2024-03-25"]


def naive_months_later(start: date, count: int) -> date:
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    for clipped in (start.day, 30, 29, 28):
        try:
            return date(year, month, min(clipped, start.day))
        except ValueError:
            continue
    raise AssertionError


@many
@given(days, st.integers(0, 60))
def test_months_agree_with_counting_them_one_by_one(start: date, count: int) -> None:
    assert calendar.add_months(start, count) == naive_months_later(start, count)


def test_months_may_go_back() -> None:
    assert calendar.add_months(day("2026-01-31"), -2) == day("2025-11-30")


@many
@given(days, intervals)
def test_boundaries_rise(start: date, interval: Interval) -> None:
    bounds = [calendar.boundary(start, interval, number) for number in range(40)]
    assert all(one < following for one, following in pairwise(bounds))
    assert bounds[0] == start


@many
@given(days, st.integers(1, 12))
def test_boundaries_never_drift_from_the_start_day(start: date, count: int) -> None:
    for number in range(30):
        bound = calendar.boundary(start, Interval(count, "month"), number)
        assert bound.day == start.day or (bound + timedelta(days=1)).day == 1


@many
@given(days, intervals, st.integers(0, 1500))
def test_period_of_agrees_with_walking(start: date, interval: Interval, later: int) -> None:
    wanted = start + timedelta(days=later)
    walked = next(period for period in calendar.periods(start, interval) if wanted in period)
    assert calendar.period_of(start, interval, wanted) == walked


@many
@given(days, intervals, st.integers(0, 300))
def test_a_day_is_in_exactly_one_period(start: date, interval: Interval, later: int) -> None:
    wanted = start + timedelta(days=later)
    assert [wanted in period for period in islice(calendar.periods(start, interval), later + 2)].count(True) == 1


@pytest.mark.parametrize(
    ("fixed_day", "first"),
    [
        pytest.param(None, "2026-02-10", id="anniversaries"),
        pytest.param(20, "2026-02-20", id="a fixed day after that of the start"),
        pytest.param(5, "2026-03-05", id="a fixed day before that of the start"),
    ],
)
def test_periods_may_begin_with_the_one_of_a_later_day(fixed_day: int | None, first: str) -> None:
    since = day("2026-03-07")
    assert next(calendar.periods(day("2026-01-10"), months, fixed_day, since)).start == day(first)


def test_no_period_before_the_start() -> None:
    with pytest.raises(ValueError, match="before"):
        calendar.period_of(day("2026-05-02"), months, day("2026-05-01"))


def test_a_period_is_half_open() -> None:
    may = span("2026-05-01", "2026-06-01")
    assert (day("2026-05-01") in may, day("2026-06-01") in may, may.days, str(may)) == (
        True,
        False,
        31,
        "2026-05-01/2026-06-01",
    )


def first_by_walking(wanted: date, place: ZoneInfo) -> datetime:
    """From well before the day, a quarter of an hour at a time, and every half minute where the clock does anything."""
    moment = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC) - timedelta(hours=26)
    while True:
        here, then = (instant.astimezone(place) for instant in (moment, moment + timedelta(minutes=15)))
        if here.utcoffset() != then.utcoffset() or then.date() >= wanted:
            for halves in range(31):
                instant = moment + timedelta(seconds=30 * halves)
                if instant.astimezone(place).date() >= wanted:
                    return instant
        moment += timedelta(minutes=15)


AWKWARD = [
    "1969-09-30",  # Kwajalein has this date for 47 hours
    "1993-08-21",  # and skips this one
    "1995-01-01",  # Kiritimati and Kanton skip a day
    "2009-11-01",  # midnight twice in St John's
    "2011-12-30",  # skipped in Apia
    "2011-12-31",
    "2015-08-15",  # Pyongyang: half an hour back at midnight
    "2018-05-05",  # Pyongyang: half an hour ahead, 23:30 becomes 00:00
    "2018-11-04",  # no midnight in São Paulo
    "2022-03-27",  # no midnight in Beirut
    "2023-04-28",  # no midnight in Cairo
    "2023-10-27",  # Cairo: 24:00 becomes 23:00
    "2026-05-01",
]


@pytest.mark.parametrize("wanted", AWKWARD)
def test_every_zone_begins_its_day_where_walking_finds_it(wanted: str) -> None:
    places = [ZoneInfo(name) for name in sorted(zoneinfo.available_timezones())]
    assert len(places) > 300
    found = {place.key: calendar.first_instant(day(wanted), place) for place in places}
    assert found == {place.key: first_by_walking(day(wanted), place) for place in places}


@pytest.mark.parametrize(
    ("place", "wanted", "instant"),
    [
        pytest.param("Europe/Berlin", "2026-05-01", "2026-04-30T22:00", id="summer"),
        pytest.param("Europe/Berlin", "2026-03-29", "2026-03-28T23:00", id="the day summer begins"),
        pytest.param("Asia/Kolkata", "2026-05-01", "2026-04-30T18:30", id="half hours"),
        pytest.param("America/St_Johns", "2009-11-01", "2009-11-01T02:30", id="midnight twice: the first"),
        pytest.param("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00", id="no midnight: where the gap ends"),
        pytest.param("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", id="skipped date: the next one's"),
        pytest.param("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", id="after a skipped date"),
        pytest.param("Asia/Beirut", "2022-03-27", "2022-03-26T22:00", id="no midnight in Beirut"),
        pytest.param("Africa/Cairo", "2023-04-28", "2023-04-27T22:00", id="no midnight in Cairo"),
        pytest.param("Africa/Cairo", "2023-10-27", "2023-10-26T22:00", id="24:00 becomes 23:00 in Cairo"),
        pytest.param("Asia/Pyongyang", "2018-05-05", "2018-05-04T15:00", id="23:30 becomes 00:00 in Pyongyang"),
        pytest.param("America/Toronto", "1919-03-31", "1919-03-31T04:30", id="23:30 becomes 00:30 in Toronto"),
        pytest.param("Africa/Monrovia", "1972-01-07", "1972-01-07T00:44:30", id="offset with seconds"),
    ],
)
def test_first_instant(place: str, wanted: str, instant: str) -> None:
    assert calendar.first_instant(day(wanted), ZoneInfo(place)) == datetime.fromisoformat(f"{instant}+00:00")


# what it is | zone | month | its first instant in UTC | what the clock shows then
MONTHS_OF_ZONES = """
    an ordinary month | Europe/Berlin | 2026-05 | 2026-04-30T22:00:00 | 2026-05-01T00:00:00
    the month of the change to summer | Europe/Berlin | 2026-04 | 2026-03-31T22:00:00 | 2026-04-01T00:00:00
    the turn of the year, far east | Pacific/Kiritimati | 2027-01 | 2026-12-31T10:00:00 | 2027-01-01T00:00:00
    the turn of the year, far west | Pacific/Pago_Pago | 2027-01 | 2027-01-01T11:00:00 | 2027-01-01T00:00:00
    no first midnight in Havana | America/Havana | 2012-04 | 2012-04-01T05:00:00 | 2012-04-01T01:00:00
    no first midnight in Asuncion | America/Asuncion | 2017-10 | 2017-10-01T04:00:00 | 2017-10-01T01:00:00
    no first midnight in Asuncion again | America/Asuncion | 2023-10 | 2023-10-01T04:00:00 | 2023-10-01T01:00:00
    no first midnight in Amman | Asia/Amman | 2016-04 | 2016-03-31T22:00:00 | 2016-04-01T01:00:00
    no first midnight in Damascus | Asia/Damascus | 2011-04 | 2011-03-31T22:00:00 | 2011-04-01T01:00:00
    no first midnight in Cairo | Africa/Cairo | 2014-08 | 2014-07-31T22:00:00 | 2014-08-01T01:00:00
    no first midnight in Karachi | Asia/Karachi | 2008-06 | 2008-05-31T19:00:00 | 2008-06-01T01:00:00
    a quarter of an hour missing in Kathmandu | Asia/Kathmandu | 1986-01 | 1985-12-31T18:30:00 | 1986-01-01T00:15:00
    first midnight twice in Havana | America/Havana | 2026-11 | 2026-11-01T04:00:00 | 2026-11-01T00:00:00
    first midnight twice in Havana, a leap year | America/Havana | 2020-11 | 2020-11-01T04:00:00 | 2020-11-01T00:00:00
    first midnight twice in Gaza | Asia/Gaza | 2004-10 | 2004-09-30T21:00:00 | 2004-10-01T00:00:00
    first midnight twice in Managua | America/Managua | 2006-10 | 2006-10-01T05:00:00 | 2006-10-01T00:00:00
    first minute twice in St John's | America/St_Johns | 2009-11 | 2009-11-01T02:30:00 | 2009-11-01T00:00:00
    two days after a skipped one in Apia | Pacific/Apia | 2012-01 | 2011-12-31T10:00:00 | 2012-01-01T00:00:00
    a month that ends with a skipped day | Pacific/Kiritimati | 1995-01 | 1994-12-31T10:00:00 | 1995-01-01T00:00:00
"""


@pytest.mark.parametrize(("zone", "month", "first", "shown"), cases(MONTHS_OF_ZONES))
def test_spec_1_1_a_month_begins_at_the_first_instant_that_has_its_date(
    zone: str, month: str, first: str, shown: str
) -> None:
    place, window = ZoneInfo(zone), calendar.parse_month(month)
    begins = calendar.first_instant(window.start, place)
    assert begins == datetime.fromisoformat(f"{first}+00:00")
    assert begins.astimezone(place).replace(tzinfo=None) == datetime.fromisoformat(shown)
    assert calendar.local_date(begins, place) in window
    assert calendar.local_date(begins - timedelta(microseconds=1), place) not in window


def test_spec_1_2_the_repeated_hour_before_midnight_is_still_the_old_month() -> None:
    """In Cairo 30 September 2010 had 23:00 to 24:00 twice."""
    place, october = ZoneInfo("Africa/Cairo"), calendar.parse_month("2010-10")
    begins = calendar.first_instant(october.start, place)
    before = [begins - timedelta(minutes=minutes) for minutes in (1, 61)]
    assert [f"{instant.astimezone(place):%d %H:%M}" for instant in before] == ["30 23:59", "30 23:59"]


def test_a_day_that_apia_skipped_has_no_instant() -> None:
    place = ZoneInfo("Pacific/Apia")
    ends = [calendar.first_instant(day(f"2011-12-{on}"), place) for on in (29, 30, 31)]
    assert ends[1] == ends[2]
    assert ends[1] - ends[0] == timedelta(days=1)
    december = [calendar.first_instant(day(first), place) for first in ("2011-12-01", "2012-01-01")]
    assert december[1] - december[0] == timedelta(days=30)


PLACES = [ZoneInfo(name) for name in sorted(zoneinfo.available_timezones())]
WINDOWS_OF_DAYS = [calendar.month_of, calendar.week_of, lambda on: Period(on, on + timedelta(days=1))]


@many
@given(
    st.sampled_from(PLACES),
    st.datetimes(datetime(1970, 1, 2), datetime(2050, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(WINDOWS_OF_DAYS),
    st.booleans(),
)
def test_an_instant_is_in_exactly_one_window(
    place: ZoneInfo, instant: datetime, window_of: Callable[[date], Period], at_its_edge: bool
) -> None:
    """Looked for among all windows near it: the one of its date, or of a later date that the clock showed before."""
    if at_its_edge:
        instant = calendar.first_instant(window_of(instant.date()).start, place).astimezone(UTC)
    near = {window_of(instant.date() + timedelta(days=days)) for days in (-31, -7, -2, -1, 0, 1, 2, 7, 31)}
    holding = [
        window
        for window in near
        if calendar.first_instant(window.start, place) <= instant < calendar.first_instant(window.end, place)
    ]
    shown = max((instant - timedelta(minutes=minutes)).astimezone(place).date() for minutes in range(181))
    assert holding == [window_of(shown)]


@pytest.mark.parametrize(
    ("instant", "local"),
    [("2026-04-30T21:59:59+00:00", "2026-04-30"), ("2026-04-30T22:00:00+00:00", "2026-05-01")],
)
def test_local_date(instant: str, local: str) -> None:
    assert calendar.local_date(datetime.fromisoformat(instant), ZoneInfo("Europe/Berlin")) == day(local)


def test_unknown_time_zones_are_refused() -> None:
    for name in ("", "Europe", "Europe/Bonn", "../etc/passwd", "x\0"):
        with pytest.raises(Refused, match="unknown_time_zone"):
            calendar.zone(name)


@pytest.mark.parametrize(
    ("wanted", "month"),
    [
        ("2026-05-31", span("2026-05-01", "2026-06-01")),
        ("2024-02-29", span("2024-02-01", "2024-03-01")),
        ("2026-12-01", span("2026-12-01", "2027-01-01")),
    ],
)
def test_month_of(wanted: str, month: Period) -> None:
    assert calendar.month_of(day(wanted)) == month
    assert calendar.parse_month(calendar.month_text(month)) == month


@pytest.mark.parametrize("odd", ["2026-5", "2026", "05-2026", "2026-05-01", "", "May"])
def test_no_month(odd: str) -> None:
    with pytest.raises(Refused, match="not_a_month at window"):
        calendar.parse_month(odd)


@pytest.mark.parametrize("odd", ["2026-13", "2026-00"])
def test_a_month_that_does_not_exist_is_no_month(odd: str) -> None:
    with pytest.raises(Refused) as refused:
        calendar.parse_month(odd)
    assert [(refusal.code, refusal.numbers) for refusal in refused.value.refusals] == [("not_a_month", {"given": odd})]


def test_parse_date() -> None:
    assert calendar.parse_date("2026-05-31", "on") == day("2026-05-31")
    assert calendar.parse_date(day("2026-05-31"), "on") == day("2026-05-31")


@pytest.mark.parametrize(
    "odd", ["2026-02-30", "20260531", "2026-W22-1", "2026-5-31", "2026-05-31T00:00", "", 20260531, None]
)
def test_no_date(odd: object) -> None:
    with pytest.raises(Refused, match="not_a_date at on"):
        calendar.parse_date(odd, "on")


def test_an_instant_is_no_date() -> None:
    with pytest.raises(Refused, match="not_a_date"):
        calendar.parse_date(datetime(2026, 5, 31, tzinfo=UTC), "on")


@pytest.mark.parametrize(
    ("written", "interval", "family"),
    [
        ("1 month", Interval(1, "month"), "months"),
        ("12 months", Interval(12, "month"), "months"),
        (" 2 weeks ", Interval(2, "week"), "days"),
        ("1 year", Interval(1, "year"), "months"),
        ("90 days", Interval(90, "day"), "days"),
    ],
)
def test_intervals(written: str, interval: Interval, family: str) -> None:
    assert calendar.parse_interval(written, "every") == interval
    assert calendar.parse_interval(str(interval), "every") == interval
    assert interval.family == family


@pytest.mark.parametrize("odd", ["0 months", "month", "1.5 months", "-1 month", "1 fortnight", "", 1, None])
def test_no_interval(odd: object) -> None:
    with pytest.raises(Refused, match="not_an_interval at every"):
        calendar.parse_interval(odd, "every")


def test_an_interval_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="not_an_interval"):
        calendar.period_of(day("2026-01-01"), calendar.parse_interval("9999 years", "every"), day("2026-01-01"))
