"""Activity: which reports are taken, and why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from headcount.core.activity import Activity, ActivityRules, conflicting_ids, parse_instant, read_activity
from headcount.core.errors import Refused

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RULES = ActivityRules(frozenset({"information", "measurements"}), latest=NOON)
ROW = ["a1", "anna", "client-7", "information", "2026-04-30T10:00:00+02:00"]


def test_a_row_is_read_and_its_instant_is_utc() -> None:
    at = datetime(2026, 4, 30, 8, tzinfo=UTC)
    assert read_activity(ROW, RULES) == Activity("a1", "anna", "client-7", "information", at)
    assert read_activity(ROW, RULES).occurred_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("column", "value", "code", "field"),
    [
        pytest.param(0, "", "empty_field", "id", id="no id"),
        pytest.param(4, "", "empty_field", "occurred_at", id="no time"),
        pytest.param(2, "x" * 201, "too_long", "member", id="201 characters"),
        pytest.param(1, "an\nna", "control_character", "customer", id="line break"),
        pytest.param(1, "an\u2028na", "control_character", "customer", id="line separator"),
        pytest.param(1, "an\x7fna", "control_character", "customer", id="delete"),
        pytest.param(1, "an\udc80na", "not_utf8", "customer", id="not UTF-8"),
        pytest.param(3, "informaton", "unknown_kind", "kind", id="unknown kind"),
        pytest.param(4, "yesterday", "not_an_instant", "occurred_at", id="no time at all"),
        pytest.param(4, "2026-04-30T10:00:00", "no_offset", "occurred_at", id="no offset"),
        pytest.param(4, "2026-04-30T10:00:00+19:00", "impossible_offset", "occurred_at", id="offset of 19 hours"),
        pytest.param(4, "2026-04-30T10:00:00+518:00", "impossible_offset", "occurred_at", id="offset of 518 hours"),
        pytest.param(4, "1969-12-31T23:59:59+00:00", "clock_is_wrong", "occurred_at", id="before 1970"),
        pytest.param(4, "0001-01-01T00:00:00+02:00", "clock_is_wrong", "occurred_at", id="before the calendar"),
        pytest.param(4, "2026-05-01T12:00:01+00:00", "clock_is_wrong", "occurred_at", id="a second too late"),
    ],
)
def test_a_row_that_cannot_be_taken(column: int, value: str, code: str, field: str) -> None:
    row = [*ROW[:column], value, *ROW[column + 1 :]]
    with pytest.raises(Refused) as refused:
        read_activity(row, RULES)
    assert [(refusal.code, refusal.field) for refusal in refused.value.refusals] == [(code, field)]


@pytest.mark.parametrize("member", ["x" * 200, "Jürgen", "客户", "a b"])
def test_keys_of_others_are_taken_as_they_are(member: str) -> None:
    assert read_activity([*ROW[:2], member, *ROW[3:]], RULES).member == member


def test_the_nearest_kind_is_named() -> None:
    with pytest.raises(Refused) as refused:
        read_activity([*ROW[:3], "informaton", ROW[4]], RULES)
    assert refused.value.refusals[0].numbers == {"given": "informaton", "nearest": "information"}


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-05-01T12:00:00Z", NOON),
        ("2026-05-01T12:00:00+00:00", NOON),
        ("2026-05-01T17:30:00+05:30", NOON),
        ("2026-05-01T00:00:00-12:00", NOON),
        ("2026-05-02T06:00:00+18:00", NOON),
        ("1970-01-01T00:00:00+00:00", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_instants(written: str, utc: datetime) -> None:
    assert parse_instant(written, "at", NOON) == utc


def activity(source_id: str, member: str = "client-7", kind: str = "information") -> Activity:
    return Activity(source_id, "anna", member, kind, NOON)


@pytest.mark.parametrize(
    ("batch", "conflicts"),
    [
        pytest.param([], set(), id="nothing"),
        pytest.param([activity("a"), activity("b")], set(), id="two ids"),
        pytest.param([activity("a"), activity("a")], set(), id="the same twice is a repeat"),
        pytest.param([activity("a"), activity("b"), activity("a", "client-8")], {"a"}, id="another member"),
        pytest.param([activity("a"), activity("a"), activity("a", kind="login")], {"a"}, id="another kind"),
        pytest.param([activity("a"), activity("a", "x"), activity("b"), activity("b", "x")], {"a", "b"}, id="two"),
    ],
)
def test_spec_1_6_one_id_with_two_contents_is_a_conflict(batch: list[Activity], conflicts: set[str]) -> None:
    assert conflicting_ids(batch) == conflicts
