"""`headcount organization`, `headcount journal`, `headcount migrate`."""

from __future__ import annotations

import json
from datetime import datetime

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import DAY, context, database_session, organization_option, with_database


@click.group()
def organization() -> None:
    """The vendors in this database. A catalog file makes them: headcount catalog apply FILE."""


@organization.command("list")
@format_option
@with_database
def list_(output: str) -> None:
    """All organizations."""
    from headcount.services.organizations import directory

    rows = [
        (entry.key, entry.terms.name, entry.mode, entry.terms.time_zone, entry.terms.currency, entry.public_id)
        for entry in directory()
    ]
    print_rows(("organization", "name", "mode", "time_zone", "currency", "id"), rows, output)


@organization.command()
@organization_option
@click.option("--to", type=DAY, help="Move the clock of a test organization to the start of this day.")
@format_option
@with_database
def clock(organization: str | None, to: datetime | None, output: str) -> None:
    """Show the clock; move the one of a test organization, doing everything that falls due on the way."""
    from headcount.core.calendar import first_instant
    from headcount.core.errors import refuse
    from headcount.services.organizations import advance

    where = context(organization)
    if to is not None:
        if where.terms.mode == "live":
            raise refuse("clock_is_real", "to")
        for _ in advance(where, first_instant(to.date(), where.place)):
            pass
        where = context(organization)
    row = (where.terms.key, where.terms.mode, where.now.astimezone(where.place).isoformat(timespec="seconds"))
    print_rows(("organization", "mode", "now"), [row], output)


@organization.command()
@organization_option
@click.confirmation_option(prompt="Remove this test organization and everything in it?")
@with_database
def purge(organization: str | None) -> None:
    """Remove a test organization for good. A live one is refused."""
    from headcount.services.organizations import purge as remove

    remove(context(organization))


@click.command()
@organization_option
@format_option
@with_database
def journal(organization: str | None, output: str) -> None:
    """Who did what and when: a chain in which each entry's hash covers the one before."""
    from headcount.services.organizations import journal_lines

    where = context(organization)
    rows = [
        (
            line.number,
            line.recorded_at.astimezone(where.place).isoformat(timespec="seconds"),
            line.actor,
            line.action,
            json.dumps(line.details, ensure_ascii=False) if output != "json" else line.details,
            line.hash if output != "table" else line.hash[:12],
        )
        for line in journal_lines(where)
    ]
    print_rows(("number", "recorded_at", "actor", "action", "details", "hash"), rows, output)


@click.command()
def migrate() -> None:
    """Bring the database up to date: roles, tables, the months ahead. Other commands do it by themselves."""
    with database_session():
        click.echo("up to date")
