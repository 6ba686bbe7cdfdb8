"""One seed: its organization, its moves one after the other, crashes in between, and what must hold in the end."""

from __future__ import annotations

import traceback
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from headcount.core.errors import Refused
from headcount.services.people import import_customers
from headcount.services.reviews import finalise_now
from tests.simulator import checks, money_moves
from tests.simulator.crashes import any_crash, crashing
from tests.simulator.moves import MOVES, rehearsing, running
from tests.simulator.world import COMPLETE, Deed, Difference, World, chunks, found, run, take

__all__ = ["Failed", "Told", "money_moves", "moves_of", "play"]
CRASHES = 0.35
"""How many of the moves crash, if they are long enough for it."""
DAILY = 4
"""Every so many seeds are played a second time, with a run a day and without crashes."""


@dataclass(frozen=True)
class Told:
    """What was done, move by move, and what went wrong, if anything: on which move, and how."""

    seed: int
    moves: tuple[str, ...]
    problem: str = ""
    at_move: int | None = None


class Failed(Exception):
    """A move or a check after it failed: what was done up to there."""

    def __init__(self, told: Told) -> None:
        super().__init__(f"seed {told.seed}, move {told.at_move}: {told.problem}")
        self.told = told


def moves_of(seed: int) -> list[tuple[int, str]]:
    """The number and name of each move; what it does is decided when it is its turn."""
    random = Random(f"{seed} moves")
    names, weights = list(MOVES), [weight for _, weight in MOVES.values()]
    # Nothing can be done before there are contracts.
    chosen = ["subscribing", "subscribing", *random.choices(names, weights, k=random.randint(20, 60))]
    return list(enumerate(chosen, 1))


def play(seed: int, only: Collection[int] | None = None, *, is_daily: bool = False) -> tuple[Told, World]:
    """Plays a seed in an empty database, all of it or some of its moves. Raises `Failed`."""
    done: list[str] = []
    number: int | None = None
    try:
        world = found(Random(f"{seed} world"), is_daily=is_daily)
        for number, name in moves_of(seed):
            if only is None or number in only:
                _perform(seed, number, name, world, done)
        number = None
        _end(world)
    except Exception as problem:
        text = str(problem) if isinstance(problem, Difference) else traceback.format_exc()
        raise Failed(Told(seed, tuple(done), text, number)) from problem
    return Told(seed, tuple(done)), world


def _perform(seed: int, number: int, name: str, world: World, done: list[str]) -> None:
    make, _ = MOVES[name]
    world.number = number
    world.look_at_the_clock()
    done.append(f"{number}. {world.context().now:%Y-%m-%d %H:%M} {name}")
    deed = make(world, Random(f"{seed} {number}"))
    if deed is None:
        done[-1] += ": nothing to do"
        return
    done[-1] += f": {deed.text}"
    random = Random(f"{seed} {number} crash")
    if deed.may_crash and not world.is_daily and random.random() < CRASHES:
        done[-1] += _crash_and_repeat(world, deed, random)
    else:
        done[-1] += _do(world, deed)
    world.look_at_the_clock()
    if make in (running, rehearsing) and not world.is_daily:
        checks.after_a_run(world)


def _do(world: World, deed: Deed) -> str:
    """Refused: with what else than it may be."""
    try:
        deed.act(world.context())
    except Refused as refused:
        codes = {one.code for one in refused.refusals}
        if not codes <= deed.refusals:
            raise
        return f" -> {', '.join(sorted(codes))}"
    return ""


def _crash_and_repeat(world: World, deed: Deed, random: Random) -> str:
    crash = any_crash(random)
    context = world.context()
    result = ""
    try:
        with crashing(crash):
            deed.act(context)
    except Refused as refused:
        if not crash.has_happened and not {one.code for one in refused.refusals} <= deed.refusals:
            raise
    except Exception:
        if not crash.has_happened:
            raise
    if crash.has_happened:
        result = f" [{crash}]"
    world.look_at_the_clock()
    if deed.is_done(world.context()):
        return result
    return result + _do(world, deed)


def _end(world: World) -> None:
    """Whatever hindered a document is gone, and everything is billed."""
    world.look_at_the_clock()
    take(
        import_customers(
            world.context(), chunks([(key, key.upper(), *COMPLETE) for key in world.customers]), dry_run=False
        )
    )
    run(world.context())
    for key in world.customers if world.reviews else ():
        finalise_now(world.context(), key)
    checks.at_the_end(world)
