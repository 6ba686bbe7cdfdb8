"""Several commands, one server."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from headcount.runtime.database import database

from .support import HOLD, kill, let_end, line, log, postmaster, python, starts, until


@pytest.mark.usefixtures("kind")
def test_three_at_once_start_it_once_and_the_last_one_out_stops_it(home: Path) -> None:
    with python(home, HOLD) as one, python(home, HOLD) as two, python(home, HOLD) as three:
        logins = {line(process) for process in (one, two, three)}
        assert len(logins) == 1
        assert starts(home) == 1
        let_end(one)
        let_end(two)
        with psycopg.connect(logins.pop()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        let_end(three)
    assert not postmaster(home)
    assert log(home).count("database system is shut down") == 1


def test_one_that_is_killed_disturbs_nobody_and_leaves_the_server_to_the_next(made: Path) -> None:
    with python(made, HOLD) as one, python(made, HOLD) as two:
        login = line(one)
        assert login == line(two)
        kill(one.pid)
        with psycopg.connect(login) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        kill(two.pid)
    abandoned = postmaster(made)
    assert abandoned
    with database():
        assert postmaster(made) == abandoned
    assert not postmaster(made)
    assert starts(made) == 1


@pytest.mark.usefixtures("kind")
def test_one_that_is_killed_while_it_starts_the_server(made: Path) -> None:
    with python(made, HOLD) as starter:
        assert until(lambda: starts(made) == 1)
        kill(starter.pid)
    with database() as logins, psycopg.connect(logins.application) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not postmaster(made)
    assert starts(made) == 1


def test_coming_and_going_in_a_crowd(made: Path) -> None:
    brief = """
from headcount.runtime.database import database
import psycopg
for _ in range(4):
    with database() as logins, psycopg.connect(logins.application) as connection:
        connection.execute("SELECT 1")
print("done")
"""
    with python(made, brief) as one, python(made, brief) as two, python(made, brief) as three:
        for process in (one, two, three):
            output, _ = process.communicate(timeout=60)
            assert output == "done\n"
    assert not postmaster(made)


def test_contexts_may_be_nested(made: Path) -> None:
    with database() as outer:
        with database() as inner:
            assert inner == outer
        assert postmaster(made)
    assert not postmaster(made)
