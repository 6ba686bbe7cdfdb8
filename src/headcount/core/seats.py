"""Seats: users of a subscription, assigned directly or by an invitation that holds a seat while it is open (SPEC 1.10).

The history of a seat becomes spans of statuses, `invited` and `activated`, so every reading of statuses reads seats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from headcount.core.calendar import first_instant
from headcount.core.errors import refuse
from headcount.core.members import StatusSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

ASSIGNED, INVITED, REDEEMED, REMOVED = "assigned", "invited", "redeemed", "removed"
HOLDING = ("activated", "invited")
"""The statuses of whoever has a seat."""
MOST_VALID_DAYS = 3_660


@dataclass(frozen=True, slots=True, order=True)
class SeatEvent:
    """What happened to one user's seat. `recorded` orders two events of one instant.

    An invitation has a `code` and ends at `expires_at`; sent again it is another `invited` event with a new code.
    """

    at: datetime
    recorded: int
    kind: str
    code: str = ""
    expires_at: datetime | None = None


def expiry(invited_on: date, valid_days: int, place: ZoneInfo) -> datetime:
    """When an invitation ends: the day on which it was sent is day 1, and it holds to the end of the last."""
    return first_instant(invited_on + timedelta(days=valid_days), place)


def seat_spans(history: Iterable[SeatEvent]) -> list[StatusSpan]:
    """When the user holds a seat. An invitation frees it by time alone; whoever has it already cannot be invited."""
    spans: list[StatusSpan] = []
    for event in sorted(history):
        held = _held_at(spans, event.at)
        match event.kind:
            case "invited" if held is None or held.status == "invited":
                _end(spans, event.at)
                spans.append(StatusSpan(event.at, event.expires_at, "invited"))
            case "assigned" | "redeemed" if held is None or held.status == "invited":
                _end(spans, event.at)
                spans.append(StatusSpan(event.at, None, "activated"))
            case "removed" if held is not None:
                _end(spans, event.at)
    return [span for span in spans if span.end is None or span.start < span.end]


def _held_at(spans: Sequence[StatusSpan], instant: datetime) -> StatusSpan | None:
    return spans[-1] if spans and spans[-1].holds_at(instant) else None


def _end(spans: list[StatusSpan], instant: datetime) -> None:
    if _held_at(spans, instant) is not None:
        spans[-1] = StatusSpan(spans[-1].start, instant, spans[-1].status)


def check_redeemable(history: Sequence[SeatEvent], code: str, at: datetime) -> None:
    """Whether an invitation may be redeemed now.

    Refused: `unknown_code`, `code_replaced` (it was sent again), `code_used` (or the user has a seat without it),
    `seat_removed`, `invitation_expired`.
    """
    before = [event for event in sorted(history) if event.at <= at]
    sent = next((event for event in before if event.kind == INVITED and event.code == code), None)
    if sent is None:
        raise refuse("unknown_code", "code")
    since = before[before.index(sent) + 1 :]
    if any(event.kind == INVITED for event in since):
        raise refuse("code_replaced", "code")
    held = _held_at(seat_spans(before), at)
    if any(event.kind in (REDEEMED, ASSIGNED) for event in since) or (held and held.status == "activated"):
        raise refuse("code_used", "code")
    if any(event.kind == REMOVED for event in since):
        raise refuse("seat_removed", "code")
    if sent.expires_at is not None and at >= sent.expires_at:
        raise refuse("invitation_expired", "code", expired_at=sent.expires_at.isoformat())


def with_administrator(
    people: Mapping[str, Sequence[StatusSpan]], administrator: str, since: datetime
) -> dict[str, list[StatusSpan]]:
    """Whoever manages a family offer counts as one of its users, and only once; before that, as they were counted."""
    others = {user: list(spans) for user, spans in people.items() if user != administrator}
    before = [
        StatusSpan(span.start, min(span.end or since, since), span.status)
        for span in people.get(administrator, ())
        if span.start < since
    ]
    return {administrator: [*before, StatusSpan(since, None, "activated")], **others}


def ending(people: Mapping[str, Sequence[StatusSpan]], end: datetime) -> dict[str, list[StatusSpan]]:
    """Seats end with their subscription."""
    return {
        user: [StatusSpan(s.start, min(s.end or end, end), s.status) for s in spans if s.start < end]
        for user, spans in people.items()
    }
