"""Counting: lists of people, and the readings of a period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import Period, first_instant, local_date
from headcount.core.counting import (
    AT_A_MOMENT,
    READINGS,
    Counted,
    CountedMember,
    Stretch,
    WeighedMember,
    at_instant,
    average,
    day_counts,
    just_before,
    month_window,
    pooled,
    quoted,
    read_status,
    runs,
    site_and_member,
    tally,
    weighed,
)
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.members import BILLABLE, STATUSES, StatusChange, StatusSpan, spans

from .build import day, days_in_utc, few, many, per_unit, span, whole_price
from .test_members import TICKS, at, histories, history, naive_status

People = dict[str, list[StatusSpan]]
Histories = dict[str, list[tuple[int, str]]]
billable = frozenset(BILLABLE)

TEN_MINUTES = Stretch(at(0), (at(3), at(10)))
"""Of two days, the first of which ends after three minutes."""


def with_statuses(**numbers: int) -> People:
    return {
        f"{status}-{number}": spans(history((0, status)))
        for status, many_of_it in numbers.items()
        for number in range(many_of_it)
    }


def members(counted: list[CountedMember]) -> list[str]:
    return [one.member for one in counted]


def test_spec_1_7_the_overview_shows_what_is_billed() -> None:
    people = with_statuses(activated=12, invited=5, added=2, inactive=4)
    assert len(at_instant(people, billable, at(1))) == 19
    assert len(at_instant(people, frozenset({"inactive"}), at(1))) == 4
    assert len(at_instant(people, frozenset(STATUSES), at(1))) == 23


def test_spec_1_7_an_invited_one_who_registers_changes_no_count() -> None:
    people = with_statuses(activated=12, invited=5, added=2, inactive=4)
    people["invited-0"] = spans(history((0, "invited"), (5, "activated")))
    assert [len(at_instant(people, billable, at(minute))) for minute in (4, 5)] == [19, 19]


def test_spec_1_7_one_set_inactive_counts_no_more_and_can_come_back() -> None:
    people = with_statuses(activated=12, invited=5, added=2, inactive=4)
    people["activated-0"] = spans(history((0, "activated"), (5, "inactive"), (9, "activated")))
    assert [len(at_instant(people, billable, at(minute))) for minute in (4, 5, 8, 9)] == [19, 18, 18, 19]


def test_spec_1_8_a_past_count_lists_the_people_who_made_it() -> None:
    people = {"anna": spans(history((0, "activated"), (5, "inactive"))), "ben": spans(history((3, "added")))}
    assert members(at_instant(people, billable, at(2))) == ["anna"]
    assert members(at_instant(people, billable, at(4))) == ["anna", "ben"]
    assert members(at_instant(people, billable, at(6))) == ["ben"]


def test_spec_1_8_deactivating_before_the_invoice_does_not_help_against_the_peak() -> None:
    people = {name: spans(history((0, "activated"), (9, "inactive"))) for name in ("anna", "ben")}
    assert len(read_status(people, BILLABLE, "peak", TEN_MINUTES)) == 2
    assert len(read_status(people, BILLABLE, "end", TEN_MINUTES)) == 0


def test_spec_1_14_each_counted_one_comes_with_the_span_that_made_them_count() -> None:
    people = {"anna": spans(history((0, "invited"), (5, "activated")))}
    assert just_before(people, billable, at(7)) == [CountedMember("anna", StatusSpan(at(5), None, "activated"))]


def in_may(number: int, hour: int = 12) -> datetime:
    return datetime(2026, 5, number, hour, tzinfo=UTC)


MAY = span("2026-05-01", "2026-06-01")


def users_of_spec_1_11() -> People:
    """10 users from 1 May, 13 from 17 May, 11 from 25 May."""
    changes = {f"u{number:02}": [(1, "activated")] for number in range(10)}
    changes |= {f"u{number:02}": [(17, "activated")] for number in range(10, 13)}
    for leaver in ("u00", "u11"):
        changes[leaver] = [*changes[leaver], (25, "inactive")]
    return {
        member: spans(StatusChange(in_may(number), place, status) for place, (number, status) in enumerate(story))
        for member, story in changes.items()
    }


@pytest.mark.parametrize(
    ("reading", "count", "price"), [("start", 10, "25.00"), ("end", 11, "27.50"), ("peak", 13, "32.50")]
)
def test_spec_1_11_readings_of_may(reading: str, count: int, price: str) -> None:
    assert len(read_status(users_of_spec_1_11(), BILLABLE, reading, days_in_utc(MAY))) == count
    assert tally(users_of_spec_1_11(), BILLABLE, reading, MAY, days_in_utc(MAY)) == [Counted(MAY, count)]
    assert whole_price(per_unit("2.50"), count) == Decimal(price)


def test_spec_1_11_the_average_of_may() -> None:
    counts = day_counts(users_of_spec_1_11(), BILLABLE, days_in_utc(MAY))
    assert (counts, sum(counts)) == ([10] * 16 + [13] * 8 + [11] * 7, 341)
    assert str(average(counts)) == "11.00"
    (only,) = tally(users_of_spec_1_11(), BILLABLE, "average", MAY, days_in_utc(MAY))
    assert (only.days, only.quantity) == (MAY, Decimal("11.00"))
    assert whole_price(per_unit("2.50"), only.quantity) == Decimal("27.50")


def test_spec_1_11_may_day_by_day() -> None:
    """16 of 31 days at 25.00, 8 at 32.50, 7 at 27.50, each by the rounding rule."""
    found = tally(users_of_spec_1_11(), BILLABLE, "day by day", MAY, days_in_utc(MAY))
    assert [(str(part.days), part.quantity) for part in found] == [
        ("2026-05-01/2026-05-17", 10),
        ("2026-05-17/2026-05-25", 13),
        ("2026-05-25/2026-06-01", 11),
    ]
    points = [
        PricePoint(1, 1, "users", MAY, part.quantity, whole_price(per_unit("2.50"), part.quantity), "EUR")
        for part in found
    ]
    amounts = [Coverage(point, part.days).amount_minor for point, part in zip(points, found, strict=True)]
    assert (amounts, sum(amounts)) == ([1290, 839, 621], 2750)


def test_spec_1_14_the_days_of_the_people_behind_an_average_add_up_to_it() -> None:
    found = weighed(users_of_spec_1_11(), BILLABLE, days_in_utc(MAY))
    assert (len(found), sum(one.days for one in found)) == (13, 341)
    assert {one.member: one.days for one in found if one.days != 31} == {"u00": 24, "u10": 15, "u11": 8, "u12": 15}
    assert found[0] == WeighedMember("u00", 24, StatusSpan(in_may(1), in_may(25), "activated"))


@pytest.mark.parametrize(
    ("counts", "quantity"),
    [
        pytest.param([1, 0, 0], "0.33", id="a third"),
        pytest.param([1, 1, 0], "0.67", id="two thirds"),
        pytest.param([1, *[0] * 7], "0.13", id="0.125 goes up"),
        pytest.param([1, *[0] * 199], "0.01", id="0.005 goes up"),
        pytest.param([1, *[0] * 200], "0.00", id="less than 0.005"),
        pytest.param([0, 0], "0.00", id="nobody"),
        pytest.param([7], "7.00", id="one day"),
    ],
)
def test_spec_1_11_an_average_is_rounded_half_up_to_two_decimals(counts: list[int], quantity: str) -> None:
    assert str(average(counts)) == quantity


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        pytest.param([3, 3, 3], ["3 x 3"], id="never changes"),
        pytest.param([3, 0, 0, 3], ["1 x 3", "2 x 0", "1 x 3"], id="away and back"),
        pytest.param([0], ["1 x 0"], id="nobody on one day"),
    ],
)
def test_runs_of_days_with_one_count(counts: list[int], found: list[str]) -> None:
    made = runs(day("2026-05-01"), counts)
    assert [f"{run.days.days} x {run.quantity}" for run in made] == found
    assert made[0].days.start == day("2026-05-01")
    assert all(one.days.end == following.days.start for one, following in pairwise(made))


def test_a_day_counts_who_is_there_at_its_end() -> None:
    people = {
        "stays": spans(history((2, "activated"))),
        "left before": spans(history((0, "activated"), (2, "inactive"))),
        "leaves with it": spans(history((0, "activated"), (3, "inactive"))),
        "comes after": spans(history((3, "activated"))),
    }
    assert day_counts(people, BILLABLE, TEN_MINUTES) == [2, 2]
    assert [(one.member, one.days) for one in weighed(people, BILLABLE, TEN_MINUTES)] == [
        ("comes after", 1),
        ("leaves with it", 1),
        ("stays", 2),
    ]


def test_the_span_behind_a_weighed_one_is_the_first_that_counts_at_the_end_of_a_day() -> None:
    people = {"anna": spans(history((0, "invited"), (2, "inactive"), (2, "activated"), (5, "added")))}
    assert weighed(people, BILLABLE, TEN_MINUTES) == [WeighedMember("anna", 2, StatusSpan(at(2), at(5), "activated"))]


def test_a_stretch_up_to_a_moment() -> None:
    assert TEN_MINUTES.until(at(0)) is None
    assert TEN_MINUTES.until(at(2)) == Stretch(at(0), (at(2),))
    assert TEN_MINUTES.until(at(3)) == Stretch(at(0), (at(3),))
    assert TEN_MINUTES.until(at(5)) == Stretch(at(0), (at(3), at(5)))
    assert TEN_MINUTES.until(at(10)) == TEN_MINUTES.until(at(99)) == TEN_MINUTES
    assert (TEN_MINUTES.first_day_end, TEN_MINUTES.end) == (at(3), at(10))


def test_the_start_is_read_after_all_changes_of_the_first_day() -> None:
    people = {"anna": spans(history((2, "activated"))), "ben": spans(history((0, "activated"), (2, "inactive")))}
    assert members(read_status(people, BILLABLE, "start", TEN_MINUTES)) == ["anna"]


def test_a_stretch_shorter_than_its_first_day_is_read_where_it_ends() -> None:
    people = {"anna": spans(history((2, "activated")))}
    begun = Stretch(at(0), (at(9),)).until(at(2))
    assert begun is not None
    assert read_status(people, BILLABLE, "start", begun) == []
    assert read_status(people, BILLABLE, "start", Stretch(at(0), (at(9),))) != []


def test_a_peak_of_an_instant_is_seen() -> None:
    people = {"anna": spans(history((4, "activated"), (5, "inactive"))), "ben": spans(history((0, "added")))}
    assert members(read_status(people, BILLABLE, "peak", TEN_MINUTES)) == ["anna", "ben"]


def test_one_who_leaves_as_another_arrives_makes_no_peak() -> None:
    people = {"anna": spans(history((0, "added"), (5, "inactive"))), "ben": spans(history((5, "added")))}
    assert members(read_status(people, BILLABLE, "peak", TEN_MINUTES)) == ["anna"]


def test_an_arrival_at_the_end_is_outside() -> None:
    people = {"anna": spans(history((10, "activated")))}
    assert [read_status(people, BILLABLE, reading, TEN_MINUTES) for reading in ("end", "peak")] == [
        [],
        [],
    ]


def test_no_other_reading() -> None:
    with pytest.raises(ValueError, match="middle"):
        read_status({}, BILLABLE, "middle", TEN_MINUTES)


@pytest.mark.parametrize("reading", ["average", "day by day"])
def test_a_reading_of_every_day_is_none_at_a_moment(reading: str) -> None:
    with pytest.raises(ValueError, match=reading):
        read_status({}, BILLABLE, reading, TEN_MINUTES)


def test_every_reading_has_a_name() -> None:
    assert READINGS == ("start", "end", "peak", "average", "day by day")


def naive_count(people: Histories, minute: int) -> list[str]:
    return sorted(member for member, story in people.items() if naive_status(story, minute) in BILLABLE)


@many
@given(
    st.dictionaries(st.sampled_from(["anna", "ben", "cem", "dora"]), histories),
    st.integers(0, TICKS - 1),
    st.integers(1, TICKS),
    st.data(),
)
def test_readings_agree_with_counting_minute_by_minute(
    stories: Histories, start: int, first_day: int, data: st.DataObject
) -> None:
    end = data.draw(st.integers(start + 1, TICKS + 1))
    people = {member: spans(history(*story)) for member, story in stories.items()}
    day_ends = sorted({at(start + first_day), at(end)})
    stretch = Stretch(at(start), tuple(day_ends)).until(at(end))
    assert stretch is not None
    minutes = [naive_count(stories, minute) for minute in range(start, end)]
    assert members(read_status(people, BILLABLE, "end", stretch)) == minutes[-1]
    assert members(read_status(people, BILLABLE, "start", stretch)) == minutes[:first_day][-1]
    highest = max(len(counted) for counted in minutes)
    earliest = next(counted for counted in minutes if len(counted) == highest)
    assert members(read_status(people, BILLABLE, "peak", stretch)) == earliest


# Days of real zones, a quarter of an hour at a time: the clock says which day it is.

QUARTER = timedelta(minutes=15)
WEEKS_OF_ZONES = [
    ("Europe/Berlin", date(2026, 3, 27)),  # into summer
    ("Europe/Berlin", date(2026, 10, 23)),  # and out of it
    ("Asia/Kathmandu", date(2026, 5, 1)),  # 5:45
    ("Australia/Lord_Howe", date(2026, 4, 3)),  # half an hour back
    ("America/Havana", date(2026, 10, 30)),  # midnight twice on 1 November
    ("America/Asuncion", date(2017, 9, 29)),  # no midnight on 1 October
    ("Africa/Cairo", date(2023, 10, 25)),  # 24:00 becomes 23:00
    ("Asia/Beirut", date(2022, 3, 25)),  # no midnight
    ("Pacific/Apia", date(2011, 12, 28)),  # without 30 December
    ("Pacific/Kwajalein", date(1993, 8, 19)),  # without 21 August
    ("America/Los_Angeles", date(2026, 12, 30)),
]
LONGEST_WAIT = 5 * 24 * 4

Story = list[tuple[int, str]]
stories_of_quarters = st.dictionaries(
    st.sampled_from(["anna", "ben", "cem"]),
    st.lists(st.tuples(st.integers(-8, LONGEST_WAIT), st.sampled_from(STATUSES)), min_size=1, max_size=5),
)


def status_by_quarters(story: Story, quarters: int) -> list[str]:
    """What someone is in each quarter of an hour; what happened before the first one is known in it."""
    status, found = "", []
    for now in range(-8, quarters):
        for when, said in story:
            if when == now:
                status = said
        found.append(status)
    return found[8:]


@few
@given(st.sampled_from(WEEKS_OF_ZONES), st.integers(1, 4), stories_of_quarters, st.sampled_from(READINGS))
def test_a_count_is_as_long_as_its_list_in_any_zone_and_reading(
    where: tuple[str, date], length: int, stories: dict[str, Story], reading: str
) -> None:
    place, first = ZoneInfo(where[0]), where[1]
    days = Period(first, first + timedelta(days=length))
    start, *day_ends = (first_instant(first + timedelta(days=n), place).astimezone(UTC) for n in range(length + 1))
    stretch = Stretch(start, tuple(day_ends))
    people = {
        member: spans(StatusChange(start + when * QUARTER, n, status) for n, (when, status) in enumerate(story))
        for member, story in stories.items()
    }

    clock = [local_date(start + n * QUARTER, place) for n in range(LONGEST_WAIT) if start + n * QUARTER < stretch.end]
    statuses = {member: status_by_quarters(story, len(clock)) for member, story in stories.items()}
    there = [sorted(m for m in statuses if statuses[m][n] in BILLABLE) for n in range(len(clock))]
    last_quarters = [
        max(n for n, shown in enumerate(clock) if shown <= first + timedelta(days=place_in_stretch))
        for place_in_stretch in range(length)
    ]
    by_day = [there[n] for n in last_quarters]

    found = tally(people, BILLABLE, reading, days, stretch)
    if reading in AT_A_MOMENT:
        moments = {"start": by_day[0], "end": by_day[-1], "peak": max(there, key=len)}
        assert members(read_status(people, BILLABLE, reading, stretch)) == moments[reading]
        assert found == [Counted(days, len(moments[reading]))]
        return
    listed = weighed(people, BILLABLE, stretch)
    assert {one.member: one.days for one in listed} == {
        m: sum(m in on for on in by_day) for m in {m for on in by_day for m in on}
    }
    assert sum(one.days for one in listed) == sum(len(on) for on in by_day)
    if reading == "average":
        exact = Decimal(sum(len(on) for on in by_day)) / length
        assert [part.quantity for part in found] == [exact.quantize(Decimal("0.01"), ROUND_HALF_UP)]
        return
    each_day = [part.quantity for part in found for _ in range(part.days.days)]
    assert each_day == [len(on) for on in by_day]
    assert [found[0].days.start, *(part.days.end for part in found)] == sorted(
        {days.start, days.end}.union(part.days.start for part in found)
    )


SITES = {
    "north": {"anna": [StatusSpan(at(0), at(5), "activated")], "ben": [StatusSpan(at(0), None, "activated")]},
    "south": {"anna": [StatusSpan(at(3), at(8), "invited")], "cem": [StatusSpan(at(0), None, "inactive")]},
}


def test_spec_1_13_a_person_at_two_sites_counts_once() -> None:
    chain = pooled(SITES, BILLABLE, once_per_site=False)
    assert [members(at_instant(chain, billable, at(minute))) for minute in (1, 4, 6, 8)] == [
        ["anna", "ben"],
        ["anna", "ben"],
        ["anna", "ben"],
        ["ben"],
    ]
    assert chain["anna"] == [StatusSpan(at(0), at(5), "activated"), StatusSpan(at(5), at(8), "invited")]


def test_spec_1_13_or_once_per_site() -> None:
    chain = pooled(SITES, BILLABLE, once_per_site=True)
    assert [members(at_instant(chain, billable, at(minute))) for minute in (1, 4, 6, 8)] == [
        ["north/anna", "north/ben"],
        ["north/anna", "north/ben", "south/anna"],
        ["north/ben", "south/anna"],
        ["north/ben"],
    ]


def test_spec_1_13_once_per_site_whatever_sites_and_people_are_called() -> None:
    sites = {
        "a": {"b/c": [StatusSpan(at(0), None, "activated")], "%2F": [StatusSpan(at(0), None, "activated")]},
        "a/b": {"c": [StatusSpan(at(0), None, "activated")]},
        "a%2Fb": {"c": [StatusSpan(at(0), None, "activated")]},
    }
    assert len(at_instant(pooled(sites, BILLABLE, once_per_site=True), billable, at(1))) == 4


def test_spec_1_13_a_status_that_does_not_count_hides_none_that_does() -> None:
    sites = {
        "north": {"anna": [StatusSpan(at(0), None, "inactive")]},
        "south": {"anna": [StatusSpan(at(3), None, "activated")]},
    }
    chain = pooled(sites, BILLABLE, once_per_site=False)
    assert chain == {"anna": [StatusSpan(at(3), None, "activated")]}


chains = st.dictionaries(
    st.sampled_from(["north", "south", "north/south"]),
    st.dictionaries(st.sampled_from(["anna", "ben", "south/anna"]), histories),
)


@few
@given(chains, st.booleans())
def test_spec_1_13_a_pool_counts_nobody_twice_at_one_instant(sites: dict[str, Histories], once_per_site: bool) -> None:
    people = {
        site: {member: spans(history(*story)) for member, story in stories.items()} for site, stories in sites.items()
    }
    chain = pooled(people, BILLABLE, once_per_site=once_per_site)
    for minute in range(TICKS + 2):
        there = [
            (site, member)
            for site, stories in sites.items()
            for member, story in stories.items()
            if naive_status(story, minute) in BILLABLE
        ]
        found = members(at_instant(chain, billable, at(minute)))
        assert len(found) == len(set(found))
        if once_per_site:
            assert len(found) == len(there)
        else:
            assert found == sorted({member for _, member in there})
    assert all(one.end and one.end <= following.start for held in chain.values() for one, following in pairwise(held))


@pytest.mark.parametrize(
    ("occurred", "window"),
    [
        pytest.param("2026-04-30T21:59:59+00:00", span("2026-04-01", "2026-05-01"), id="30 April 23:59:59"),
        pytest.param("2026-04-30T22:00:00+00:00", span("2026-05-01", "2026-06-01"), id="1 May 00:00"),
    ],
)
def test_spec_1_2_the_count_of_a_month_ends_at_local_midnight(occurred: str, window: object) -> None:
    assert month_window(local_date(datetime.fromisoformat(occurred), ZoneInfo("Europe/Berlin"))) == window


def test_spec_1_5_activity_counts_where_it_occurred() -> None:
    assert day("2026-04-30") in month_window(
        local_date(datetime(2026, 4, 30, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    )


@given(st.text("a/%25F", max_size=6), st.text("a/%25F", max_size=6))
def test_the_name_of_a_person_of_a_site_can_be_taken_apart(site: str, member: str) -> None:
    assert site_and_member(f"{quoted(site)}/{member}") == (site, member)
