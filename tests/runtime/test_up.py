"""`headcount up`, with children that stand in for the web server and the worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .support import free_port, is_alive, kill, line, postmaster, python, starts, until

if TYPE_CHECKING:
    from collections.abc import Iterator

UP = """
import sys
from headcount.runtime.errors import RuntimeRefusal
from headcount.runtime.serve import up

worker, port, journal = sys.argv[1], sys.argv[2], sys.argv[3]
web = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", port]
try:
    up(
        lambda logins: print("prepared", logins.owner.count("headcount_owner"), flush=True),
        [web, [sys.executable, "-c", worker, journal]],
        int(port),
        {"GREETING": "hello"},
        lambda url: print("up", url, flush=True),
    )
except RuntimeRefusal as refusal:
    print("refused", refusal.code, refusal.message, flush=True)
    sys.exit(1)
print("ended", flush=True)
"""

# Writes down what it sees; at its end, whether the database is still there.
WORKER = """
import os, signal, sys, time, pathlib, psycopg

def write(word):
    with pathlib.Path(sys.argv[1]).open("a") as journal:
        journal.write(word + "\\n")

def end(number, frame):
    with psycopg.connect(os.environ["HEADCOUNT_APPLICATION_URL"]) as connection:
        write(f"{signal.Signals(number).name} {connection.execute('SELECT current_user').fetchone()[0]}")
    sys.exit()

signal.signal(signal.SIGINT, end)
signal.signal(signal.SIGTERM, end)
write(f"{os.getpid()}")
write(os.environ["GREETING"])
while True:
    time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


@contextmanager
def supervisor(home: Path, port: int, worker: str = WORKER) -> Iterator[subprocess.Popen[str]]:
    with python(home, UP, worker, str(port), str(home.parent / "journal")) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait_until_up(process: subprocess.Popen[str], port: int) -> None:
    assert line(process) == "prepared 1"
    while (said := line(process)) != f"up http://localhost:{port}":
        assert said, "it ended"


def journal(home: Path) -> list[str]:
    path = home.parent / "journal"
    return path.read_text().splitlines() if path.exists() else []


def wait_for_worker(home: Path) -> int:
    assert until(lambda: len(journal(home)) == 2)
    pid, greeting = journal(home)
    assert greeting == "hello"
    return int(pid)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1):
            return True
    except OSError:
        return False


def test_ctrl_c_stops_the_children_first_and_the_database_last(home: Path) -> None:
    port = free_port()
    with supervisor(home, port) as process:
        wait_until_up(process, port)
        assert answers(port)
        worker = wait_for_worker(home)
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does
        os.killpg(process.pid, signal.SIGINT)  # and an impatient user
        assert process.wait(20) == 0
        assert process.stdout
        assert process.stdout.read().splitlines()[-1] == "ended"
    # The signal was the supervisor's SIGTERM, not the terminal's SIGINT, and the database still answered.
    assert journal(home)[2:] == ["SIGTERM headcount_app"]
    assert not is_alive(worker)
    assert not postmaster(home)
    assert not answers(port)


def test_a_second_one_in_the_same_home_is_refused(made: Path) -> None:
    port = free_port()
    with supervisor(made, port) as first:
        wait_until_up(first, port)
        with supervisor(made, free_port()) as second:
            said = line(second)
            assert second.wait(10) == 1
        assert said.startswith("refused home_in_use")
        assert str(first.pid) in said
        assert answers(port)


def test_a_taken_port_is_refused_before_anything_starts(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with supervisor(home, port) as process:
            assert line(process).startswith("refused port_in_use")
            assert process.wait(10) == 1
    assert not (home / "postgres").exists()


def test_a_child_that_ends_by_itself_ends_everything(made: Path) -> None:
    port = free_port()
    with supervisor(made, port, "import time; time.sleep(1.5); raise SystemExit(3)") as process:
        wait_until_up(process, port)
        assert process.wait(20) == 1
        assert process.stdout
        assert "refused child_ended" in process.stdout.read()
    assert not postmaster(made)
    assert not answers(port)


def test_a_killed_supervisor_takes_its_children_along_and_the_next_one_takes_over(made: Path) -> None:
    port = free_port()
    with supervisor(made, port) as first:
        wait_until_up(first, port)
        worker = wait_for_worker(made)
        kill(first.pid)
        assert until(lambda: not is_alive(worker) and not answers(port))
    abandoned = postmaster(made)
    assert abandoned
    with supervisor(made, port) as second:
        wait_until_up(second, port)
        assert postmaster(made) == abandoned
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    assert not postmaster(made)
    assert starts(made) == 1


def test_a_child_that_does_not_listen_is_killed(made: Path) -> None:
    port = free_port()
    with supervisor(made, port, STUBBORN) as process:
        wait_until_up(process, port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not postmaster(made)
