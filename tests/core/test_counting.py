"""Counting: lists of people, and the readings of a period."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import local_date
from headcount.core.counting import CountedMember, Stretch, at_instant, just_before, month_window, read_status
from headcount.core.members import BILLABLE, STATUSES, StatusChange, StatusSpan, spans
from headcount.core.rating import whole_price

from .build import day, many, per_unit, span
from .test_members import TICKS, at, histories, history, naive_status

People = dict[str, list[StatusSpan]]
Histories = dict[str, list[tuple[int, str]]]
billable = frozenset(BILLABLE)


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
    month = Stretch(at(0), at(3), at(10))
    assert len(read_status(people, BILLABLE, "peak", month)) == 2
    assert len(read_status(people, BILLABLE, "end", month)) == 0


def test_spec_1_14_each_counted_one_comes_with_the_span_that_made_them_count() -> None:
    people = {"anna": spans(history((0, "invited"), (5, "activated")))}
    assert just_before(people, billable, at(7)) == [CountedMember("anna", StatusSpan(at(5), None, "activated"))]


def in_may(number: int, hour: int = 12) -> datetime:
    return datetime(2026, 5, number, hour, tzinfo=UTC)


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
    may = Stretch(in_may(1, 0), in_may(2, 0), datetime(2026, 6, 1, tzinfo=UTC))
    assert len(read_status(users_of_spec_1_11(), BILLABLE, reading, may)) == count
    assert whole_price(per_unit("2.50"), count) == Decimal(price)


def test_the_start_is_read_after_all_changes_of_the_first_day() -> None:
    people = {"anna": spans(history((2, "activated"))), "ben": spans(history((0, "activated"), (2, "inactive")))}
    assert members(read_status(people, BILLABLE, "start", Stretch(at(0), at(3), at(10)))) == ["anna"]


def test_a_stretch_shorter_than_its_first_day_is_read_where_it_ends() -> None:
    people = {"anna": spans(history((2, "activated")))}
    assert read_status(people, BILLABLE, "start", Stretch(at(0), at(9), at(2))) == []


def test_a_peak_of_an_instant_is_seen() -> None:
    people = {"anna": spans(history((4, "activated"), (5, "inactive"))), "ben": spans(history((0, "added")))}
    assert members(read_status(people, BILLABLE, "peak", Stretch(at(0), at(3), at(10)))) == ["anna", "ben"]


def test_one_who_leaves_as_another_arrives_makes_no_peak() -> None:
    people = {"anna": spans(history((0, "added"), (5, "inactive"))), "ben": spans(history((5, "added")))}
    assert members(read_status(people, BILLABLE, "peak", Stretch(at(0), at(3), at(10)))) == ["anna"]


def test_an_arrival_at_the_end_is_outside() -> None:
    people = {"anna": spans(history((10, "activated")))}
    assert [read_status(people, BILLABLE, reading, Stretch(at(0), at(3), at(10))) for reading in ("end", "peak")] == [
        [],
        [],
    ]


def test_no_other_reading() -> None:
    with pytest.raises(ValueError, match="middle"):
        read_status({}, BILLABLE, "middle", Stretch(at(0), at(3), at(10)))


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
    stretch = Stretch(at(start), at(start + first_day), at(end))
    minutes = [naive_count(stories, minute) for minute in range(start, end)]
    assert members(read_status(people, BILLABLE, "end", stretch)) == minutes[-1]
    assert members(read_status(people, BILLABLE, "start", stretch)) == minutes[:first_day][-1]
    highest = max(len(counted) for counted in minutes)
    earliest = next(counted for counted in minutes if len(counted) == highest)
    assert members(read_status(people, BILLABLE, "peak", stretch)) == earliest


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
