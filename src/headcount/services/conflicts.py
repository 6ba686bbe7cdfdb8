"""Transactions that meet another one: they are undone by the database, and tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError

Result = TypeVar("Result")
TRIES = 5
DEADLOCK_OR_ORDER = ("40P01", "40001")
"""Nothing was done, and nothing is wrong with what was wanted."""
SAME_KEY = "23505"


def tried_again(attempt: Callable[[], Result], *, same_key: bool = False) -> Result:
    """What `attempt` gives, which is a whole transaction. `same_key`: also where another one took its key first."""
    states = (*DEADLOCK_OR_ORDER, SAME_KEY) if same_key else DEADLOCK_OR_ORDER
    for number in range(1, TRIES + 1):
        try:
            return attempt()
        except (OperationalError, IntegrityError) as problem:
            if number == TRIES or getattr(problem.__cause__, "sqlstate", "") not in states:
                raise
    raise AssertionError("unreachable")
