"""The invoice run: what is expected minus what was billed, for every payer, day by day up to a date.

A run can be killed between any two statements and started again: what a batch did is committed wholly or not at all,
and the next run goes on where it stopped, in the same order, so with the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from headcount.core.errors import refuse
from headcount.services import runs
from headcount.services.batches import Batch, Failure, Step, living_on
from headcount.services.context import Context, write_journal
from headcount.services.finalising import Issued
from headcount.services.run_workers import Task, side_by_side
from headcount.storage import customers, organizations
from headcount.storage.transaction import one_run_at_a_time, organization_transaction, rehearsal

__all__ = ["Failure", "Issued", "Step", "bill", "due_payers"]

BATCH = 1_000
"""How many payers a transaction bills: few enough to keep memory and locks small, many enough to be quick."""


def due_payers(context: Context, until: date) -> int:
    """Of how many payers something may be due up to a day: how long a run will be."""
    with organization_transaction(context.organization_id):
        return sum(number for _, number in customers.due_days(until))


def bill(context: Context, until: date, *, dry_run: bool, workers: int = 1) -> Iterator[Step]:
    """Bills everything that is due up to and including `until`; a test organization's clock moves there.

    With several `workers` batches are prepared in as many processes. A dry run goes the same way, and each of its
    batches is undone; it has no numbers. Refused: `until_in_future` for a live organization (a dry run may look ahead).
    """
    is_live = context.terms.mode == "live"
    if is_live and until > context.today and not dry_run:
        raise refuse("until_in_future", "until", given=str(until), today=str(context.today))
    if dry_run:
        yield from _rehearse(context, until)
        return
    with one_run_at_a_time(context.organization_id):
        totals: runs.Totals = {}
        for step in _run(context, until, workers):
            runs.add(totals, step.issued)
            yield step
        _finish(context, until, totals)


def _run(context: Context, until: date, workers: int) -> Iterator[Step]:
    with side_by_side(context, workers) as bill_all:
        for day in _days(context, until):
            yield from bill_all(_tasks(context, day))


def _days(context: Context, until: date) -> Iterator[date]:
    """The days on which something may be due, in order: what is billed on one day says when the next one is."""
    last = date.min
    while True:
        with organization_transaction(context.organization_id):
            later = [day for day, _ in customers.due_days(until) if day > last]
        if not later:
            return
        last = later[0]
        yield last


def _tasks(context: Context, day: date) -> Iterator[Task]:
    """The payers of a day by id, in batches: so numbers do not depend on how many workers there are."""
    for payer_ids in _batches(context, lambda after: customers.due_payers(day, after, BATCH)):
        yield Task(day, payer_ids)


def _rehearse(context: Context, until: date) -> Iterator[Step]:
    """Batch after batch, each through all its days and undone: no lock is held for long."""
    for payer_ids in _batches(context, lambda after: customers.payers_due_until(until, after, BATCH)):
        with rehearsal(context.organization_id):
            steps = list(_rehearsed(context, payer_ids, until))
        yield from steps


def _batches(context: Context, payers_after: Callable[[int], list[int]]) -> Iterator[list[int]]:
    """Payers by id, read batch by batch, as those before are done."""
    last = 0
    while True:
        with organization_transaction(context.organization_id):
            payer_ids = payers_after(last)
        if not payer_ids:
            return
        last = payer_ids[-1]
        yield payer_ids


def _rehearsed(context: Context, payer_ids: list[int], until: date) -> Iterator[Step]:
    last, able = date.min, payer_ids
    while days := [day for day in customers.due_days_of(able, until) if day > last]:
        last = days[0]
        batch = Batch(context, last, able)
        batch.prepare()
        yield batch.finish()
        able = [id for id in able if id not in batch.failed]


def _finish(context: Context, until: date, totals: runs.Totals) -> None:
    """What the run came to, so that the next one can be compared with it; and the clock of a test organization."""
    if context.terms.mode == "live" and not totals:
        return
    living = living_on(context, until)
    with organization_transaction(context.organization_id):
        if context.terms.mode != "live":
            organizations.move_clock(context.organization_id, living.now)
        if totals:
            write_journal(living, "run.finished", {"until": str(until), "totals": totals})
