"""Several processes at once: nobody deadlocks, nobody miscounts, no number is given twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.catalogs import COMMITTERS, PUBLISHER
from tests.vendor import Vendor

pytestmark = pytest.mark.both_postgres

HEAD = "id,customer,member,kind,occurred_at\n"


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "headcount", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def finish(*processes: subprocess.Popen[str]) -> list[str]:
    outcomes = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), outcomes
    return [out for out, _ in outcomes]


def test_two_importers_of_the_same_people_at_once_neither_deadlock_nor_miscount(
    new_vendor: Callable[..., Vendor], tmp_path: Path
) -> None:
    vendor = new_vendor(COMMITTERS)
    rows = [f"{n},c{n % 40},m{n % 611},commit,2026-0{1 + n % 3}-0{1 + n % 9}T12:00:00Z\n" for n in range(30_000)]
    files = []
    for name, order in (("there", rows), ("back", rows[::-1])):
        files.append(tmp_path / name)
        files[-1].write_text(HEAD + "".join(order))
    importers = [
        start("import", "activity", str(file), "--organization", vendor.key, "--create-customers") for file in files
    ]
    finish(*importers)
    people = {(f"c{n % 40}", f"2026-0{1 + n % 3}", f"m{n % 611}") for n in range(30_000)}
    expected: dict[tuple[str, str], int] = {}
    for customer, window, _ in people:
        expected[customer, window] = expected.get((customer, window), 0) + 1
    counted = {
        (row["customer"], row["window"]): int(row["count"]) for row in vendor.rows("count", "--meter", "committers")
    }
    assert counted == expected
    for customer, window in list(expected)[:10]:
        assert len(vendor.people("committers", window, customer)) == expected[customer, window]


def test_a_killed_importer_leaves_whole_batches_and_can_start_again(
    new_vendor: Callable[..., Vendor], tmp_path: Path
) -> None:
    vendor = new_vendor(COMMITTERS)
    file = tmp_path / "activity.csv"
    file.write_text(HEAD + "".join(f"{n},c,m{n % 5000},commit,2026-01-05T12:00:00Z\n" for n in range(200_000)))
    for seconds in (0.8, 1.3, 1.9):
        importer = start("import", "activity", str(file), "--organization", vendor.key, "--create-customers")
        try:
            importer.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            importer.kill()
            importer.communicate()
        found = vendor("count", "--meter", "committers", "--format", "csv").rows
        assert [int(row["count"]) for row in found] in ([], [5000])
    vendor.ok("import", "activity", str(file), "--create-customers")
    assert vendor.count("committers", "2026-01", "c") == 5000
    assert len(vendor.people("committers", "2026-01", "c")) == 5000


def test_runs_at_once_bill_everything_once_with_consecutive_numbers(new_vendor: Callable[..., Vendor]) -> None:
    vendor = new_vendor(PUBLISHER)
    names = [f"c{n:03d}" for n in range(60)]
    vendor.customers(*names)
    vendor.load("subscriptions", "subscription,customer,plan,start\n" + "".join(
        f"s-{name},{name},per-user,2026-01-0{1 + n % 9}\n" for n, name in enumerate(names)))  # fmt: skip
    finish(*[start("bill", "--organization", vendor.key, "--until", "2026-03-31") for _ in range(3)])
    invoices = vendor.rows("invoices")
    assert [row["number"] for row in invoices] == [f"RE-2026-{n:06d}" for n in range(1, 181)]
    assert len({(row["customer"], row["billing_date"]) for row in invoices}) == 180
