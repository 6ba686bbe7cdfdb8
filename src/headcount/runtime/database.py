"""The database every command works with: an operator's, if DATABASE_URL names one, else our own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict

from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.postgres import server
from headcount.runtime.roles import APPLICATION, check_application, ensure_application
from headcount.runtime.secret import secret

OWNER_VARIABLE = "HEADCOUNT_OWNER_URL"
APPLICATION_VARIABLE = "HEADCOUNT_APPLICATION_URL"


@dataclass(frozen=True, slots=True)
class Logins:
    """libpq connection strings."""

    owner: str  # for migrations and the creation of databases only
    application: str  # for everything else: row-level security applies to it

    def environment(self) -> dict[str, str]:
        """As Django's settings and the processes we start read them."""
        return {OWNER_VARIABLE: self.owner, APPLICATION_VARIABLE: self.application}


@contextmanager
def database() -> Iterator[Logins]:
    """A database that is there as long as this context, and the two logins to it; also in os.environ."""
    with _owner_login() as owner:
        logins = Logins(owner, _application_login(owner))
        os.environ.update(logins.environment())
        yield logins


@contextmanager
def _owner_login() -> Iterator[str]:
    if url := os.environ.get("DATABASE_URL"):
        yield _valid(url, "DATABASE_URL")
    else:
        with server() as owner:
            yield owner


def _application_login(owner: str) -> str:
    url = os.environ.get("HEADCOUNT_APP_DATABASE_URL")
    variable = "HEADCOUNT_APP_DATABASE_URL" if url else "DATABASE_URL"
    try:
        if not url:
            return ensure_application(owner, secret(APPLICATION))
        check_application(_valid(url, variable))
    except psycopg.OperationalError as error:
        raise RuntimeRefusal("database_unreachable", reason=error, variable=variable) from error
    return url


def _valid(url: str, variable: str) -> str:
    """The URL as it is, if libpq understands it; else a refusal with what libpq says."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise RuntimeRefusal("database_unreachable", reason=error, variable=variable) from error
    return url
