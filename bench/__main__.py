"""`python -m bench [--activities N]`: import and count, beside the naive way, in a throw-away database."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import counting
from headcount.cli.session import database_session


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--naive", type=int, default=1_000_000, help="how many of them the naive way gets")
    parser.add_argument("--csv", type=Path, help="write the raw samples here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hc-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL runs under another account and must get through
        os.environ["HEADCOUNT_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        with database_session():
            report(counting.measure(Path(folder), arguments.activities, arguments.naive), arguments.csv)


def report(samples: list[counting.Sample], raw: Path | None) -> None:
    table = Table("what", "activities", "figure", "unit", box=None, header_style="bold")
    for sample in samples:
        table.add_row(sample.what, f"{sample.activities:,}", f"{sample.figure:,.3f}", sample.unit)
    Console(width=100, highlight=False).print(table)
    if raw:
        lines = [f"{s.what},{s.activities},{s.figure},{s.unit}" for s in samples]
        raw.write_text("what,activities,figure,unit\n" + "\n".join(lines) + "\n", encoding="utf-8")


main()
