"""Processes that are told what to do by a pipe, and end when it does: so none outlives whoever started it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

SECONDS_TO_END = 5


@contextmanager
def spawned(work: Callable[..., None], arguments: Sequence[tuple[object, ...]]) -> Iterator[list[Connection]]:
    """A process for each of `arguments`, started with its end of a pipe before them; the other ends, in their order.

    New processes instead of forks: a copy of this one would share its connections and its threads.
    """
    context = get_context("spawn")
    pipes: list[Connection] = []
    processes: list[BaseProcess] = []
    try:
        for own in arguments:
            ours, theirs = context.Pipe()
            processes.append(context.Process(target=work, args=(theirs, *own), daemon=True))
            processes[-1].start()
            theirs.close()
            pipes.append(ours)
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(SECONDS_TO_END)
            process.kill()
