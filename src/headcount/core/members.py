"""Members: the people of a customer who may count, and the history of their statuses (SPEC 1.7, 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STATUSES = ("added", "invited", "activated", "inactive")
BILLABLE = ("added", "invited", "activated")


@dataclass(frozen=True, slots=True, order=True)
class StatusChange:
    """From this instant on the member has this status. `recorded` orders two changes of one instant: the later wins."""

    at: datetime
    recorded: int
    status: str


@dataclass(frozen=True, slots=True, order=True)
class StatusSpan:
    """A member has one status from `start` until `end` (None: until further notice)."""

    start: datetime
    end: datetime | None
    status: str

    def holds_at(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


def spans(history: Iterable[StatusChange]) -> list[StatusSpan]:
    """The history as adjoining spans of different statuses, in order of time."""
    by_instant = {change.at: change.status for change in sorted(history)}
    turns: list[tuple[datetime, str]] = []
    for at, status in by_instant.items():
        if not turns or turns[-1][1] != status:
            turns.append((at, status))
    ends = [*(at for at, _ in turns[1:]), None]
    return [StatusSpan(at, end, status) for (at, status), end in zip(turns, ends, strict=False)]
