"""Seats: assigned directly, or by an invitation that holds one while it is open (SPEC 1.10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.counting import at_instant, just_before
from headcount.core.errors import Refused
from headcount.core.members import StatusSpan
from headcount.core.seats import (
    ASSIGNED,
    INVITED,
    REDEEMED,
    REMOVED,
    SeatEvent,
    check_redeemable,
    ending,
    expiry,
    seat_spans,
    with_administrator,
)

from .build import day, few, many

BERLIN = ZoneInfo("Europe/Berlin")
HELD = frozenset({"invited", "activated"})
BILLED = frozenset({"activated"})
"""Where an open invitation costs nothing."""


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)


def event(number: int, local: str, kind: str, code: str = "", valid_days: int | None = None) -> SeatEvent:
    sent = at(local)
    expires = None if valid_days is None else expiry(sent.astimezone(BERLIN).date(), valid_days, BERLIN).astimezone(UTC)
    return SeatEvent(sent, number, kind, code, expires)


INVITED_1_MAY = event(1, "2026-05-01T10:00", INVITED, "first", 14)
RESENT_10_MAY = event(2, "2026-05-10T10:00", INVITED, "second", 14)


def held(history: list[SeatEvent], local: str) -> int:
    return len(at_instant({"anna": seat_spans(history)}, HELD, at(local)))


def refusal(history: list[SeatEvent], code: str, local: str) -> str | None:
    try:
        check_redeemable(history, code, at(local))
    except Refused as refused:
        (only,) = refused.refusals
        assert only.field == "code"
        return only.code
    return None


@pytest.mark.parametrize(
    ("local", "code"),
    [
        pytest.param("2026-05-01T10:00", None, id="at once"),
        pytest.param("2026-05-14T00:00", None, id="day 14 begins"),
        pytest.param("2026-05-14T23:59:59.999999", None, id="the last moment of day 14"),
        pytest.param("2026-05-15T00:00", "invitation_expired", id="15 May 00:00"),
        pytest.param("2026-06-15T12:00", "invitation_expired", id="long after"),
        pytest.param("2026-05-01T09:59", "unknown_code", id="before it was sent"),
    ],
)
def test_spec_1_10_an_invitation_of_14_days_holds_to_the_end_of_day_14(local: str, code: str | None) -> None:
    assert refusal([INVITED_1_MAY], "first", local) == code


@pytest.mark.parametrize(
    ("local", "seats"),
    [
        pytest.param("2026-05-01T09:59", 0, id="before"),
        pytest.param("2026-05-01T10:00", 1, id="from the moment it is sent"),
        pytest.param("2026-05-14T23:59:59.999999", 1, id="to the end of day 14"),
        pytest.param("2026-05-15T00:00", 0, id="free on 15 May 00:00"),
    ],
)
def test_spec_1_10_an_open_invitation_occupies_a_seat(local: str, seats: int) -> None:
    assert held([INVITED_1_MAY], local) == seats


@pytest.mark.parametrize(
    ("invited_on", "valid_days", "zone", "ends"),
    [
        pytest.param("2026-05-01", 14, "Europe/Berlin", "2026-05-14T22:00", id="SPEC 1.10: 15 May 00:00 in Berlin"),
        pytest.param("2026-05-01", 1, "Europe/Berlin", "2026-05-01T22:00", id="one day: today"),
        pytest.param("2026-03-28", 2, "Europe/Berlin", "2026-03-29T22:00", id="over the change to summer"),
        pytest.param("2026-10-24", 2, "Europe/Berlin", "2026-10-25T23:00", id="over the change to winter"),
        pytest.param("2026-10-30", 2, "America/Havana", "2026-11-01T04:00", id="midnight twice: the first"),
        pytest.param("2017-09-30", 1, "America/Asuncion", "2017-10-01T04:00", id="no midnight: where the gap ends"),
        pytest.param("2011-12-29", 1, "Pacific/Apia", "2011-12-30T10:00", id="the day before a skipped one"),
        pytest.param("2011-12-29", 2, "Pacific/Apia", "2011-12-30T10:00", id="a skipped day is a day without an hour"),
        pytest.param("2024-02-28", 2, "UTC", "2024-03-01T00:00", id="over a leap day"),
    ],
)
def test_where_an_invitation_ends(invited_on: str, valid_days: int, zone: str, ends: str) -> None:
    assert expiry(day(invited_on), valid_days, ZoneInfo(zone)) == datetime.fromisoformat(f"{ends}+00:00")


def test_spec_1_10_whether_an_open_invitation_costs_money_is_a_switch() -> None:
    people = {"anna": seat_spans([INVITED_1_MAY])}
    people["ben"] = seat_spans([event(1, "2026-05-01T10:00", ASSIGNED)])
    assert [len(just_before(people, counting, at("2026-05-15T00:00"))) for counting in (HELD, BILLED)] == [2, 1]


def test_spec_1_10_sent_again_it_keeps_one_seat_and_restarts_the_days() -> None:
    history = [INVITED_1_MAY, RESENT_10_MAY]
    assert [held(history, f"2026-05-{on:02}T12:00") for on in (1, 9, 10, 15, 23)] == [1, 1, 1, 1, 1]
    assert [held(history, local) for local in ("2026-05-10T10:00", "2026-05-23T23:59", "2026-05-24T00:00")] == [1, 1, 0]


def test_spec_1_10_sent_again_it_kills_the_old_code() -> None:
    history = [INVITED_1_MAY, RESENT_10_MAY]
    assert refusal(history, "first", "2026-05-10T09:59") is None
    assert refusal(history, "first", "2026-05-10T10:00") == "code_replaced"
    assert refusal(history, "second", "2026-05-23T23:59") is None
    assert refusal(history, "second", "2026-05-24T00:00") == "invitation_expired"


def test_spec_1_10_sent_again_with_fewer_days_it_ends_earlier() -> None:
    history = [INVITED_1_MAY, event(2, "2026-05-02T10:00", INVITED, "second", 1)]
    assert [held(history, local) for local in ("2026-05-02T23:59", "2026-05-03T00:00")] == [1, 0]


def test_sent_again_after_it_expired_it_is_a_seat_again() -> None:
    history = [INVITED_1_MAY, event(2, "2026-05-20T10:00", INVITED, "second", 14)]
    assert [held(history, f"2026-05-{on}T12:00") for on in (14, 16, 20)] == [1, 0, 1]
    assert refusal(history, "first", "2026-05-20T12:00") == "code_replaced"


def test_spec_1_10_a_code_works_once() -> None:
    history = [INVITED_1_MAY, event(2, "2026-05-03T10:00", REDEEMED)]
    assert refusal(history, "first", "2026-05-03T10:00") == "code_used"
    assert refusal(history, "first", "2026-05-04T10:00") == "code_used"
    assert refusal([*history, event(3, "2026-05-05T10:00", REMOVED)], "first", "2026-05-06T10:00") == "code_used"


def test_a_redeemed_seat_outlives_its_invitation() -> None:
    history = [INVITED_1_MAY, event(2, "2026-05-03T10:00", REDEEMED)]
    assert seat_spans(history) == [
        StatusSpan(at("2026-05-01T10:00"), at("2026-05-03T10:00"), "invited"),
        StatusSpan(at("2026-05-03T10:00"), None, "activated"),
    ]


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([event(1, "2026-05-01T10:00", ASSIGNED)], id="assigned"),
        pytest.param([INVITED_1_MAY], id="invited"),
        pytest.param([INVITED_1_MAY, event(2, "2026-05-03T10:00", REDEEMED)], id="redeemed"),
    ],
)
def test_spec_1_10_removing_a_user_frees_the_seat_at_once(history: list[SeatEvent]) -> None:
    removed = [*history, event(9, "2026-05-05T10:00", REMOVED)]
    assert [held(removed, local) for local in ("2026-05-05T09:59", "2026-05-05T10:00")] == [1, 0]


def test_a_withdrawn_invitation_is_refused() -> None:
    history = [INVITED_1_MAY, event(2, "2026-05-05T10:00", REMOVED)]
    assert refusal(history, "first", "2026-05-05T10:00") == "seat_removed"


def test_who_has_a_seat_cannot_be_invited_to_it() -> None:
    history = [event(0, "2026-04-30T10:00", ASSIGNED), INVITED_1_MAY]
    assert seat_spans(history) == [StatusSpan(at("2026-04-30T10:00"), None, "activated")]
    assert refusal(history, "first", "2026-05-02T10:00") == "code_used"


def test_assigned_while_invited_it_is_one_seat_and_the_code_is_used() -> None:
    history = [INVITED_1_MAY, event(2, "2026-05-03T10:00", ASSIGNED)]
    assert held(history, "2026-06-01T00:00") == 1
    assert refusal(history, "first", "2026-05-04T10:00") == "code_used"


def test_a_code_of_nobody_is_unknown() -> None:
    assert refusal([INVITED_1_MAY], "other", "2026-05-02T10:00") == "unknown_code"
    assert refusal([], "first", "2026-05-02T10:00") == "unknown_code"


def test_an_expired_invitation_names_when_it_ended() -> None:
    with pytest.raises(Refused) as refused:
        check_redeemable([INVITED_1_MAY], "first", at("2026-05-15T00:00"))
    assert refused.value.refusals[0].numbers == {"expired_at": "2026-05-14T22:00:00+00:00"}


def test_the_order_of_arrival_does_not_matter() -> None:
    history = [INVITED_1_MAY, RESENT_10_MAY, event(3, "2026-05-12T10:00", REDEEMED)]
    assert seat_spans(reversed(history)) == seat_spans(history)
    assert refusal(list(reversed(history)), "second", "2026-05-13T10:00") == "code_used"


FAMILY = {
    "ben": [StatusSpan(at("2026-05-10T00:00"), None, "activated")],
    "cem": [StatusSpan(at("2026-05-12T00:00"), at("2026-05-20T00:00"), "invited")],
}


def family_size(people: dict[str, list[StatusSpan]], local: str) -> int:
    return len(at_instant(with_administrator(people, "anna", at("2026-05-05T00:00")), HELD, at(local)))


@pytest.mark.parametrize(
    ("local", "size"),
    [
        pytest.param("2026-05-04T00:00", 0, id="before"),
        pytest.param("2026-05-05T00:00", 1, id="the administrator"),
        pytest.param("2026-05-10T00:00", 2, id="and a user"),
        pytest.param("2026-05-15T00:00", 3, id="and one who is invited"),
        pytest.param("2026-05-20T00:00", 2, id="who did not come"),
    ],
)
def test_spec_1_10_in_family_offers_the_administrator_counts(local: str, size: int) -> None:
    assert family_size(FAMILY, local) == size


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param("2026-05-10T00:00", None, id="a user later"),
        pytest.param("2026-05-10T00:00", "2026-05-15T00:00", id="a user for a time"),
        pytest.param("2026-05-05T00:00", None, id="a user from the same moment"),
    ],
)
def test_spec_1_10_an_administrator_who_is_a_user_counts_once(since: str, until: str | None) -> None:
    own = [StatusSpan(at(since), at(until) if until else None, "activated")]
    assert [family_size({"anna": own, **FAMILY}, f"2026-05-{on}T00:00") for on in ("07", "11", "15", "25")] == [
        1, 2, 3, 2,
    ]  # fmt: skip


@pytest.mark.parametrize("until", [None, "2026-05-03T00:00", "2026-05-30T00:00"])
def test_spec_1_8_an_administrator_who_was_a_user_before_has_counted_since(until: str | None) -> None:
    own = [StatusSpan(at("2026-05-01T00:00"), at(until) if until else None, "activated")]
    sizes = [family_size({"anna": own}, f"2026-05-{on}T00:00") for on in ("01", "02", "04", "05", "30")]
    assert sizes == [1, 1, 0 if until == "2026-05-03T00:00" else 1, 1, 1]


# From here on the other side walks minute by minute.

MIDNIGHT = datetime(2026, 5, 1, tzinfo=UTC)
TICKS = 12


def minute(number: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=number)


@st.composite
def histories(draw: st.DrawFn) -> list[SeatEvent]:
    """Anything may happen, in any order and several times in a minute; no code is sent twice."""
    kinds = st.sampled_from([INVITED, ASSIGNED, REDEEMED, REMOVED])
    happened = draw(st.lists(st.tuples(st.integers(0, TICKS), kinds, st.integers(1, 6)), max_size=8))
    return [
        SeatEvent(minute(when), number, kind, f"code {number}", minute(when + valid))
        if kind == INVITED
        else SeatEvent(minute(when), number, kind)
        for number, (when, kind, valid) in enumerate(happened)
    ]


def minute_by_minute(history: list[SeatEvent]) -> list[tuple[str, str]]:
    """What the seat is at the end of each minute's events, and the code that is open."""
    status, code, expires, found = "", "", MIDNIGHT, []
    for number in range(TICKS + 8):
        if status == "invited" and minute(number) >= expires:
            status, code = "", ""
        for one in history:
            if one.at != minute(number):
                continue
            if one.kind == REMOVED:
                status, code = "", ""
            elif one.kind == INVITED and status != "activated":
                assert one.expires_at is not None
                status, code, expires = "invited", one.code, one.expires_at
            elif one.kind in (ASSIGNED, REDEEMED):
                status, code = "activated", ""
        found.append((status, code))
    return found


