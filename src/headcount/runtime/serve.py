"""`headcount up`: the database, the web server and the worker, from the first line to the last."""

import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from headcount.runtime import children
from headcount.runtime.children import SECONDS_TO_STOP, Child
from headcount.runtime.database import Logins, database
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.home import home
from headcount.runtime.locks import opened, try_exclusive

HOST = "127.0.0.1"
PULSE = 0.2  # seconds between two looks at the children


class _StopRequest(BaseException):
    """Raised wherever we are when somebody asks us to stop, so that every context ends in its order."""


def up(
    prepare: Callable[[Logins], None],
    commands: Sequence[Sequence[str]],
    port: int,
    environment: Mapping[str, str],
    ready: Callable[[str], None],
) -> None:
    """Runs everything until Ctrl-C, SIGTERM or a closed terminal; then returns, with everything stopped.

    `prepare` is called once the database is there, `ready` with the address once the port answers. A child that ends
    by itself is a RuntimeRefusal, and so are a second `up` in this home and a taken port.
    """
    with _sole_supervisor(home()) as patience, _stop_requests():
        _check_port(port, patience)
        with database() as logins:
            prepare(logins)
            everything = {**os.environ, **environment, **logins.environment()}
            with children.running(commands, everything) as running:
                _wait_for_port(port, running)
                ready(f"http://localhost:{port}")
                _watch(running)


def web_command(port: int) -> list[str]:
    """The web server. A worker of it that dies is replaced, one that hangs does not hold up the end."""
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "headcount.site.wsgi:application"]
    address = ["--host", HOST, "--port", str(port)]
    workers = ["--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    # Each thread holds a connection to the database; more of them only wait for each other, and the slowest answers
    # come later. What is called backpressure are connections that are accepted,
    # also those that are only kept alive: with few of them idle senders would keep all others out.
    load = ["--blocking-threads", "2", "--backpressure", "256"]
    return [*granian, *address, *workers, *load, "--http", "1", "--no-ws", "--log-level", "warning"]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "headcount", "worker"]


@contextmanager
def _sole_supervisor(folder: Path) -> Iterator[float]:
    """The right to run in this home, and for how long what a killed predecessor left may still hold the port.

    One that ends in order takes its pid out of the lock file.
    """
    with opened(folder / "up.lock") as lock:
        pid = os.pread(lock, 20, 0).decode()
        if not try_exclusive(lock):
            raise RuntimeRefusal("home_in_use", folder=folder, pid=pid or "?")
        _write_pid(lock, str(os.getpid()))
        try:
            yield SECONDS_TO_STOP if pid else 0
        finally:
            _write_pid(lock, "")


def _write_pid(lock: int, pid: str) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, pid.encode(), 0)


@contextmanager
def _stop_requests() -> Iterator[None]:
    """The first one ends the body; later ones change nothing, as stopping in order is worth the wait."""

    def stop(*_: object) -> None:
        for number in requests:
            signal.signal(number, lambda *_: None)
        raise _StopRequest

    requests = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in requests}
    try:
        with suppress(_StopRequest):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check_port(port: int, patience: float) -> None:
    """Before anything is started, since the web server would tell only after the rest had."""
    deadline = time.monotonic() + patience
    while error := _cannot_bind(port):
        if error.errno != errno.EADDRINUSE:
            raise RuntimeRefusal("port_forbidden", port=port, other=8000) from error
        if time.monotonic() >= deadline:
            raise RuntimeRefusal("port_in_use", port=port, other=port + 1) from error
        time.sleep(PULSE)


def _cannot_bind(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error
    return None


def _wait_for_port(port: int, running: Sequence[Child]) -> None:
    while True:
        children.check(running)
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(PULSE)


def _watch(running: Sequence[Child]) -> None:
    while True:
        children.check(running)
        time.sleep(PULSE)
