"""Printing: tables for people, JSON and CSV for programs; refusals and progress on the side of errors."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from headcount.language import sentence

if TYPE_CHECKING:
    from headcount.core.activity import Reject
    from headcount.core.errors import Refusal
    from headcount.runtime.errors import RuntimeRefusal

FORMATS = ("table", "json", "csv")
format_option = click.option(
    "--format", "output", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print the data."
)
SHOWN_REJECTS = 5
PARTLY = 3
"""The exit status of what was done but for some rows or customers."""


def language() -> str:
    """The language of messages: HEADCOUNT_LANGUAGE, else the one of the terminal; German or English."""
    variables = ("HEADCOUNT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in variables if os.environ.get(name)), "en")
    return "de" if chosen.lower().startswith("de") else "en"


def errors() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], output: str) -> None:
    """The same columns in every format; an empty cell is an empty text, in JSON null."""
    match output:
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(["" if value is None else value for value in row] for row in rows)
        case "json":
            print_json([dict(zip(columns, row, strict=True)) for row in rows])
        case _:
            _print_table(columns, rows)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 3, 0, 0))
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    for place, column in enumerate(columns):
        numbers = bool(cells) and all(_looks_like_number(row[place]) for row in cells)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in cells:
        table.add_row(*row)
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200)
    console.print(table)


def _looks_like_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit() or not text


def print_dry_run() -> None:
    texts = {"de": "Probelauf: nichts wurde geändert.", "en": "Dry run: nothing was changed."}
    errors().print(texts[language()])


def print_refusals(refusals: Iterable[Refusal], file: str = "") -> None:
    _print_remarks(refusals, file, "red")


def print_warnings(warnings: Iterable[Refusal]) -> None:
    """What was done all the same, and is worth a second look."""
    _print_remarks(warnings, "", "yellow")


def _print_remarks(remarks: Iterable[Refusal], file: str, colour: str) -> None:
    for remark in remarks:
        errors().print(f"[{colour}]{remark.code}[/{colour}]{_place(remark, file)}: ", end="")
        errors().print(sentence(remark, language()), markup=False)


def _place(refusal: Refusal, file: str) -> str:
    line = {"en": "line", "de": "Zeile"}[language()]
    parts = [file, f"{line} {refusal.line}" if refusal.line else "", refusal.field]
    named = ", ".join(part for part in parts if part)
    return f" ({named})".replace("[", "\\[") if named else ""


def print_runtime_refusal(refused: RuntimeRefusal) -> None:
    explained = refused.explain(language())
    errors().print(f"[red]{refused.code}[/red]: ", end="")
    errors().print(f"{explained.message}\n{explained.advice}", markup=False)


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """A CSV file of what was refused: line, field, code, reason, and the row as it was."""
    ordered = sorted(rejects, key=lambda reject: reject.line)
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "field", "code", "reason", "row"))
        for reject in ordered:
            reason = sentence(reject.refusal, language())
            writer.writerow((reject.line, reject.refusal.field, reject.refusal.code, reason, reject.raw))
    print_refusals(reject.refusal.on_line(reject.line) for reject in ordered[:SHOWN_REJECTS])
    texts = {
        "en": f"{len(ordered)} refused, with line, field and reason: {path}",
        "de": f"{len(ordered)} abgelehnt, mit Zeile, Feld und Grund: {path}",
    }
    errors().print(texts[language()], markup=False)


class Bar(Protocol):
    """What a long command tells how far it is."""

    def __call__(self, completed: float, *, total: float | None = None, note: str = "") -> None: ...


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """A progress bar on the side of errors, if a person is watching."""
    console = errors()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:
        task = bars.add_task(title, total=None, note="")

        def update(completed: float, *, total: float | None = None, note: str = "") -> None:
            bars.update(task, completed=completed, total=total, note=note)

        yield update
