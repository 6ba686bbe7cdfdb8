from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from headcount.runtime.account import account_for_new_data
from headcount.runtime.binaries import choose
from headcount.runtime.database import APPLICATION_VARIABLE, OWNER_VARIABLE
from headcount.runtime.errors import RuntimeRefusal

from . import support

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM_FOR_CLUSTERS = 2 * 1024**3


def _new_folder() -> Path:
    """In memory, where there is enough of it: these tests pull no plug, so the disk has nothing to prove."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_FOR_CLUSTERS
    path = Path(tempfile.mkdtemp(prefix="hc-", dir=memory if roomy else "/tmp"))
    path.chmod(0o755)
    return path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, as socket paths are limited, and open, as PostgreSQL's account has to get in."""
    path = _new_folder()
    yield path
    for secrets in path.rglob("secrets.json"):
        _remove_cluster(secrets.parent)
    shutil.rmtree(path)


def _remove_cluster(home: Path) -> None:
    if pid := support.postmaster(home):
        support.kill(pid)
    if (home / "postgres").is_symlink():
        shutil.rmtree((home / "postgres").resolve())


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of this process; not made yet."""
    for name in ("DATABASE_URL", "HEADCOUNT_APP_DATABASE_URL", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in (OWNER_VARIABLE, APPLICATION_VARIABLE):  # database() sets them; so they are put back afterwards
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("HEADCOUNT_HOME", str(folder / "home"))
    return folder / "home"


@pytest.fixture(scope="session")
def models() -> Iterator[Path]:
    """Homes to copy: most of a test's time would go into initdb, which puts every file on the disk."""
    path = _new_folder()
    yield path
    shutil.rmtree(path)


@pytest.fixture
def made(home: Path, models: Path) -> Path:
    """The home folder of this process, with a database that was used before."""
    model = models / os.environ.get("HEADCOUNT_POSTGRES", "any")
    if not model.exists():
        with support.python(model, support.HOLD) as process:
            support.let_end(process)
    subprocess.run(["cp", "-a", model, home], check=True)
    (home / "postgres" / "postgres.log").unlink()
    return home


@pytest.fixture(params=["system", "wheel"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each PostgreSQL there is on this machine."""
    monkeypatch.setenv("HEADCOUNT_POSTGRES", request.param)
    try:
        choose(account_for_new_data(), Path("/nowhere"))
    except RuntimeRefusal as refusal:
        pytest.skip(refusal.message)
    return str(request.param)


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
