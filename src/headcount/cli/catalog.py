"""`headcount catalog`: what is sold, as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, print_json, print_rows, print_warnings
from headcount.cli.session import DAY, actor, context, organization_option, with_database
from headcount.core.errors import Refused, refuse

if TYPE_CHECKING:
    from headcount.core.catalog import Catalog
    from headcount.services.catalog import CatalogResult

MARKS = {"add": "+", "change": "~", "retire": "-", "return": "+"}
file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def catalog() -> None:
    """What is sold: organization, meters, products, plans, tiers. All of it is one TOML file.

    A published plan never changes: a changed one gets a new version for new sales, and running subscriptions keep
    theirs. `export` prints a file to start from.
    """


@catalog.command()
@file_argument
@organization_option
@format_option
@with_database
def plan(file: Path, organization: str | None, output: str) -> None:
    """Show what FILE would change and which subscriptions it touches. Changes nothing."""
    from headcount.services.catalog import plan_catalog

    _print(plan_catalog(read(file, organization), actor()), output)


@catalog.command()
@file_argument
@organization_option
@format_option
@click.option("--clock", type=DAY, help="Where the clock of a new test organization begins.")
@with_database
def apply(file: Path, organization: str | None, output: str, clock: datetime | None) -> None:
    """Make the catalog equal to FILE. A new organization is made; a file that changes nothing does nothing."""
    from headcount.services.catalog import apply_catalog

    clock_at = clock.replace(tzinfo=UTC) if clock else None
    _print(apply_catalog(read(file, organization), actor(), clock_at), output)


@catalog.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@organization_option
@with_database
def export(file: Path | None, organization: str | None) -> None:
    """Write the catalog to FILE, or print it. Applying it again changes nothing."""
    from headcount.core.catalog_writing import write_catalog
    from headcount.gateways.toml import write_toml
    from headcount.services.catalog import export_catalog

    text = write_toml(write_catalog(export_catalog(context(organization))))
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


def read(file: Path, organization: str | None) -> Catalog:
    """The catalog of a file; refusals name their line. Refused: `another_organization`."""
    from headcount.core.catalog_file import read_catalog
    from headcount.gateways.toml import read_toml

    document = read_toml(file)
    try:
        wanted = read_catalog(document.content)
    except Refused as refused:
        raise document.placed(refused) from None
    if organization not in (None, wanted.organization.key):
        raise refuse("another_organization", "organization.key", file=wanted.organization.key, given=organization)
    return wanted


def _print(result: CatalogResult, output: str) -> None:
    print_warnings(result.warnings)
    if output == "table":
        click.echo("\n".join(readable(result)))
        return
    rows = [
        (c.difference.action, c.difference.kind, c.difference.key, f.field if f else "", f.before if f else "",
         f.after if f else "", c.number, list(c.subscriptions) if output == "json" else " ".join(c.subscriptions))
        for c in result.changes
        for f in (c.difference.fields or (None,))
    ]  # fmt: skip
    columns = ("action", "kind", "key", "field", "before", "after", "version", "subscriptions")
    if output == "json":
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_rows(columns, rows, output)


def readable(result: CatalogResult) -> list[str]:
    """The difference as people read it, one line a thing and one line a field."""
    lines = [f"organization {result.organization}" + (" (new)" if result.is_new else "")]
    for change in result.changes:
        difference = change.difference
        version = f"  version {change.number}" if change.number else ""
        retired = "  no longer sold" if difference.action == "retire" else ""
        lines.append(f"  {MARKS[difference.action]} {difference.kind} {difference.key}{version}{retired}")
        lines += [f"      {field.field}: {field.before or '–'} → {field.after or '–'}" for field in difference.fields]
        if change.subscriptions:
            touched = "touches" if difference.kind == "organization" else "keep the version they have:"
            lines.append(f"      {len(change.subscriptions)} subscriptions {touched} {', '.join(change.subscriptions)}")
    return lines if result.changes or result.is_new else [*lines, "  nothing changes"]
