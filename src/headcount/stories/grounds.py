"""Empty databases for stories: a migrated template, and Django turned to a clone of it for as long as stories last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import psycopg
from django.db import Error, connections

from headcount.core.calendar import month_of
from headcount.runtime.database import OWNER_VARIABLE
from headcount.runtime.throwaway import Nursery, nursery
from headcount.services.clock import system_now
from headcount.services.context import open_context
from headcount.services.organizations import directory, purge
from headcount.storage import migrations, partitions, schema
from headcount.stories.values import ACTOR

# A story that is lost with the machine is played again.
_FAST = "-c synchronous_commit=off"


@contextmanager
def story_nursery() -> Iterator[Nursery]:
    """Where the databases of stories are cloned; inside `runtime.database.database()`, with Django set up."""
    connections.close_all()
    with nursery(os.environ[OWNER_VARIABLE], _digest(), _migrate) as place:
        yield place


class Ground:
    """An empty database for one story after another; a clone of its own in every process.

    A story leaves one test organization behind, and to purge it takes a tenth of the time that a clone takes. What
    cannot be purged is thrown away with its database, and so is a database in which a story broke.
    """

    def __init__(self, place: Nursery, owner: psycopg.Connection, worker: str) -> None:
        self._place, self._owner, self._worker = place, owner, worker
        self._numbers = count(1)
        self._clone = ExitStack()
        self._database = ""

    @contextmanager
    def empty(self) -> Iterator[None]:
        """Django talks to a database without any organization meanwhile."""
        if not self._database:
            name = f"{self._worker}_{next(self._numbers)}"
            self._database = self._clone.enter_context(self._place.clone(self._owner, name))
        is_empty_again = False
        try:
            with django_in(self._database):
                yield
                is_empty_again = _is_purged()
        finally:
            if not is_empty_again:
                self.throw_away()

    def throw_away(self) -> None:
        self._database = ""
        self._clone.close()


def _is_purged() -> bool:
    try:
        for entry in directory():
            purge(open_context(entry.key, ACTOR))
    except Error:
        return False
    return True


@contextmanager
def story_ground(place: Nursery, worker: str) -> Iterator[Ground]:
    """`worker` is unique within the run."""
    with place.connect() as owner:
        ground = Ground(place, owner, worker)
        try:
            yield ground
        finally:
            ground.throw_away()


@contextmanager
def django_in(database: str) -> Iterator[None]:
    """Django's two logins lead into this database meanwhile, also those of other threads."""
    connections.close_all()
    settings = [connections.settings[alias] for alias in ("default", "owner")]
    before = [(each["NAME"], each["OPTIONS"]) for each in settings]
    for each in settings:
        options = f"{each['OPTIONS'].get('options', '')} {_FAST}".strip()
        each.update(NAME=database, OPTIONS={**each["OPTIONS"], "options": options})
    try:
        yield
    finally:
        connections.close_all()
        for each, (name, options) in zip(settings, before, strict=True):
            each.update(NAME=name, OPTIONS=options)


def _migrate(database: str) -> None:
    with django_in(database):
        schema.migrate()


def _digest() -> str:
    """Another one for each state of the schema, and each month, since the parts of the evidence are made by months."""
    folder = Path(migrations.__path__[0])
    files = [*sorted(folder.glob("*.py")), Path(partitions.__file__)]
    text = b"\0".join(file.read_bytes() for file in files)
    month = str(month_of(system_now().date()).start)
    return hashlib.sha256(text + month.encode()).hexdigest()[:16]
