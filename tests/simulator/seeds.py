"""Seeds in a database: played, compared with a world in peace, and, where one fails, made small and told as a story."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from headcount.core.errors import Refused
from headcount.services.context import open_context
from headcount.stories.grounds import Ground
from headcount.stories.record import recorded_story
from headcount.stories.writing import write_story
from tests.simulator import checks
from tests.simulator.scheduler import DAILY, Failed, Told, moves_of, play
from tests.simulator.world import ACTOR, KEY

SECONDS_TO_SHRINK = 90


@dataclass(frozen=True)
class Result:
    """`moves`: those that are needed for the problem, if there is one."""

    seed: int
    problem: str = ""
    moves: tuple[int, ...] = ()
    file: str = ""


def play_seed(ground: Ground, seed: int, folder: Path | None, only: Collection[int] | None = None) -> Result:
    """With a `folder`, a seed that fails is made small and written there."""
    told, _ = _played(ground, seed, only)
    if not told.problem:
        return Result(seed)
    numbers = _in_play(told, only)
    if folder is None:
        return Result(seed, told.problem, numbers)
    numbers, told = _shrunk(ground, told, numbers)
    file = folder / f"seed-{seed}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    _, story = _played(ground, seed, numbers, tell=True)
    file.write_text(_as_comment(told, numbers) + story, encoding="utf-8")
    return Result(seed, told.problem, numbers, str(file))


def _in_play(told: Told, only: Collection[int] | None) -> tuple[int, ...]:
    numbers = [number for number, _ in moves_of(told.seed) if only is None or number in only]
    return tuple(number for number in numbers if told.at_move is None or number <= told.at_move)


def _played(ground: Ground, seed: int, only: Collection[int] | None, *, tell: bool = False) -> tuple[Told, str]:
    """What was done, and its story where it is to be told."""
    story = ""
    with ground.empty():
        try:
            told, world = play(seed, only)
            totals = checks.billed_by_subscription(world)
        except Failed as failed:
            told = failed.told
        if tell:
            story = _story()
    if told.problem or seed % DAILY:
        return told, story
    return _compared(ground, told, totals, only), story


def _compared(ground: Ground, told: Told, totals: dict[str, int], only: Collection[int] | None) -> Told:
    """The same with a run a day and without crashes charges the days of every subscription with the same."""
    with ground.empty():
        try:
            _, world = play(told.seed, only, is_daily=True)
        except Failed as failed:
            return replace(failed.told, problem=f"with a run a day: {failed.told.problem}")
        in_peace = checks.billed_by_subscription(world)
    differing = {
        key: (totals.get(key, 0), in_peace.get(key, 0))
        for key in sorted(totals.keys() | in_peace.keys())
        if totals.get(key, 0) != in_peace.get(key, 0)
    }
    return replace(told, problem=f"billed, and with a run a day: {differing}") if differing else told


def _shrunk(ground: Ground, told: Told, numbers: tuple[int, ...]) -> tuple[tuple[int, ...], Told]:
    """Without every move that is not needed for a problem of the same kind: first many at once, then one by one."""
    until = time.monotonic() + SECONDS_TO_SHRINK
    size = max(1, len(numbers) // 2)
    while True:
        place = len(numbers)
        while place > 0 and time.monotonic() < until:
            place -= size
            fewer = numbers[: max(0, place)] + numbers[place + size :]
            again, _ = _played(ground, told.seed, fewer)
            if _kind(again) == _kind(told):
                numbers, told = fewer, again
        if size == 1 or time.monotonic() > until:
            return numbers, told
        size //= 2


def _kind(told: Told) -> str:
    """The words before the first number of a difference; of an error its last line."""
    if not told.problem.startswith("Traceback"):
        return " ".join(word for word in told.problem.split()[:6] if not any(sign.isdigit() for sign in word))
    return told.problem.strip().splitlines()[-1][:40]


def _story() -> str:
    try:
        return write_story(recorded_story(open_context(KEY, ACTOR), "en"))
    except Refused as refused:
        return f"# no story: {', '.join(one.code for one in refused.refusals)}\n"


def _as_comment(told: Told, numbers: tuple[int, ...]) -> str:
    again = f"python -m tests.simulator --seeds {told.seed} --moves {','.join(map(str, numbers))}"
    lines = [again, "", *told.moves, "", *told.problem.splitlines()]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines) + "\n"
