"""A server of its own, a filled database to clone, and runs that are killed on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
from psycopg.conninfo import make_conninfo

from tests.runtime import support

ROOT = Path(__file__).resolve().parents[2]
FILLED, ORGANIZATION = "headcount", "kill"
SERVE = """
import sys
from headcount.runtime.database import database
with database() as logins:
    print(logins.owner, flush=True)
    sys.stdin.read()
"""
FILL = """
import sys
from bench.contracts import fill
from headcount.cli.session import database_session
with database_session():
    fill(sys.argv[1], int(sys.argv[2]))
"""
DOCUMENTS = """
SELECT number, number_in_range, customer.key, invoice.billing_date, net_minor,
    encode(sha256(convert_to(snapshot, 'UTF8')), 'hex'), sha256
FROM invoice JOIN customer ON customer.id = customer_id ORDER BY number_range, number_in_range
"""
ENTRIES = """
SELECT number, position, line.kind, subscription_id, charge, line.amount_minor, span_start, span_end, times
FROM billed_line line LEFT JOIN invoice ON invoice.id = invoice_id
ORDER BY number, position, subscription_id, charge, span_start
"""
PROGRESS = """
SELECT customer.key, due_on, billed_until, until, changes
FROM customer JOIN subscription ON customer_id = customer.id LEFT JOIN closing ON subscription_id = subscription.id
ORDER BY customer.key
"""
WORKER, RUN, RUN_ALONE, POSTMASTER = "a worker", "the run and its workers", "the run alone", "the postmaster"
KINDS = (WORKER, RUN, RUN_ALONE, POSTMASTER)


@dataclass(frozen=True)
class Billed:
    """Everything a run left behind, whatever happened to it on the way."""

    documents: list[tuple[object, ...]]
    entries: list[tuple[object, ...]]
    progress: list[tuple[object, ...]]
    last_number: int


class Installation:
    def __init__(self, home: Path, subscriptions: int) -> None:
        self._home = home
        self._env = support.environment(home, HEADCOUNT_LANGUAGE="en")
        self._env["PYTHONPATH"] += f":{ROOT}"
        command = [sys.executable, "-c", FILL, ORGANIZATION, str(subscriptions)]
        subprocess.run(command, env=self._env, check=True, timeout=120)
        self._server: subprocess.Popen[str] | None = None
        self.serve()

    def serve(self) -> None:
        """Starts PostgreSQL, also one that was killed, and keeps it as long as a process lives."""
        self.leave()
        self._server = subprocess.Popen(
            [sys.executable, "-c", SERVE], env=self._env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.owner = support.line(self._server)
        assert self.owner

    def leave(self) -> None:
        if self._server and self._server.stdin and self._server.stdout:
            self._server.stdin.close()
            self._server.wait(timeout=60)
            self._server.stdout.close()

    @contextmanager
    def clone(self, name: str) -> Iterator[str]:
        """A database as the filled one is, which a crash finds whole.

        Copied by the log a sequence may give the next 32 values without logging them; a checkpoint ends that.
        """
        self._maintain(f"CREATE DATABASE {name} TEMPLATE {FILLED} STRATEGY FILE_COPY")
        try:
            yield name
        finally:
            self._maintain(f"DROP DATABASE {name} WITH (FORCE)")

    def _maintain(self, statement: str) -> None:
        with psycopg.connect(make_conninfo(self.owner, dbname="postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(make_conninfo(self.owner, dbname=database), autocommit=True)

    def start(self, database: str, until: str) -> subprocess.Popen[str]:
        url = make_conninfo(self.owner, dbname=database)
        command = [sys.executable, "-m", "headcount", "bill", "--until", until, "--workers", "2", "--format", "csv"]
        return subprocess.Popen(
            [*command, "--organization", ORGANIZATION], env=self._env | {"DATABASE_URL": url},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def billed(self, database: str) -> Billed:
        with self.connect(database) as connection:
            documents, entries, progress = (
                connection.execute(query).fetchall() for query in (DOCUMENTS, ENTRIES, PROGRESS)
            )
            row = connection.execute("SELECT max(last) FROM number_range").fetchone()
        assert row
        return Billed(documents, entries, progress, int(str(row[0])))

    def run_with_kills(self, database: str, until: str, documents: int, kinds: list[str], random: Random) -> list[int]:
        """Each kill at a random place, then again until it is done: how many documents there were each time."""
        seen: list[int] = []
        for kind, target in zip(kinds, sorted(random.sample(range(documents), len(kinds))), strict=True):
            run = self.start(database, until)
            place = self._wait_for(database, run, target)
            time.sleep(random.uniform(0, 0.05))
            if run.poll() is None:
                self._kill(kind, run)
            _, error = run.communicate(timeout=120)
            assert run.returncode in (0, 1, -signal.SIGKILL), error
            assert "Traceback" not in error, error
            seen.append(place)
        last = self.start(database, until)
        _, error = last.communicate(timeout=300)
        assert last.returncode == 0, error
        return seen

    def _wait_for(self, database: str, run: subprocess.Popen[str], target: int) -> int:
        """Until that many documents are there, or the run has ended."""
        found = 0
        with self.connect(database) as connection:
            while run.poll() is None and found <= target:
                row = connection.execute("SELECT count(*) FROM invoice").fetchone()
                assert row
                found = int(str(row[0]))
                time.sleep(0.005)
        return found

    def _kill(self, kind: str, run: subprocess.Popen[str]) -> None:
        if kind == POSTMASTER:
            postmaster = support.postmaster(self._home)
            assert postmaster
            support.kill(postmaster)
            run.wait(timeout=120)
            self.serve()
        elif kind == WORKER:
            for worker in workers_of(run.pid)[:1]:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        elif kind == RUN:
            os.killpg(run.pid, signal.SIGKILL)
        else:
            run.kill()


def workers_of(pid: int) -> list[int]:
    """The processes that bill side by side for a run."""
    with suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if b"multiprocessing.spawn" in _command(child)]
    return []


def _command(pid: str) -> bytes:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
