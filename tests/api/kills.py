"""A web server and a PostgreSQL of their own, programs that ask them, and what is left when both were killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any

from headcount.runtime.serve import web_command
from tests.runtime import support
from tests.services.kills import ROOT

VENDOR = "kills"
LIMIT, RIVALS, GROWING, BATCHES = 50, 200, 60, 24
SIZES = (10, 25, 40, 60)
CONNECTIONS = 4
PROGRAMS = ("twin-1", "twin-2", "growing", "batches")
CATALOG = """
[[meter]]
key = "clients"
counts = "activity"
kinds = ["edit"]

[[product]]
key = "practice"
""" + "".join(
    f"""
[[plan]]
key = "{plan}"
product = "practice"
billing_period = "1 month"

[[plan.charge]]
key = "clients"
basis = "committed"
meter = "clients"
model = "brackets"
at_limit = "{policy}"
tiers = [{", ".join(f'{{ up_to = {size}, price = "{size}.00" }}' for size in sizes)}]
"""
    for plan, policy, sizes in (("fixed", "block", (LIMIT,)), ("growing", "extend", SIZES))
)
SERVE = """
import json, sys
from headcount.runtime.database import database
with database() as logins:
    print(json.dumps(logins.environment()), flush=True)
    sys.stdin.read()
"""
FOUND = """
import sys
from pathlib import Path
from headcount.cli.session import database_session
from tests.api.kills import CATALOG, VENDOR
from tests.vendor import Vendor
with database_session():
    vendor = Vendor(VENDOR, Path(sys.argv[1]))
    vendor.found(CATALOG, "Europe/Berlin", "live")
    vendor.customers("last", "growing", "batches")
    for customer, plan, size in (("last", "fixed", "50"), ("growing", "growing", "10")):
        vendor.ok("subscription", "add", customer, "--customer", customer, "--plan", plan, "--quantity", size)
    print(vendor.rows("keys", "create", "main", "--scope", "activity", "--scope", "claims")[0]["key"])
"""
LEFT = """
import json, sys
from pathlib import Path
from headcount.cli.session import database_session
from tests.api.kills import VENDOR
from tests.vendor import Vendor
with database_session():
    vendor = Vendor(VENDOR, Path(sys.argv[1]))
    explain = ("explain", "--meter", "clients", "--customer")
    print(json.dumps({
        "counts": {row["customer"]: int(row["count"]) for row in vendor.rows("count", "--meter", "clients")},
        "people": {customer: [row["member"] for row in vendor.rows(*explain, customer)]
                   for customer in ("last", "growing", "batches")},
        "raised": [json.loads(row["details"])["to"] for row in vendor.rows("events", "--kind", "licence.raised")],
        "audit": vendor("audit").status,
    }))
"""


@dataclass(frozen=True)
class Left:
    """`people`: customer -> who counts. `raised`: the sizes of the licence that extended itself."""

    counts: dict[str, int]
    people: dict[str, list[str]]
    raised: list[int]
    audit: int


class Served:
    """PostgreSQL and the web server as `headcount up` starts them, side by side, so that each can be killed."""

    def __init__(self, home: Path) -> None:
        self._home, self.port = home, support.free_port()
        self._env = support.environment(home, HEADCOUNT_LANGUAGE="en")
        self._env["PYTHONPATH"] += f":{ROOT}"
        self._postgres: subprocess.Popen[str] | None = None
        self.start_postgres()
        self.key = self._run(FOUND).strip()
        self._web = subprocess.Popen(
            web_command(self.port), env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        assert support.until(self._answers, 30)

    def start_postgres(self) -> None:
        self._leave_postgres()
        self._postgres = subprocess.Popen(
            [sys.executable, "-c", SERVE], env=self._env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._env |= json.loads(support.line(self._postgres))

    def _leave_postgres(self) -> None:
        if self._postgres and self._postgres.stdin and self._postgres.stdout:
            self._postgres.stdin.close()
            self._postgres.wait(timeout=60)
            self._postgres.stdout.close()

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._web.pid, signal.SIGTERM)
        self._web.wait(30)
        self._leave_postgres()
        if postmaster := support.postmaster(self._home):
            support.kill(postmaster)

    def _run(self, code: str) -> str:
        command = [sys.executable, "-c", code, str(self._home)]
        return subprocess.run(command, env=self._env, check=True, timeout=120, stdout=subprocess.PIPE, text=True).stdout

    def left(self) -> Left:
        return Left(**json.loads(self._run(LEFT)))

    def _answers(self) -> bool:
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/v1/")
            return connection.getresponse().status == 404
        except OSError:
            return False

    def ask(self, program: str) -> subprocess.Popen[str]:
        """A program that asks; each line that it prints is one answer."""
        command = [sys.executable, "-m", "tests.api.killed_client", str(self.port), self.key, program]
        return subprocess.Popen(command, env=self._env, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def kill_worker(self, random: Random) -> None:
        """One that serves; the server starts another."""
        children = Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(random.choice(children)), signal.SIGKILL)

    def kill_postgres(self, random: Random) -> None:
        postmaster = support.postmaster(self._home)
        assert postmaster
        support.kill(postmaster)
        time.sleep(random.uniform(0, 0.3))
        self.start_postgres()


class Asking:
    """A connection that asks until it is answered: after a break again, with the same key."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._headers = port, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None

    def post(self, place: str, body: object, seconds: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(OSError, HTTPException):
                status, answer = self._once(place, body)
                if status < 500:
                    assert status == 200, answer
                    return answer
                assert status == 503, answer
                time.sleep(0.05)
                continue
            self._connection = None
            time.sleep(0.02)
        raise TimeoutError(place)

    def _once(self, place: str, body: object) -> tuple[int, dict[str, Any]]:
        self._connection = self._connection or HTTPConnection("127.0.0.1", self._port, timeout=20)
        self._connection.request("POST", place, json.dumps(body), self._headers)
        response = self._connection.getresponse()
        return response.status, json.loads(response.read())
