"""Plays seeds, in a PostgreSQL of its own: `python -m tests.simulator --seeds 0:1000 [--workers 2]`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.database import own_database
from tests.simulator.processes import FAILED, side_by_side

if TYPE_CHECKING:
    from headcount.stories.grounds import Ground
    from tests.simulator.seeds import Result


def main(arguments: Sequence[str]) -> int:
    """How many seeds failed decides the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seeds", default="0:1000", help="one, or FROM:TO without the last")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--moves", default="", help="only these numbers of a seed, as 1,2,7")
    wanted = parser.parse_args(arguments)
    first, _, end = wanted.seeds.partition(":")
    seeds = range(int(first), int(end or int(first) + 1))
    begin, failed = time.monotonic(), 0
    with own_database(), ExitStack() as stack:
        from headcount.stories.grounds import story_ground, story_nursery

        place = stack.enter_context(story_nursery())
        if wanted.moves or len(seeds) == 1:
            results = _alone(stack.enter_context(story_ground(place, "0")), seeds, wanted.moves)
        else:
            results = side_by_side(place, seeds, wanted.workers)
        for number, result in enumerate(results, 1):
            if result.problem:
                failed += 1
                print(f"seed {result.seed} failed with moves {result.moves}: {result.problem}\n{result.file}")
            if number % 100 == 0 or number == len(seeds):
                seconds = time.monotonic() - begin
                print(f"{number} seeds, {failed} failed, {number / seconds:.2f} a second", flush=True)
    return 1 if failed else 0


def _alone(ground: Ground, seeds: Sequence[int], moves: str) -> Iterator[Result]:
    from tests.simulator.seeds import play_seed

    only = [int(number) for number in moves.split(",")] if moves else None
    for seed in seeds:
        yield play_seed(ground, seed, None if only else FAILED, only)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
