"""Members: appended changes of status as adjoining spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from headcount.core.members import STATUSES, StatusChange, spans, status_at, together

from .build import many

MIDNIGHT = datetime(2026, 5, 1, tzinfo=UTC)
TICKS = 12


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def history(*changes: tuple[int, str]) -> list[StatusChange]:
    return [StatusChange(at(minute), recorded, status) for recorded, (minute, status) in enumerate(changes)]


histories = st.lists(st.tuples(st.integers(0, TICKS), st.sampled_from(STATUSES)), min_size=1, max_size=8)


def naive_status(changes: list[tuple[int, str]], minute: int) -> str | None:
    """The last word said up to that minute: of the latest minute, the one recorded last."""
    known = None
    for earlier in range(minute + 1):
        for when, status in changes:
            if when == earlier:
                known = status
    return known


def test_nobody_without_history() -> None:
    assert spans([]) == []


def test_a_status_lasts_until_the_next_one() -> None:
    found = [(span.start, span.end, span.status) for span in spans(history((0, "added"), (5, "invited")))]
    assert found == [(at(0), at(5), "added"), (at(5), None, "invited")]


def test_the_same_status_again_is_one_span() -> None:
    assert len(spans(history((0, "added"), (5, "added")))) == 1


def test_of_one_instant_the_later_record_wins() -> None:
    assert [span.status for span in spans(history((0, "inactive"), (0, "activated")))] == ["activated"]


def test_the_order_of_arrival_does_not_matter() -> None:
    changes = history((0, "added"), (5, "invited"), (9, "inactive"))
    assert spans(reversed(changes)) == spans(changes)


def test_a_span_is_half_open() -> None:
    first, last = spans(history((0, "added"), (5, "invited")))
    assert [first.holds_at(at(minute)) for minute in (-1, 0, 4, 5)] == [False, True, True, False]
    assert last.holds_at(at(10**6))


@many
@given(histories)
def test_spans_agree_with_reading_the_history_minute_by_minute(changes: list[tuple[int, str]]) -> None:
    found = spans(history(*changes))
    for minute in range(TICKS + 2):
        holding = [span.status for span in found if span.holds_at(at(minute))]
        known = naive_status(changes, minute)
        assert holding == ([known] if known else [])


@many
@given(histories)
def test_spans_adjoin_and_differ(changes: list[tuple[int, str]]) -> None:
    found = spans(history(*changes))
    assert all(one.end == following.start and one.status != following.status for one, following in pairwise(found))
    assert [span.end for span in found[-1:]] in ([None], [])


RANKED = ["activated", "invited", "added", "inactive"]


@given(st.lists(histories, min_size=1, max_size=4))
def test_records_of_one_person_have_the_highest_status_of_each_moment(records: list[list[tuple[int, str]]]) -> None:
    joined = together([spans(history(*changes)) for changes in records])
    for minute in range(TICKS + 1):
        held = [status for changes in records if (status := naive_status(changes, minute))]
        expected = min(held, key=RANKED.index) if held else None
        assert status_at(joined, at(minute)) == expected
    assert all(one.end == other.start and one.status != other.status for one, other in pairwise(joined))
    assert joined[-1].end is None


@given(st.lists(histories, max_size=4), st.randoms())
def test_the_order_of_records_does_not_matter(records: list[list[tuple[int, str]]], random: Random) -> None:
    found = [spans(history(*changes)) for changes in records]
    shuffled = random.sample(found, len(found))
    assert together(found) == together(shuffled)
