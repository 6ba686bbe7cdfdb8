"""Activity: one thing done with or to a member, as the sender reports it, and what makes a report unusable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from headcount.core.errors import Refusal, Refused, nearest, refuse

COLUMNS = ("id", "customer", "member", "kind", "occurred_at")
LONGEST_KEY = 200
WIDEST_OFFSET = timedelta(hours=18)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a sender's clock may be ahead of ours."""


class Activity(NamedTuple):
    """`occurred_at` is UTC. A tuple, because there are many of them."""

    id: str
    customer: str
    member: str
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ActivityRules:
    """What an organization accepts: its kinds, and nothing that happens after `latest`."""

    kinds: frozenset[str]
    latest: datetime


def read_activity(values: Sequence[str], rules: ActivityRules) -> Activity:
    """The five columns as a value. Refused: the first field that is wrong, with code and numbers."""
    source_id, customer, member, kind, occurred_at = values
    if not (source_id and customer and member and kind and occurred_at):
        raise refuse("empty_field", next(c for c, value in zip(COLUMNS, values, strict=True) if not value))
    if not _is_plain("".join(values)):
        check_text(values, COLUMNS)
    if kind not in rules.kinds:
        raise refuse("unknown_kind", "kind", given=kind, nearest=nearest(kind, rules.kinds))
    return Activity(source_id, customer, member, kind, parse_instant(occurred_at, "occurred_at", rules.latest))


def check_text(values: Sequence[str], columns: Sequence[str]) -> None:
    """Refused: keys that are too long, hold control characters, or were not UTF-8."""
    for value, column in zip(values, columns, strict=True):
        if _is_plain(value):
            continue
        if len(value) > LONGEST_KEY:
            raise refuse("too_long", column, most=LONGEST_KEY, given=len(value))
        if any("\udc80" <= character <= "\udcff" for character in value):
            raise refuse("not_utf8", column)
        if any(character < " " or character in "\x7f\u2028\u2029" for character in value):
            raise refuse("control_character", column)


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST_KEY and text.isascii() and text.isprintable()


def parse_instant(text: str, field: str, latest: datetime) -> datetime:
    """An ISO 8601 date and time with its offset, as UTC.

    Refused: no offset, an offset that no place on earth has, a clock before 1970 or more than a day ahead.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise refuse(_what_is_wrong(text), field, given=text) from None
    offset = local.utcoffset()
    if offset is None:
        raise refuse("no_offset", field, given=text)
    if not -WIDEST_OFFSET <= offset <= WIDEST_OFFSET:
        raise refuse("impossible_offset", field, given=text)
    try:
        instant = local.astimezone(UTC)
    except OverflowError:
        raise refuse("clock_is_wrong", field, given=text) from None
    if not EARLIEST <= instant <= latest:
        raise refuse("clock_is_wrong", field, given=text)
    return instant


def _what_is_wrong(text: str) -> str:
    """A time that is fine but for its offset, such as +518:00, is told apart from what is no time at all."""
    local, sign, offset = text.rpartition("+") if "+" in text else text.rpartition("-")
    try:
        is_fine = sign and "T" in local and re.fullmatch(r"[\d:]+", offset) and datetime.fromisoformat(local)
    except ValueError:
        is_fine = False
    return "impossible_offset" if is_fine else "not_an_instant"


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken: its line, why, and what it said."""

    line: int
    refusal: Refusal
    raw: str


def conflicting_ids(activities: Sequence[Activity]) -> set[str]:
    """The ids that stand for two different things in one batch (SPEC 1.6)."""
    first: dict[str, Activity] = {}
    return {activity.id for activity in activities if first.setdefault(activity.id, activity) != activity}


def first_refusal(refused: Refused) -> Refusal:
    return refused.refusals[0]
