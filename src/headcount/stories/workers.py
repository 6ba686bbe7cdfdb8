"""Processes that play stories. A worker reads which file to play from its pipe and ends when the pipe does, so that
none outlives the run. What needs Django is imported once it is set up.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from headcount.core.errors import refuse
from headcount.runtime.spawned import spawned
from headcount.runtime.throwaway import Nursery

if TYPE_CHECKING:
    from headcount.stories.values import Played

SetUp = Callable[[], None]
"""What a new process needs before it can use Django."""


def play_side_by_side(files: Sequence[Path], place: Nursery, workers: int, set_up: SetUp) -> Iterator[Played]:
    """Results in the order of the files, each as soon as those before it are there."""
    waiting = list(enumerate(files))[::-1]
    done: dict[int, Played] = {}
    with spawned(_work, [(place, str(number), set_up) for number in range(1, workers + 1)]) as pipes:
        asked = {pipe: _ask(pipe, waiting.pop()) for pipe in pipes}
        for number in range(len(files)):
            while number not in done:
                ready = connection.wait(list(asked))
                for pipe in (one for one in pipes if one in ready):
                    done[asked.pop(pipe)] = _answer(pipe)
                    if waiting:
                        asked[pipe] = _ask(pipe, waiting.pop())
            yield done.pop(number)


def _ask(pipe: Connection, story: tuple[int, Path]) -> int:
    number, file = story
    pipe.send(file)
    return number


def _answer(pipe: Connection) -> Played:
    """What a worker found. Refused: `story_worker_ended`, if something outside has ended it."""
    try:
        played: Played = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise refuse("story_worker_ended") from None
    return played


def _work(pipe: Connection, place: Nursery, worker: str, set_up: SetUp) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the run, which closes the pipe
    set_up()
    from headcount.stories.grounds import story_ground
    from headcount.stories.run import play_in_ground

    with suppress(EOFError, BrokenPipeError, ConnectionResetError), story_ground(place, worker) as ground:
        while True:
            pipe.send(play_in_ground(pipe.recv(), ground))
