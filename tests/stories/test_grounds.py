"""Throw-away databases: a template that is kept, clones that are not, and nothing left behind by whoever was killed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from headcount.runtime.database import OWNER_VARIABLE
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.throwaway import nursery
from headcount.stories.values import Played
from tests.runtime import support


@pytest.fixture
def owner(database: None) -> str:
    return os.environ[OWNER_VARIABLE]


@pytest.fixture
def guard(owner: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(owner, autocommit=True) as connection:
        yield connection


def clones(connection: psycopg.Connection) -> set[str]:
    found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'headcount_story_%'")
    return {name for (name,) in found}


def nothing(_: str) -> None:
    """A template without any table."""


def test_a_template_is_made_once_for_a_digest_and_the_one_before_is_dropped(
    owner: str, guard: psycopg.Connection
) -> None:
    made: list[str] = []
    for digest in ("aaaa0001", "aaaa0001", "aaaa0002"):
        with nursery(owner, digest, made.append) as place:
            assert place.template.endswith(digest)
    assert len(made) == 2
    assert not any(name.endswith("aaaa0001") for name in clones(guard))


def test_two_runs_at_once_keep_apart(owner: str, guard: psycopg.Connection) -> None:
    with (
        nursery(owner, "bbbb0001", nothing) as one,
        one.connect() as mine,
        one.clone(mine, "1") as first,
        nursery(owner, "bbbb0001", nothing) as other,
        other.connect() as theirs,
        other.clone(theirs, "1") as second,
    ):
        assert first != second
        assert {first, second} <= clones(guard)
    assert not {first, second} & clones(guard)


KILLED = """
import os, sys
from headcount.runtime.throwaway import nursery
with nursery(sys.argv[1], "cccc0001", lambda name: None) as place, place.connect() as owner:
    with place.clone(owner, "1") as name:
        print(name, flush=True)
        input()
"""


def test_the_next_run_drops_what_a_killed_one_left_behind(
    owner: str, guard: psycopg.Connection, tmp_path: Path
) -> None:
    with support.python(tmp_path, KILLED, owner) as process:
        name = support.line(process)
        assert name in clones(guard)
        with nursery(owner, "cccc0001", nothing):
            assert name in clones(guard)  # of a run that lives
        support.kill(process.pid)
    assert name in clones(guard)
    assert support.until(lambda: _is_dropped_by_the_next_run(owner, guard, name))


def _is_dropped_by_the_next_run(owner: str, guard: psycopg.Connection, name: str) -> bool:
    """PostgreSQL needs a moment to notice that the other side is gone."""
    with nursery(owner, "cccc0001", nothing):
        return name not in clones(guard)


def test_whoever_may_not_make_databases_is_told_what_to_do(owner: str, guard: psycopg.Connection) -> None:
    guard.execute("DROP ROLE IF EXISTS story_guest")
    guard.execute("CREATE ROLE story_guest LOGIN PASSWORD 'secret'")
    guest = make_conninfo(owner, user="story_guest", password="secret")
    with pytest.raises(RuntimeRefusal) as refused, nursery(guest, "dddd0001", nothing):
        pass
    assert refused.value.code == "may_not_create_database"
    assert "ALTER ROLE story_guest CREATEDB" in refused.value.advice
    guard.execute("DROP ROLE story_guest")


def test_stories_leave_the_database_of_the_installation_alone(
    play: Callable[[Path], Played], story: Callable[[str], Path]
) -> None:
    from headcount.services.organizations import directory

    before = directory()
    play(story('[[step]]\nat = 2026-05-01\nsubscribe = { customer = "a", plan = "care" }\nexpect.invoices = [{}]\n'))
    assert directory() == before
    assert all(entry.key != "story" for entry in directory())


def test_row_level_security_holds_in_stories_too(owner: str, guard: psycopg.Connection) -> None:
    from headcount.stories.grounds import story_ground, story_nursery

    with story_nursery() as place, story_ground(place, "walls") as ground, ground.empty():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            user, name = cursor.fetchone()
            cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = 'subscription'")
            assert cursor.fetchone() == (True,)
    assert user == "headcount_app"
    assert name.startswith(place.prefix)
    assert name not in clones(guard)
