"""Claims, raises and batches while web workers and PostgreSQL are killed: never over, nothing lost (SPEC 2.1)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from random import Random
from subprocess import Popen
from threading import Thread

import pytest

from tests.api.kills import GROWING, LIMIT, PROGRAMS, RIVALS, SIZES, Served

SOAK = bool(os.environ.get("HEADCOUNT_SOAK"))
ROUNDS = 20 if SOAK else 1
SEED = 20260501
ANSWERS = 2 * RIVALS + GROWING
Told = tuple[str, str, str]


@pytest.fixture
def served() -> Iterator[Served]:
    home = Path(tempfile.mkdtemp(prefix="hc-", dir="/tmp"))
    home.chmod(0o711)  # as root, PostgreSQL runs under another account and must get through
    made = Served(home)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)


def told_while_killed(served: Served, random: Random) -> list[Told]:
    """Every answer that any program got; kills come after random numbers of them."""
    answers: Queue[Told | None] = Queue()
    programs = [served.ask(name) for name in PROGRAMS]

    def read(program: Popen[str]) -> None:
        assert program.stdout
        for line in program.stdout:
            customer, person, said = line.split()
            answers.put((customer, person, said))
        answers.put(None)

    readers = [Thread(target=read, args=(program,)) for program in programs]
    for reader in readers:
        reader.start()
    kills = [served.kill_worker, served.kill_postgres, served.kill_worker, served.kill_postgres]
    random.shuffle(kills)
    moments = dict(zip(sorted(random.sample(range(ANSWERS - 100), len(kills))), kills, strict=True))
    told: list[Told] = []
    running = len(programs)
    while running:
        answer = answers.get(timeout=90)
        if answer is None:
            running -= 1
            continue
        told.append(answer)
        if kill := moments.pop(len(told), None):
            kill(random)
    for reader, program in zip(readers, programs, strict=True):
        reader.join()
        assert program.wait(30) == 0
    assert not moments
    return told


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nothing_acknowledged_is_lost_and_no_limit_is_exceeded(served: Served, number: int) -> None:
    told = told_while_killed(served, Random(SEED + number))
    left = served.left()
    for customer, people in left.people.items():
        allowed = {person for of, person, said in told if of == customer and said in ("new", "already")}
        assert sorted(people) == sorted(allowed)
        assert left.counts[customer] == len(people)
    assert left.counts["last"] == LIMIT
    assert left.counts["growing"] == GROWING
    assert sorted(left.raised) == [size for size in SIZES[1:] if size <= GROWING]
    assert left.audit == 0
