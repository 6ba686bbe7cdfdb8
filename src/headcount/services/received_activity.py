"""Activity as it is received over HTTP: a batch is one transaction, and every item of it gets its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headcount.core.activity import Reject
from headcount.gateways.rows import Chunk
from headcount.services.activity import PreparedBatch, activity_rules, prepare, recorded
from headcount.services.context import Context
from headcount.services.imports import Outcome, committed

Row = tuple[int, Sequence[str]]
"""Where an item stands in its batch, from 0, and its values in the order of `core.activity.COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a batch: counted + repeated + refused = received.

    `kept` were not known before. `counted` made somebody count, and `counting` says which; all others that are not
    refused changed no count. `is_taken`: whether anything was taken that is not in `refused`.
    """

    received: int
    kept: int = 0
    counted: int = 0
    refused: tuple[Reject, ...] = ()
    counting: frozenset[int] = frozenset()
    is_taken: bool = True

    @property
    def repeated(self) -> int:
        return self.received - self.counted - len(self.refused) if self.is_taken else 0


class _NothingTakenError(Exception):
    def __init__(self, rejects: Sequence[Reject]) -> None:
        super().__init__()
        self.rejects = rejects


def receive_activity(
    context: Context, rows: Sequence[Row], unreadable: Sequence[Reject], *, atomic: bool, named: bool
) -> Received:
    """Records what can be recorded; if `atomic`, all or nothing.

    `unreadable`: items that are no activity at all. `named`: whether it matters which of them made somebody count.
    """
    received = len(rows) + len(unreadable)
    batch = prepare(Chunk(list(rows), list(unreadable)), activity_rules(context), context.place, parts=1)[0]
    try:
        outcome, counting = _recorded(context, batch, atomic=atomic, named=named)
    except _NothingTakenError as nothing:
        return Received(received, refused=_in_order(nothing.rejects), is_taken=False)
    done = outcome.done
    return Received(received, done["kept"], done["counted"], _in_order(outcome.rejects), _places(batch, counting))


def _recorded(context: Context, batch: PreparedBatch, *, atomic: bool, named: bool) -> tuple[Outcome, frozenset[str]]:
    def take(context: Context, batch: PreparedBatch) -> tuple[Outcome, frozenset[str]]:
        outcome, counting = recorded(context, batch, create_customers=False, named=named)
        if atomic and outcome.rejects:
            raise _NothingTakenError(outcome.rejects)
        return outcome, counting

    if atomic and batch.rejects:
        raise _NothingTakenError(batch.rejects)
    if not batch.by_customer:
        return Outcome(rejects=batch.rejects), frozenset()
    return committed(context, batch, take)


def _in_order(rejects: Sequence[Reject]) -> tuple[Reject, ...]:
    return tuple(sorted(rejects, key=lambda reject: reject.line))


def _places(batch: PreparedBatch, ids: frozenset[str]) -> frozenset[int]:
    if not ids:
        return frozenset()
    rows = (row for rows in batch.by_customer.values() for row in rows)
    return frozenset(place for place, activity, _ in rows if activity.id in ids)
