"""`headcount audit`: everything that is stored, against everything it was made from."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, language, print_json, print_rows, progress
from headcount.cli.session import context, organization_option, with_database
from headcount.core.errors import Refusal
from headcount.language import sentence

if TYPE_CHECKING:
    from headcount.services.audit import Audited, Finding

CHECK = ("check", "rows", "differences", "seconds")
FINDING = ("code", "table", "key", "expected", "found")
DIFFERENT = 1


@click.command()
@organization_option
@format_option
@with_database
def audit(organization: str | None, output: str) -> None:
    """Recount and re-derive everything from what it was made from, and print agreement or each difference.

    Counts are recounted by another engine (DuckDB) from the evidence; limits, entries of the ledger, documents,
    numbers, the journal's chain and payments are derived again. Nothing is changed; all checks see the same moment.

    Exit status: 0 all agrees; 1 something differs.
    """
    made = list(_made(organization))
    match output:
        case "json":
            print_json([_nested(one) for one in made])
        case "csv":
            print_rows((*CHECK, *FINDING), _flat(made), output)
        case _:
            _print_table(made)
    if any(one.differences for one in made):
        sys.exit(DIFFERENT)


def _made(organization: str | None) -> Iterator[Audited]:
    from headcount.services.audit import CHECKS
    from headcount.services.audit import audit as make

    names = [*CHECKS, ""]
    with progress("audit") as bar:
        bar(0, total=len(CHECKS), note=names[0])
        for done, one in enumerate(make(context(organization)), 1):
            bar(done, total=len(CHECKS), note=names[done])
            yield one


def _summary(one: Audited) -> tuple[object, ...]:
    return one.check, one.looked_at, one.differences, f"{one.milliseconds / 1000:.3f}"


def _nested(one: Audited) -> dict[str, object]:
    findings = [asdict(found) | {"text": _text(found)} for found in one.findings]
    return dict(zip(CHECK, _summary(one), strict=True)) | {"seconds": one.milliseconds / 1000, "findings": findings}


def _flat(made: Sequence[Audited]) -> Iterator[tuple[object, ...]]:
    """A row a check, and below it one a finding."""
    for one in made:
        yield (*_summary(one), *[None] * len(FINDING))
        for found in one.findings:
            yield (one.check, *[None] * (len(CHECK) - 1), *asdict(found).values())


def _print_table(made: Sequence[Audited]) -> None:
    print_rows(CHECK, [_summary(one) for one in made], "table")
    for one in made:
        for found in one.findings:
            click.echo(f"{one.check}: {found.code} ({found.table}): {_text(found)}")
    differences = sum(one.differences for one in made)
    texts = {
        "en": f"{differences} differences." if differences else "All agrees.",
        "de": f"{differences} Abweichungen." if differences else "Alles stimmt überein.",
    }
    click.echo(texts[language()])


def _text(found: Finding) -> str:
    numbers: dict[str, object] = {"key": found.key, "expected": found.expected, "found": found.found}
    return sentence(Refusal(found.code, found.table, numbers=numbers), language())
