"""Batches of the run in several processes: prepared side by side, finished one after the other in the order given.

So documents get the same numbers however many workers there are, and wherever a run was stopped and started again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection

from headcount.core.errors import refuse
from headcount.runtime.spawned import spawned
from headcount.services.batches import Batch, Step
from headcount.services.collecting import collecting_rarely
from headcount.services.context import Context
from headcount.services.worker_process import work
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class Task:
    """Some payers, by id, on one day."""

    day: date
    payer_ids: list[int]


BillAll = Callable[[Iterable[Task]], Iterator[Step]]


@contextmanager
def side_by_side(context: Context, workers: int) -> Iterator[BillAll]:
    """What bills tasks: in this process, or in as many others as there are to be workers."""
    if workers == 1:
        with collecting_rarely():
            yield lambda tasks: (billed(context, task, lambda: None) for task in tasks)
        return
    with spawned(work, [()] * workers) as pipes:
        for pipe in pipes:
            pipe.send(context)
        yield lambda tasks: _hand_out(tasks, pipes)


def billed(context: Context, task: Task, wait: Callable[[], object]) -> Step:
    """One task, in a transaction of its own; `wait` returns once it may be finished."""
    with organization_transaction(context.organization_id):
        batch = Batch(context, task.day, task.payer_ids)
        batch.prepare()
        wait()
        return batch.finish()


def _hand_out(tasks: Iterable[Task], pipes: list[Connection]) -> Iterator[Step]:
    """Each worker has one task at a time. The oldest is told to finish, and its worker gets a new one."""
    idle, busy = list(pipes), deque[Connection]()
    waiting = iter(tasks)
    while True:
        while idle and (task := next(waiting, None)) is not None:
            pipe = idle.pop()
            pipe.send(task)
            busy.append(pipe)
        if not busy:
            return
        pipe = busy.popleft()
        pipe.send("finish")
        step = _answer(pipe)
        idle.append(pipe)
        yield step


def _answer(pipe: Connection) -> Step:
    """What came of a task. Refused: `run_worker_ended`, if something outside has ended the worker."""
    try:
        answer: Step | Exception = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise refuse("run_worker_ended") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
