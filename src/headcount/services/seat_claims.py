"""A seat as a claim: that none is free is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headcount.core.errors import Refusal
from headcount.services.context import Context
from headcount.services.licences import LimitRefused
from headcount.services.seats import assign


@dataclass(frozen=True, slots=True)
class SeatAnswer:
    """`since`: from when on the user has the seat, in UTC; None with the refusal that says why not."""

    since: datetime | None
    refusal: Refusal | None = None


def claim_seat(context: Context, subscription: str, member: str) -> SeatAnswer:
    """Whether a user may have a seat; if so they have it. Who has one keeps it.

    Refused: as `assign`, but that a limit is reached is an answer.
    """
    try:
        return SeatAnswer(assign(context, subscription, member).since)
    except LimitRefused as refused:
        return SeatAnswer(None, refused.refusals[0])
