"""`headcount seats`: users of a subscription, given a seat, invited, removed, listed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, print_dry_run, print_rows
from headcount.cli.session import context, dry_run_option, organization_option, with_database

if TYPE_CHECKING:
    from headcount.services.context import Context
    from headcount.services.seats import Invitation, Seat

SUBSCRIPTION = click.argument("subscription")
MEMBER = click.argument("member")


@click.group()
def seats() -> None:
    """Users of a subscription whose plan counts seats.

    Whoever is assigned has a seat at once; whoever is invited once they redeem the code, and until then, or until it
    expires, the invitation holds the seat. A user more than the limit is refused.
    """


@seats.command("list")
@SUBSCRIPTION
@organization_option
@format_option
@with_database
def list_(subscription: str, organization: str | None, output: str) -> None:
    """Who has a seat now, since when, and until when if that is known."""
    from headcount.services.seats import list_seats

    where = context(organization)
    _print_seats(where, list_seats(where, subscription), output)


@seats.command()
@SUBSCRIPTION
@MEMBER
@organization_option
@dry_run_option
@format_option
@with_database
def assign(subscription: str, member: str, organization: str | None, dry_run: bool, output: str) -> None:
    """Give a user a seat. Who has one already keeps it, and who was invited needs the code no more."""
    from headcount.services import seats as service

    where = context(organization)
    _print_seats(where, [service.assign(where, subscription, member, dry_run=dry_run)], output)
    if dry_run:
        print_dry_run()


@seats.command()
@SUBSCRIPTION
@MEMBER
@organization_option
@click.option("--days", type=int, required=True, help="How many days it is valid; today is the first.")
@click.option("--email", default="", help="Where the invitation goes to; kept with the user.")
@dry_run_option
@format_option
@with_database
def invite(
    subscription: str, member: str, organization: str | None, days: int, email: str, dry_run: bool, output: str
) -> None:
    """Hold a seat for a user, and print the code that they redeem. The code is shown here only."""
    from headcount.services import seats as service

    where = context(organization)
    _print_invitation(where, service.invite(where, subscription, member, days, email, dry_run=dry_run), dry_run, output)


@seats.command()
@SUBSCRIPTION
@MEMBER
@organization_option
@dry_run_option
@format_option
@with_database
def resend(subscription: str, member: str, organization: str | None, dry_run: bool, output: str) -> None:
    """Another code for an open invitation: its days start again, and the old code is worth nothing."""
    from headcount.services import seats as service

    where = context(organization)
    _print_invitation(where, service.resend(where, subscription, member, dry_run=dry_run), dry_run, output)


@seats.command()
@click.argument("code")
@organization_option
@dry_run_option
@format_option
@with_database
def redeem(code: str, organization: str | None, dry_run: bool, output: str) -> None:
    """Turn an invitation into a seat. A code works once."""
    from headcount.services import seats as service

    where = context(organization)
    _print_seats(where, [service.redeem(where, code, dry_run=dry_run)], output)
    if dry_run:
        print_dry_run()


@seats.command()
@SUBSCRIPTION
@MEMBER
@organization_option
@dry_run_option
@with_database
def remove(subscription: str, member: str, organization: str | None, dry_run: bool) -> None:
    """Free a user's seat at once, or withdraw their open invitation."""
    from headcount.services import seats as service

    service.remove(context(organization), subscription, member, dry_run=dry_run)
    if dry_run:
        print_dry_run()


def _print_seats(where: Context, found: list[Seat], output: str) -> None:
    rows = [(s.subscription, s.member, s.status, _local(where, s.since), _local(where, s.until)) for s in found]
    print_rows(("subscription", "member", "status", "since", "until"), rows, output)


def _print_invitation(where: Context, made: Invitation, dry_run: bool, output: str) -> None:
    code = "" if dry_run else made.code
    rows = [(made.subscription, made.member, code, _local(where, made.expires_at))]
    print_rows(("subscription", "member", "code", "expires_at"), rows, output)
    if dry_run:
        print_dry_run()


def _local(where: Context, at: datetime | None) -> str | None:
    return at.astimezone(where.place).isoformat() if at else None
