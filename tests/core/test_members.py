"""Members: appended changes of status as adjoining spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headcount.core.members import STATUSES, StatusChange, spans

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
