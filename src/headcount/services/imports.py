"""Importing: chunks of rows go in one transaction each; what is refused is listed and never stops the others."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from headcount.core.activity import Reject, first_refusal
from headcount.core.errors import Refused
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.collecting import collecting_rarely
from headcount.services.conflicts import tried_again
from headcount.services.context import Context
from headcount.storage.transaction import organization_transaction, rehearsal


class Positioned(Protocol):
    """Something read from a file. `position`: how far the file is read."""

    @property
    def position(self) -> int: ...


Batch = TypeVar("Batch", bound=Positioned)
Result = TypeVar("Result")


@dataclass(slots=True)
class Outcome:
    """How many rows came to which end, and those that were refused."""

    done: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.done.update(other.done)
        self.rejects += other.rejects


Take = Callable[[Context, Batch], Outcome]


def take_all(
    context: Context, batches: Iterable[Batch], take: Take[Batch], *, dry_run: bool, at_once: int = 1
) -> Iterator[Outcome]:
    """One outcome for each batch, after its commit. A dry run goes the same way in one transaction that is undone.

    With `at_once` above 1, as many batches are taken at the same time, each on a connection of its own.
    """
    with collecting_rarely():
        if dry_run:
            with rehearsal(context.organization_id):
                for batch in batches:
                    yield take(context, batch)
            return
        if at_once == 1:
            for batch in batches:
                yield committed(context, batch, take)
        else:
            yield from _side_by_side(context, batches, take, at_once)


def _side_by_side(context: Context, batches: Iterable[Batch], take: Take[Batch], at_once: int) -> Iterator[Outcome]:
    running: deque[Future[Outcome]] = deque()
    with _threads(at_once) as threads:
        for batch in batches:
            running.append(threads.submit(committed, context, batch, take))
            if len(running) > at_once:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


@contextmanager
def _threads(how_many: int) -> Iterator[ThreadPoolExecutor]:
    """Threads with a connection each, as Django has it, that are closed when the threads have ended."""
    opened: list[BaseDatabaseWrapper] = []

    def note() -> None:
        own = connections[DEFAULT_DB_ALIAS]
        own.inc_thread_sharing()
        opened.append(own)

    try:
        with ThreadPoolExecutor(how_many, thread_name_prefix="batch", initializer=note) as threads:
            yield threads
    finally:
        for own in opened:
            own.close()


def committed(context: Context, batch: Batch, take: Callable[[Context, Batch], Result]) -> Result:
    """One batch in a transaction of its own, tried again where it met another one."""

    def attempt() -> Result:
        with organization_transaction(context.organization_id):
            return take(context, batch)

    return tried_again(attempt)


def with_positions(
    context: Context, batches: Iterable[Batch], take: Take[Batch], *, dry_run: bool, at_once: int = 1
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of parts of a file, each with how far the file is read."""
    position = 0

    def noted() -> Iterator[Batch]:
        nonlocal position
        for batch in batches:
            position = batch.position
            yield batch

    for outcome in take_all(context, noted(), take, dry_run=dry_run, at_once=at_once):
        yield position, outcome


Record = TypeVar("Record")


def read_rows(chunk: Chunk, read: Callable[[int, Sequence[str]], Record]) -> tuple[list[Record], list[Reject]]:
    """The rows that can be read, and the rejects of the chunk with those that cannot."""
    records, rejects = [], list(chunk.rejects)
    for line, values in chunk.rows:
        try:
            records.append(read(line, values))
        except Refused as refused:
            rejects.append(Reject(line, first_refusal(refused), raw_row(values)))
    return records, rejects