@many
@given(histories())
def test_seats_agree_with_walking_minute_by_minute(history: list[SeatEvent]) -> None:
    found = seat_spans(history)
    for number, (status, _) in enumerate(minute_by_minute(history)):
        holding = [span.status for span in found if span.holds_at(minute(number))]
        assert holding == ([status] if status else [])


@few
@given(histories())
def test_a_code_can_be_redeemed_while_its_invitation_is_open_and_only_then(history: list[SeatEvent]) -> None:
    for number, (_, code) in enumerate(minute_by_minute(history)):
        open_codes = []
        for one in history:
            try:
                check_redeemable(history, one.code or "none", minute(number))
            except Refused:
                continue
            open_codes.append(one.code)
        assert open_codes == ([code] if code else [])


@few
@given(histories())
def test_the_spans_of_a_seat_never_overlap(history: list[SeatEvent]) -> None:
    found = seat_spans(history)
    assert all(span.end is None or span.start < span.end for span in found)
    assert all(one.end is not None and one.end <= following.start for one, following in pairwise(found))


def test_seats_end_with_their_subscription() -> None:
    end = datetime(2026, 5, 10, tzinfo=UTC)
    first, later = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 10, tzinfo=UTC)
    invitation = StatusSpan(first, datetime(2026, 5, 4, tzinfo=UTC), "invited")
    people = {
        "ida": [invitation],
        "jon": [StatusSpan(first, None, "activated")],
        "kim": [StatusSpan(later, None, "activated")],
    }
    assert ending(people, end) == {"ida": [invitation], "jon": [StatusSpan(first, end, "activated")], "kim": []}
