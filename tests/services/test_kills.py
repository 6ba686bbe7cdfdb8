"""A run is killed anywhere, started again until it is done, and leaves the same documents as one left in peace."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.runtime import support
from tests.services.kills import KINDS, POSTMASTER, RUN, WORKER, Billed, Installation

SOAK = bool(os.environ.get("HEADCOUNT_SOAK"))
SUBSCRIPTIONS, ROUNDS, UNTIL = (20_000, 20, "2026-04-01") if SOAK else (2_500, 1, "2026-05-01")
DAYS = 1 if SOAK else 2
SEED = 20260401


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    home = Path(tempfile.mkdtemp(prefix="hc-", dir="/tmp"))
    home.chmod(0o711)  # as root, PostgreSQL runs under another account and must get through
    made = Installation(home, SUBSCRIPTIONS)
    try:
        yield made
    finally:
        made.leave()
        if postmaster := support.postmaster(home):
            support.kill(postmaster)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def in_peace(installation: Installation) -> Billed:
    """What a run gives that nobody disturbs."""
    with installation.clone("in_peace") as database:
        run = installation.start(database, UNTIL)
        _, error = run.communicate(timeout=300)
        assert run.returncode == 0, error
        return installation.billed(database)


def test_the_numbers_of_a_run_left_in_peace_have_no_gap(in_peace: Billed) -> None:
    documents = DAYS * SUBSCRIPTIONS
    assert [row[1] for row in in_peace.documents] == list(range(1, documents + 1))
    assert in_peace.last_number == documents
    assert len({(row[2], row[3]) for row in in_peace.documents}) == documents  # one for each customer and day
    assert all(row[5] == row[6] for row in in_peace.documents)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_run_that_is_killed_and_started_again_is_as_one_left_in_peace(
    installation: Installation, in_peace: Billed, number: int
) -> None:
    random = Random(SEED + number)
    kinds = random.sample(KINDS, len(KINDS)) if SOAK else [WORKER, RUN, POSTMASTER]
    with installation.clone(f"killed_{number}") as database:
        seen = installation.run_with_kills(database, UNTIL, len(in_peace.documents), kinds, random)
        assert installation.billed(database) == in_peace, (kinds, seen)
