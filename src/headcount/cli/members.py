"""`headcount members`: the people of customers, their statuses and their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from headcount.cli.output import PARTLY, format_option, print_dry_run, print_rows, progress, write_rejects
from headcount.cli.session import DAY, context, dry_run_option, organization_option, with_database
from headcount.core.errors import refuse

if TYPE_CHECKING:
    from headcount.cli.output import Bar
    from headcount.gateways.rows import Chunk
    from headcount.services.context import Context
    from headcount.services.status_changes import CountChange


@click.group()
def members() -> None:
    """People: who they are now, what they become, and what becomes of their names."""


@members.command("list")
@organization_option
@click.option("--customer", required=True, help="Key of the customer.")
@click.option("--status", help="Only those who are added, invited, activated or inactive now.")
@format_option
@with_database
def list_(organization: str | None, customer: str, status: str | None, output: str) -> None:
    """The people of a customer, with their status now, and since when."""
    from headcount.services.members import list_members

    where = context(organization)
    local = _local(where)
    rows = [
        (one.key, one.status, local(one.since), one.name, one.email, "yes" if one.marketing else "no",
         local(one.anonymised_at))
        for one in list_members(where, customer, status or "")
    ]  # fmt: skip
    print_rows(("member", "status", "since", "name", "email", "marketing", "anonymised_at"), rows, output)


def _local(where: Context) -> Callable[[datetime | None], str]:
    return lambda at: at.astimezone(where.place).isoformat() if at else ""


@members.command("set")
@organization_option
@click.argument("customer")
@click.argument("member")
@click.argument("status", required=False, default="")
@click.option("--since", default="", help="A date, or an instant with its offset.  [default: now]")
@click.option("--role", default="", help="Of one who is not known yet, such as coach: what meters of a role count.")
@click.option("--marketing/--no-marketing", default=None, help="Whether they may be written to after they have left.")
@dry_run_option
@format_option
@with_database
def set_(
    organization: str | None,
    customer: str,
    member: str,
    status: str,
    since: str,
    role: str,
    marketing: bool | None,
    dry_run: bool,
    output: str,
) -> None:
    """Ask for a STATUS: added, invited, activated or inactive. Prints what each meter counted before and counts after.

    At a limit it is refused, or the licence is raised, as the plan says. Who is not known yet is registered.
    """
    from headcount.services.members import Wish, set_status

    wish = Wish(customer, member, status, since, marketing, role)
    _print_counts(set_status(context(organization), wish, dry_run=dry_run), output, dry_run=dry_run)


def _print_counts(counts: Iterable[CountChange], output: str, *, dry_run: bool) -> None:
    print_rows(("meter", "before", "after"), [(one.meter, one.before, one.after) for one in counts], output)
    if dry_run:
        print_dry_run()


@members.command()
@organization_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rejects", type=click.Path(path_type=Path), help="Where refused rows are listed.")
@dry_run_option
@format_option
@with_database
def change(organization: str | None, file: Path, rejects: Path | None, dry_run: bool, output: str) -> None:
    """Ask for many statuses at once, in the order of the file. Columns: customer, member, status; optional: since.

    Prints counts before and after, and prices: of a whole billing period at that count and at what is bought, net,
    without discounts. Rows that are refused are listed, the others are done; the exit status is then 3.
    """
    from headcount.gateways.files import open_text
    from headcount.gateways.rows import read_delimited
    from headcount.services import bulk_changes as service

    with open_text(file) as text, progress(file.name) as bar:
        done = service.change_statuses(
            context(organization),
            _watched(read_delimited(text, service.COLUMNS, service.OPTIONAL), text.size, bar),
            dry_run=dry_run,
        )
    rows = [
        (one.customer, one.meter, one.before, one.after, one.price_before, one.price_after, one.currency)
        for one in done.effects
    ]
    print_rows(("customer", "meter", "before", "after", "price_before", "price_after", "currency"), rows, output)
    if dry_run:
        print_dry_run()
    if done.rejects:
        write_rejects(rejects or Path(f"{file.name}.rejects.csv"), done.rejects)
        raise SystemExit(PARTLY)


def _watched(chunks: Iterable[Chunk], size: int, bar: Bar) -> Iterator[Chunk]:
    for chunk in chunks:
        bar(chunk.position, total=size)
        yield chunk


@members.command()
@organization_option
@click.argument("customer")
@click.argument("member")
@click.option("--into", required=True, help="The record that stays.")
@dry_run_option
@format_option
@with_database
def merge(organization: str | None, customer: str, member: str, into: str, dry_run: bool, output: str) -> None:
    """Two records are one person: MEMBER is another name of --into, then, now and from now on.

    What was billed too much is credited by the next run. Prints how many months count one less, and statuses now.
    """
    from headcount.services.members import merge as merge_members

    merged = merge_members(context(organization), customer, member, into, dry_run=dry_run)
    click.echo(f"windows: {merged.windows}", err=True)
    _print_counts(merged.counts, output, dry_run=dry_run)


@members.command()
@organization_option
@click.argument("customer", required=False)
@click.argument("member", required=False)
@click.option("--inactive-since", type=DAY, help="Everybody who is inactive since this day or longer.")
@dry_run_option
@format_option
@with_database
def anonymise(
    organization: str | None,
    customer: str | None,
    member: str | None,
    inactive_since: datetime | None,
    dry_run: bool,
    output: str,
) -> None:
    """Take away the name and key of one inactive person, or of many. Counts, lists and documents stay as they are."""
    from headcount.services import anonymising as service

    where = context(organization)
    if customer and member:
        service.anonymise(where, customer, member, dry_run=dry_run)
        rows = [(customer, 1)]
    elif inactive_since is not None:
        rows = []
        with progress("anonymise") as bar:
            day = inactive_since.date()
            for one in service.anonymise_inactive(where, day, customer, dry_run=dry_run):
                bar(one.done, total=one.total)
                rows += [(one.customer, one.people)] if one.people else []
    else:
        raise refuse("whom_to_anonymise", "member")
    print_rows(("customer", "people"), rows, output)
    if dry_run:
        print_dry_run()
