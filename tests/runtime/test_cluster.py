from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from headcount.runtime.account import owner_of
from headcount.runtime.binaries import choose
from headcount.runtime.cluster import Cluster
from headcount.runtime.database import Logins, database
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.settings import socket_folder

from .support import kill, line, log, mode, postmaster, python, starts, until

both = pytest.mark.usefixtures("kind")


def ask(login: str, query: str) -> object:
    with psycopg.connect(login) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


@both
def test_the_first_use_makes_everything_and_leaves_nothing_running(home: Path) -> None:
    with database() as logins:
        assert postmaster(home)
        assert os.environ["HEADCOUNT_APPLICATION_URL"] == logins.application
        assert os.environ["HEADCOUNT_OWNER_URL"] == logins.owner
        assert ask(logins.owner, "SELECT current_user || '@' || current_database()") == "headcount_owner@headcount"
        assert ask(logins.application, "SELECT current_user") == "headcount_app"
    assert not postmaster(home)
    assert sorted(path.name for path in (home / "postgres").iterdir()) == ["data", "postgres.log", "socket"]
    assert mode(home / "postgres" / "socket") == "0700"


@both
def test_the_server_is_set_up_to_keep_its_promises(made: Path) -> None:
    expected = {
        "data_checksums": "on",
        "fsync": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "wal_compression": "pglz",
        "password_encryption": "scram-sha-256",
    }
    with database() as logins:
        for name, value in expected.items():
            assert ask(logins.application, f"SELECT current_setting('{name}')") == value
        assert ask(logins.owner, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"


@both
def test_the_application_is_kept_in_its_place(made: Path) -> None:
    attributes = (
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s"
    )
    with database() as logins, psycopg.connect(logins.application, autocommit=True) as connection:
        row = connection.execute(attributes, ["headcount_app"]).fetchone()
        assert row == (True, False, False, False, False)
        row = connection.execute(attributes, ["headcount_owner"]).fetchone()
        assert row == (True, False, False, True, True)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE SCHEMA mine")
        connection.execute("CREATE TEMPORARY TABLE scratch (id int)")


def test_row_level_security_binds_the_application(made: Path) -> None:
    with database() as logins:
        with psycopg.connect(logins.owner) as owner:
            owner.execute("CREATE TABLE hidden (id int)")
            owner.execute("INSERT INTO hidden VALUES (1)")
            owner.execute("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY")
            owner.execute("GRANT SELECT ON hidden TO headcount_app")
        assert ask(logins.application, "SELECT count(*) FROM hidden") == 0


@both
def test_rows_survive_a_killed_server(made: Path) -> None:
    with database() as logins:
        with psycopg.connect(logins.owner) as owner:
            owner.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
        pid = postmaster(made)
        assert pid
        kill(pid)
        with database() as again:
            assert postmaster(made) not in (None, pid)
            assert ask(again.owner, "SELECT count(*) FROM kept") == 1000
    assert starts(made) == 2
    assert "already exists" not in log(made)
    assert "automatic recovery in progress" in log(made)
    assert not postmaster(made)


@both
def test_an_interrupted_initdb_is_done_again(home: Path) -> None:
    enter = "from headcount.runtime.database import database\nwith database(): print('in', flush=True)"
    with python(home, enter) as first:
        assert until(lambda: any(home.glob("postgres/new-*/data/PG_VERSION")))
        first.kill()
    assert not (home / "postgres" / "data").exists()
    with python(home, enter) as second:
        assert line(second) == "in"
        assert second.wait(30) == 0
    assert not list(home.glob("postgres/new-*"))


@pytest.mark.parametrize("name", ["long" * 25, "a,b c'd"])
def test_a_home_whose_path_no_socket_can_have(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADCOUNT_HOME", str(home / name))
    with database() as logins:
        assert ask(logins.application, "SELECT 1") == 1
    sockets = socket_folder(home / name / "postgres")
    assert mode(sockets) == "0700"
    sockets.rmdir()


def test_a_socket_folder_somebody_else_made_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = home / ("long" * 25)
    monkeypatch.setenv("HEADCOUNT_HOME", str(long))
    sockets = socket_folder(long / "postgres")
    sockets.mkdir(0o777)
    sockets.chmod(0o777)
    try:
        with pytest.raises(RuntimeRefusal) as refusal, database():
            pass
    finally:
        sockets.rmdir()
    assert refusal.value.code == "socket_folder_of_another"


@both
def test_data_of_a_version_that_is_not_here_is_refused(made: Path) -> None:
    (made / "postgres" / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(RuntimeRefusal) as refusal, database():
        pass
    assert refusal.value.code == "binaries_of_other_version"
    assert "apt-get install postgresql-14" in refusal.value.advice


def test_a_lost_secrets_file_is_told_from_a_lost_database(made: Path) -> None:
    (made / "secrets.json").unlink()
    with pytest.raises(RuntimeRefusal) as refusal, database():
        pass
    assert refusal.value.code == "password_unknown"
    assert not postmaster(made)


def test_logins_do_not_depend_on_the_users_settings_of_libpq(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGUSER": "nobody", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    with database() as logins:
        assert isinstance(logins, Logins)
        assert ask(logins.application, "SELECT 1") == 1


def test_a_cluster_that_was_deleted_behind_its_link_is_not_replaced_in_silence(home: Path) -> None:
    home.mkdir()
    (home / "postgres").symlink_to(home / "gone")
    with pytest.raises(RuntimeRefusal) as refusal, database():
        pass
    assert refusal.value.code == "data_folder_missing"
    (home / "postgres").unlink()


def test_a_server_that_was_killed_needs_no_stopping(made: Path) -> None:
    with database():
        pid = postmaster(made)
        assert pid
        kill(pid)


def test_stopping_what_does_not_run_is_no_failure(made: Path) -> None:
    folder = made / "postgres"
    cluster = Cluster(folder, owner_of(folder))
    cluster.stop(choose(cluster.account, cluster.data))
