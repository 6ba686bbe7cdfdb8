"""A crash between any two statements of a move, or around one of its commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

ERROR, LOST, AFTER_COMMIT = "an error", "a lost connection", "an error after the commit"
WAYS = (ERROR, ERROR, LOST, AFTER_COMMIT)


class Crashed(Exception):
    """What a move does not expect."""


class Crash:
    """At the `place`-th statement or commit from now on, of whatever connection. It happens once, or not at all."""

    def __init__(self, place: int, way: str) -> None:
        self.place, self.way = place, way
        self.has_happened = False
        self._seen = 0
        self._lock = threading.Lock()

    def __str__(self) -> str:
        return f"{self.way} at statement {self.place}"

    def is_due(self, *, is_commit: bool) -> bool:
        """After a commit something can only happen where there is one: from its place on, the next."""
        with self._lock:
            self._seen += 1
            if self.has_happened or self._seen < self.place or (self.way == AFTER_COMMIT and not is_commit):
                return False
            self.has_happened = True
        return True

    def happen(self, connection: BaseDatabaseWrapper) -> None:
        """The connection is lost as if the process had been killed, and the statement that follows fails."""
        if self.way == LOST and connection.connection is not None:
            connection.connection.pgconn.finish()
            return
        raise Crashed(str(self))

    def statement(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: dict[str, Any]) -> Any:
        if self.is_due(is_commit=False):
            self.happen(context["connection"])
        return execute(sql, params, many, context)


@contextmanager
def crashing(crash: Crash) -> Iterator[None]:
    """In every connection there is and those that threads make meanwhile. All of this thread are new afterwards."""
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def committing(connection: BaseDatabaseWrapper) -> Any:
        if not crash.is_due(is_commit=True):
            return commit(connection)
        if crash.way == ERROR:
            raise OperationalError("the commit failed")  # which is rolled back, as one of PostgreSQL's own would be
        if crash.way == AFTER_COMMIT:
            commit(connection)
        crash.happen(connection)
        return commit(connection)

    def wrap(connection: BaseDatabaseWrapper, **_: object) -> None:
        if crash.statement not in connection.execute_wrappers:
            connection.execute_wrappers.append(crash.statement)

    connections.close_all()
    connection_created.connect(wrap, weak=False)
    try:
        with patch.object(BaseDatabaseWrapper, "_commit", committing):
            yield
    finally:
        connection_created.disconnect(wrap)
        for connection in connections.all():
            if crash.statement in connection.execute_wrappers:
                connection.execute_wrappers.remove(crash.statement)
        connections.close_all()


def any_crash(random: Random) -> Crash:
    return Crash(random.randint(1, random.choice([10, 30, 90])), random.choice(WAYS))
