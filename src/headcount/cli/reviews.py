"""`headcount drafts`, `headcount rerate` and `headcount payer`."""

from __future__ import annotations

from datetime import datetime

import click

from headcount.cli.issued import print_issued
from headcount.cli.output import format_option, print_rows
from headcount.cli.session import DAY, context, dry_run_option, organization_option, with_database
from headcount.core.money import major


@click.group(invoke_without_command=True)
@organization_option
@click.option("--customer", help="Only those of this customer.")
@format_option
@click.pass_context
def drafts(click_context: click.Context, organization: str | None, customer: str | None, output: str) -> None:
    """Documents that wait for their time: as many days as `review_days` of the organization says."""
    if click_context.invoked_subcommand is None:
        _list(organization, customer, output)


@with_database
def _list(organization: str | None, customer: str | None, output: str) -> None:
    from headcount.services.reviews import list_drafts

    rows = [
        (one.customer, one.billing_date, one.finalise_on, one.currency, major(one.net_minor, one.currency),
         major(one.gross_minor, one.currency))
        for one in list_drafts(context(organization), customer)
    ]  # fmt: skip
    print_rows(("customer", "billing_date", "finalise_on", "currency", "net", "gross"), rows, output)


@drafts.command()
@organization_option
@click.argument("customer")
@format_option
@with_database
def finalise(organization: str | None, customer: str, output: str) -> None:
    """Finalise what is due of a customer now, without waiting."""
    from headcount.services.reviews import finalise_now

    print_issued(finalise_now(context(organization), customer).issued, output)


@click.command()
@organization_option
@click.argument("subscriptions", nargs=-1)
@click.option("--since", type=DAY, required=True, help="From which day on the past is rated anew.")
@dry_run_option
@format_option
@with_database
def rerate(
    organization: str | None, subscriptions: tuple[str, ...], since: datetime, dry_run: bool, output: str
) -> None:
    """Rate closed periods anew by the rules of today, and bill the differences. A run never does so by itself.

    For the SUBSCRIPTIONS named, or all. Try --dry-run first: it lists what would be issued.
    """
    from headcount.services.reopening import rerate as rate_anew

    step = rate_anew(context(organization), subscriptions, since.date(), dry_run=dry_run)
    print_issued(step.issued, output)


@click.command()
@organization_option
@click.argument("customer")
@click.argument("payer", required=False)
@with_database
def payer(organization: str | None, customer: str, payer: str | None) -> None:
    """Let another customer, PAYER, get and pay the documents of CUSTOMER; without one it pays itself again."""
    from headcount.services.payers import set_payer

    set_payer(context(organization), customer, payer)
