"""`python -m bench [count|run|audit|http]`: what is measured, beside the naive way, in a throw-away database."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.sample import Sample
from headcount.cli.session import database_session


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["count", "run", "audit", "http", "all"], default="all")
    parser.add_argument("--activities", type=int, default=1_000_000, help="how many are imported and counted")
    parser.add_argument("--naive", type=int, default=1_000_000, help="how many of them the naive way gets")
    parser.add_argument("--subscriptions", type=int, default=100_000, help="how many the invoice run bills")
    parser.add_argument("--large", action="store_true", help="and another run of a million, counts of ten million")
    parser.add_argument("--csv", type=Path, help="write the raw samples here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hc-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL runs under another account and must get through
        os.environ["HEADCOUNT_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        with database_session():
            report(measured(Path(folder), arguments), arguments.csv)


def measured(folder: Path, arguments: argparse.Namespace) -> list[Sample]:
    from bench import audit, counting, http, run

    samples: list[Sample] = []
    if arguments.what in ("count", "all"):
        samples += counting.measure(folder, arguments.activities, arguments.naive)
    if arguments.what in ("run", "all"):
        samples += run.measure(arguments.subscriptions, large=arguments.large)
    if arguments.what in ("audit", "all"):
        samples += audit.measure(arguments.activities, arguments.subscriptions)
    if arguments.what in ("http", "all"):
        samples += http.measure(folder, large=arguments.large)
    return samples


def report(samples: list[Sample], raw: Path | None) -> None:
    table = Table("what", "of", "figure", "unit", box=None, header_style="bold")
    for sample in samples:
        if not sample.is_raw:
            table.add_row(sample.what, f"{sample.size:,}", f"{sample.figure:,.3f}", sample.unit)
    Console(width=100, highlight=False).print(table)
    if raw:
        lines = [f'"{s.what}",{s.size},{s.figure},{s.unit}' for s in samples]
        raw.write_text("what,of,figure,unit\n" + "\n".join(lines) + "\n", encoding="utf-8")


main()
