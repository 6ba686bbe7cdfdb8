"""`headcount meter rebuild` and `headcount activity withdraw`: counts made anew, and mistakes taken back."""

from __future__ import annotations

import click

from headcount.cli.output import format_option, print_dry_run, print_rows, progress
from headcount.cli.session import context, dry_run_option, organization_option, with_database


@click.group()
def meter() -> None:
    """Meters: who counts."""


@meter.command()
@click.argument("meters", nargs=-1)
@organization_option
@dry_run_option
@format_option
@with_database
def rebuild(meters: tuple[str, ...], organization: str | None, dry_run: bool, output: str) -> None:
    """Make the stored counts and limits of METERS (all if none is named) anew from the evidence."""
    from headcount.services.rebuilding import rebuild as make_anew

    where = context(organization)
    with progress("meters") as bar:
        rows = []
        for number, one in enumerate(make_anew(where, meters, dry_run=dry_run), 1):
            rows.append((one.meter, one.before, one.after, one.corrected))
            bar(number, note=one.meter)
    print_rows(("meter", "before", "after", "corrected"), rows, output)
    if dry_run:
        print_dry_run()


@click.group()
def activity() -> None:
    """Activity that was recorded."""


@activity.command()
@click.argument("id")
@organization_option
@dry_run_option
@click.option("--customer", default="", help="Only of this customer; much faster than searching all evidence.")
@format_option
@with_database
def withdraw(id: str, organization: str | None, dry_run: bool, customer: str, output: str) -> None:
    """Activity with this id was a mistake: it counts no longer, also if it comes later or again."""
    from headcount.services.withdrawals import withdraw as take_back

    done = take_back(context(organization), id, customer, dry_run=dry_run)
    print_rows(("found", "uncounted", "already"), [(done.found, done.uncounted, done.already)], output)
    if dry_run:
        print_dry_run()
