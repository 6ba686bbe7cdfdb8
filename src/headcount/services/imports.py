"""Importing: chunks of rows go in one transaction each; what is refused is listed and never stops the others."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.db import OperationalError

from headcount.core.activity import Reject, first_refusal
from headcount.core.errors import Refused
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.context import Context
from headcount.storage.transaction import organization_transaction, rehearsal


class Positioned(Protocol):
    """Something read from a file. `position`: how far the file is read."""

    @property
    def position(self) -> int: ...


Batch = TypeVar("Batch", bound=Positioned)
TRIES = 5


@dataclass(slots=True)
class Outcome:
    """How many rows came to which end, and those that were refused."""

    done: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.done.update(other.done)
        self.rejects += other.rejects


Take = Callable[[Context, Batch], Outcome]


def take_all(context: Context, batches: Iterable[Batch], take: Take[Batch], *, dry_run: bool) -> Iterator[Outcome]:
    """One outcome for each batch, after its commit. A dry run goes the same way in one transaction that is undone."""
    with _collecting_rarely():
        if dry_run:
            with rehearsal(context.organization_id):
                for batch in batches:
                    yield take(context, batch)
            return
        for batch in batches:
            yield _committed(context, batch, take)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """A batch is some hundred thousand objects that live and die together; looking for garbage among them takes
    half of the time and finds none.
    """
    before = gc.get_threshold()
    gc.set_threshold(500_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _committed(context: Context, batch: Batch, take: Take[Batch]) -> Outcome:
    for attempt in range(1, TRIES + 1):
        try:
            with organization_transaction(context.organization_id):
                return take(context, batch)
        except OperationalError as problem:
            if not _may_be_tried_again(problem) or attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def _may_be_tried_again(problem: OperationalError) -> bool:
    """A deadlock or a serialization failure: nothing was done, and nothing is wrong with the batch."""
    return getattr(problem.__cause__, "sqlstate", "") in ("40P01", "40001")


def with_positions(
    context: Context, batches: Iterable[Batch], take: Take[Batch], *, dry_run: bool
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of parts of a file, each with how far the file is read."""
    position = 0

    def noted() -> Iterator[Batch]:
        nonlocal position
        for batch in batches:
            position = batch.position
            yield batch

    for outcome in take_all(context, noted(), take, dry_run=dry_run):
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
