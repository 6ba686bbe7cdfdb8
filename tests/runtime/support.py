"""Real processes in real home folders, and what can be seen of them from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

import headcount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCES = Path(headcount.__file__).parents[1]
PACKAGES = Path(psycopg.__file__).parents[1]

HOLD = """
from headcount.runtime.database import database
with database() as logins:
    print(logins.application, flush=True)
    input()
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a process of a test sees: this home, our sources, and none of the caller's databases."""
    ours = {"HEADCOUNT_HOME": str(home), "PYTHONPATH": f"{SOURCES}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE": "1"}
    kept = {name: os.environ[name] for name in ("PATH", "HEADCOUNT_POSTGRES") if name in os.environ}
    return kept | ours | more


@contextmanager
def python(home: Path, code: str, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process; killed at the end if it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment(home, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def let_end(process: subprocess.Popen[str]) -> None:
    """Ends a process that HOLDs."""
    output, _ = process.communicate("\n", timeout=30)
    assert process.returncode == 0, output


def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def postmaster(home: Path) -> int | None:
    """The server's process in this home, if one is alive."""
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        if is_alive(pid):
            return pid
    return None


def is_alive(pid: int) -> bool:
    """A process nobody has waited for yet is dead all the same."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not is_alive(pid))


def log(home: Path) -> str:
    path = home / "postgres" / "postgres.log"
    return path.read_text() if path.exists() else ""


def starts(home: Path) -> int:
    return log(home).count("starting PostgreSQL")


def mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o7777:04o}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
