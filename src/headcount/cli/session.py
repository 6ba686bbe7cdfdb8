"""What a command works in: the database, Django, and the organization it was told."""

from __future__ import annotations

import functools
import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from headcount.core.calendar import EARLIEST_YEAR, LATEST_YEAR
from headcount.core.errors import refuse

if TYPE_CHECKING:
    from headcount.services.context import Context

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Day(click.DateTime):
    """A day in the years that the calendar knows."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        day: datetime = super().convert(value, param, ctx)
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            self.fail(f"{value!r} is not between {EARLIEST_YEAR} and {LATEST_YEAR}.", param, ctx)
        return day


DAY = Day(["%Y-%m-%d"])
organization_option = click.option(
    "--organization",
    envvar="HEADCOUNT_ORGANIZATION",
    default=None,
    help="Key of the organization; HEADCOUNT_ORGANIZATION if left out, or the only one there is.",
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Go the whole way, show the result, change nothing.")


@contextmanager
def database_session() -> Iterator[None]:
    """The database (started if need be), an up-to-date schema, and Django."""
    from headcount.runtime.database import database

    with database():
        set_up_django()
        from headcount.storage import schema

        schema.migrate()
        try:
            yield
        finally:
            schema.disconnect()


def set_up_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headcount.site.settings")
    django.setup()


def with_database(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A command that needs the database while it runs."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with database_session():
            return command(*args, **kwargs)

    return run


def actor() -> str:
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"


def context(organization: str | None) -> Context:
    """The organization that was named, or the only one there is. Refused: `no_organization`."""
    from headcount.services.context import open_context
    from headcount.storage.organizations import directory

    if organization is None:
        known = [entry.key for entry in directory()]
        if len(known) != 1:
            raise refuse("no_organization", "organization", known=", ".join(known) or "–")
        organization = known[0]
    return open_context(organization, actor())
