"""Databases for a moment: cloned from a template that is kept, and dropped even if whoever made them was killed.

headcount_story_<home>_template_<digest>     the template, one for each state of the schema
headcount_story_<home>_<run>_<worker>_<n>    a clone, for one story

`home` is the database whose owner asks, so that two installations on one server keep apart. A run holds an advisory
lock as long as it lives, taken in `home`; a database whose run holds none any more is a leftover.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from headcount.runtime.errors import RuntimeRefusal

_RUN_LOCK: Final = 7010
_TEMPLATE_LOCK: Final = 7011
_MAKING_LOCK: Final = 7012
_EXISTING: Final = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname"
_TO_ALLOW: Final = "ALTER ROLE {role} CREATEDB;"

Prepare = Callable[[str], None]
"""Brings the schema of the database of this name up to date, and lets go of it."""


@dataclass(frozen=True, slots=True)
class Nursery:
    """Where clones are made: everything another process needs to know for making some too."""

    owner: str
    template: str
    prefix: str

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            yield connection

    @contextmanager
    def clone(self, connection: psycopg.Connection, name: str) -> Iterator[str]:
        """A database as the template is, and its full name; dropped at the end."""
        full = f"{self.prefix}_{name}"
        _create(connection, full, self.template)
        try:
            yield full
        finally:
            _drop(connection, full)


@contextmanager
def nursery(owner: str, digest: str, prepare: Prepare) -> Iterator[Nursery]:
    """Makes the template if there is none for this digest, drops what nobody needs any more, and, at the end, every
    clone of this run. Refused: `may_not_create_database`.
    """
    with psycopg.connect(owner, autocommit=True) as guard:
        family = f"headcount_story_{_home(guard)}_"
        run = secrets.token_hex(4)
        _hold(guard, "pg_advisory_lock", _RUN_LOCK, run)
        _hold(guard, "pg_advisory_lock_shared", _TEMPLATE_LOCK, digest)
        template = f"{family}template_{digest}"
        _drop_leftovers(guard, family, run, template)
        _hold(guard, "pg_advisory_lock", _MAKING_LOCK, "")
        if not _names(guard, template):
            _make_template(guard, owner, f"{family}{run}_template", template, prepare)
        _hold(guard, "pg_advisory_unlock", _MAKING_LOCK, "")
        prefix = f"{family}{run}"
        try:
            yield Nursery(owner, template, prefix)
        finally:
            for name in _names(guard, prefix):
                _drop(guard, name)


def _home(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT oid::bigint FROM pg_database WHERE datname = current_database()").fetchone()
    assert row
    number: int = row[0]
    return number


def _names(connection: psycopg.Connection, prefix: str) -> list[str]:
    return [name for (name,) in connection.execute(_EXISTING, [prefix])]


def _hold(connection: psycopg.Connection, function: LiteralString, lock: int, key: str) -> bool:
    """Whether the lock is ours; keys are hexadecimal and as long as they may be."""
    number = int(key[:8] or "0", 16) - 2**31
    statement = sql.SQL("SELECT {}(%s, %s)").format(sql.SQL(function))
    row = connection.execute(statement, [lock, number]).fetchone()
    return bool(row and row[0] is not False)


def _drop_leftovers(guard: psycopg.Connection, family: str, run: str, template: str) -> None:
    """Clones of runs that died, and templates that no living run uses."""
    for name in _names(guard, family):
        owner, _, rest = name.removeprefix(family).partition("_")
        if owner == run or name == template:
            continue
        lock, key = (_TEMPLATE_LOCK, rest) if owner == "template" else (_RUN_LOCK, owner)
        if _hold(guard, "pg_try_advisory_lock", lock, key):
            _drop(guard, name)
            _hold(guard, "pg_advisory_unlock", lock, key)


def _make_template(guard: psycopg.Connection, owner: str, unfinished: str, template: str, prepare: Prepare) -> None:
    """Prepared under another name, so that a template is there as a whole or not at all."""
    _create(guard, unfinished, "template1")
    with psycopg.connect(make_conninfo(owner, dbname=unfinished), autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    prepare(unfinished)
    names = {"unfinished": sql.Identifier(unfinished), "template": sql.Identifier(template)}
    guard.execute(sql.SQL("ALTER DATABASE {unfinished} RENAME TO {template}").format(**names))


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        role = connection.info.user
        raise RuntimeRefusal("may_not_create_database", role=role, sql=_TO_ALLOW.format(role=role)) from error


def _drop(connection: psycopg.Connection, name: str) -> None:
    """PostgreSQL waits some seconds for sessions that are about to end. What is still in use then, the next run drops:
    ending the sessions of the application's role is more than the owner may do. What another owner made stays.
    """
    with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
