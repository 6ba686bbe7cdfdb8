"""A seat as a claim: "no" is an answer, and the vendor is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headcount.core.calendar import month_of
from headcount.core.errors import Refusal, Refused
from headcount.services.agreements import find
from headcount.services.context import Context
from headcount.services.events import tell
from headcount.services.seats import assign
from headcount.storage import catalog
from headcount.storage.journal import digest
from headcount.storage.transaction import organization_transaction


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
    except Refused as refused:
        refusal = refused.refusals[0]
        if refusal.code != "limit_reached":
            raise
    with organization_transaction(context.organization_id):
        asked = find(catalog.load(context.organization_id), subscription)
        assert asked is not None
        details = {"subscription": subscription, "code": refusal.code, "limit": refusal.numbers.get("limit")}
        once = f"claim.refused|{asked.customer}|{asked.id}|{month_of(context.today).start}|{digest(member)[:32]}"
        tell(context, "claim.refused", customer_id=asked.customer, details=details, once=once)
    return SeatAnswer(None, refusal)
