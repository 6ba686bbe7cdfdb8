"""Seeds side by side, each process with a database of its own. What needs Django is imported once it is set up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from headcount.cli.session import set_up_django

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from headcount.runtime.throwaway import Nursery
    from tests.simulator.seeds import Result

FAILED = Path(__file__).with_name("failed")
"""Where seeds that fail are written."""


def side_by_side(place: Nursery, seeds: Sequence[int], workers: int) -> Iterator[Result]:
    """Each process takes every so many seeds, and writes what came of them into its pipe."""
    context = get_context("spawn")
    pipes: list[Connection] = []
    for worker in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        share = seeds[worker::workers]
        context.Process(target=_work, args=(theirs, place, str(worker + 1), share), daemon=True).start()
        theirs.close()
        pipes.append(ours)
    for number, _ in enumerate(seeds):
        yield pipes[number % workers].recv()


def _work(pipe: Connection, place: Nursery, worker: str, seeds: Sequence[int]) -> None:
    set_up_django()
    from headcount.stories.grounds import story_ground
    from tests.simulator.seeds import play_seed

    with story_ground(place, worker) as ground:
        for seed in seeds:
            pipe.send(play_seed(ground, seed, FAILED))
