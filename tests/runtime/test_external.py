"""DATABASE_URL: a server we did not start, and a user who may do more or less there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from headcount.runtime.database import database
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.secret import secret

from .support import postmaster

pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def operator(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The superuser's login to a server of another home, without our application's role."""
    elsewhere = made.rename(made.with_name("elsewhere"))
    monkeypatch.setenv("HEADCOUNT_HOME", str(elsewhere))
    with database() as logins:
        superuser = make_conninfo(logins.owner, user="postgres", password=secret("postgres"), dbname="postgres")
        run(make_conninfo(superuser, dbname="headcount"), "DROP OWNED BY headcount_app", "DROP ROLE headcount_app")
        monkeypatch.setenv("HEADCOUNT_HOME", str(made))
        yield superuser


def run(login: str, *statements: str) -> None:
    with psycopg.connect(login, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def customer(operator: str, attributes: str, monkeypatch: pytest.MonkeyPatch) -> str:
    run(operator, f"CREATE ROLE customer LOGIN PASSWORD 'secret' {attributes}", "CREATE DATABASE shop OWNER customer")
    url = make_conninfo(operator, user="customer", password="secret", dbname="shop")
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def test_the_applications_role_is_made_and_kept(operator: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = customer(operator, "CREATEROLE", monkeypatch)
    for _ in range(2):
        with database() as logins:
            assert logins.owner == url
            run(logins.application, "SELECT 1")
    assert not (home / "postgres").exists()
    assert not postmaster(home)


def test_a_role_whose_password_was_forgotten_gets_a_new_one(
    operator: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer(operator, "CREATEROLE", monkeypatch)
    with database() as before:
        pass
    (home / "secrets.json").unlink()
    with database() as after:
        assert after != before
        run(after.application, "SELECT 1")


def test_without_the_right_to_make_roles_an_administrator_is_told_what_to_do(
    operator: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer(operator, "", monkeypatch)
    with pytest.raises(RuntimeRefusal) as refusal, database():
        pass
    assert refusal.value.code == "may_not_create_role"
    statements = refusal.value.details["sql"]
    assert isinstance(statements, str)
    assert secret("headcount_app") not in statements
    run(make_conninfo(operator, dbname="shop"), *statements.replace("<a new password>", "new").split(";")[:-1])
    url = make_conninfo(operator, user="headcount_app", password="new", dbname="shop")
    monkeypatch.setenv("HEADCOUNT_APP_DATABASE_URL", url)
    with database() as logins:
        assert logins.application == url


@pytest.mark.parametrize("attributes", ["SUPERUSER", "BYPASSRLS"])
def test_an_application_that_row_level_security_does_not_bind_is_refused(
    operator: str, home: Path, attributes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = customer(operator, attributes, monkeypatch)
    monkeypatch.setenv("HEADCOUNT_APP_DATABASE_URL", url)
    with pytest.raises(RuntimeRefusal) as refusal, database():
        pass
    assert refusal.value.code == "role_too_powerful"


@pytest.mark.parametrize("url", ["postgresql://u:p@127.0.0.1:1/none", "not a url"])
def test_a_database_that_cannot_be_reached(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(RuntimeRefusal) as refusal, database():
        pass
    assert refusal.value.code == "database_unreachable"
    assert "DATABASE_URL" in refusal.value.advice
