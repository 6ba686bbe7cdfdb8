"""What the vendor's own system should hear of: told inside the transaction that does it, read in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headcount.core.errors import nearest, refuse
from headcount.services.context import Context
from headcount.storage import events
from headcount.storage.events import Event, NewEvent
from headcount.storage.transaction import organization_transaction

__all__ = ["KINDS", "MOST", "Event", "NewEvent", "read_events", "tell", "tell_all"]

KINDS = (
    "limit.near", "limit.reached", "limit.over", "licence.raised", "licence.lowered", "claim.refused",
    "member.access_revoked", "member.access_restored", "seat.invited", "seat.redeemed", "seat.removed",
)  # fmt: skip
MOST = 1_000


def tell(
    context: Context,
    kind: str,
    *,
    customer_id: int | None = None,
    member_id: int | None = None,
    details: Mapping[str, object] | None = None,
    once: str | None = None,
) -> None:
    """Inside a transaction of the caller. `details` are keys, ids and numbers; with `once` only the first is kept."""
    tell_all(context, [NewEvent(kind, customer_id, member_id, details or {}, once)])


def tell_all(context: Context, new: Sequence[NewEvent]) -> None:
    if new:
        events.append(context.organization_id, context.now, new)


def read_events(
    context: Context,
    *,
    after: str = "",
    kinds: Sequence[str] = (),
    customer: str = "",
    most: int = MOST,
    unsettled: bool = False,
) -> list[Event]:
    """The events after one that was seen, oldest first. Refused: `unknown_event`, `not_a_choice` for a kind.

    `unsettled`: for whoever does not go on from the last; else an event waits for transactions that began before it.
    """
    for kind in kinds:
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise refuse("not_a_choice", "kind", given=kind, choices=known, nearest=nearest(kind, KINDS))
    with organization_transaction(context.organization_id):
        if after and not events.exists(after):
            raise refuse("unknown_event", "after", given=after)
        return list(events.read(after, most, kinds, customer, unsettled=unsettled))
