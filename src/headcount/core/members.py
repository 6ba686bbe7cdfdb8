"""Members: the people of a customer who may count, and the history of their statuses (SPEC 1.7, 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STATUSES = ("added", "invited", "activated", "inactive")
INACTIVE = "inactive"
_RANK = ("activated", "invited", "added", INACTIVE)
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


def together(records: Iterable[Sequence[StatusSpan]]) -> list[StatusSpan]:
    """The history of one person of whom there are several records (SPEC 6.3): at each moment the highest status.

    `activated` is above `invited`, that above `added`, and that above `inactive`.
    """
    found = list(records)
    if len(found) == 1:
        return list(found[0])
    every = [span for history in found for span in history]
    moments = sorted({span.start for span in every} | {span.end for span in every if span.end is not None})
    joined: list[StatusSpan] = []
    for start, end in pairwise([*moments, None]):
        assert start is not None
        held = [span.status for span in every if span.holds_at(start)]
        if not held:
            continue
        status = min(held, key=_RANK.index)
        if joined and joined[-1].end == start and joined[-1].status == status:
            joined[-1] = StatusSpan(joined[-1].start, end, status)
        else:
            joined.append(StatusSpan(start, end, status))
    return joined


def status_at(history: Iterable[StatusSpan], instant: datetime) -> str | None:
    """The status at an instant; None: nothing was said of that time."""
    return next((span.status for span in history if span.holds_at(instant)), None)
