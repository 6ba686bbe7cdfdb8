"""`headcount adjustments` and `headcount credits`: what staff add to documents."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import DAY, context, organization_option, with_database
from headcount.core.money import major


@click.group()
def adjustments() -> None:
    """Lines that somebody adds to the next document of a customer."""


@adjustments.command()
@organization_option
@click.argument("customer")
@click.argument("text")
@click.option("--units", default="1", show_default=True)
@click.option("--price", required=True, help="Of one unit, net; below zero: a discount.")
@with_database
def add(organization: str | None, customer: str, text: str, units: str, price: str) -> None:
    """Add a line to the next document. It waits while it would make the document negative."""
    from headcount.services.adjustments import add_adjustment

    click.echo(add_adjustment(context(organization), customer, text, units, price))


@adjustments.command()
@organization_option
@click.argument("adjustment")
@with_database
def withdraw(organization: str | None, adjustment: str) -> None:
    """Take back a line that is not billed yet."""
    from headcount.services.adjustments import withdraw_adjustment

    withdraw_adjustment(context(organization), adjustment)


@adjustments.command("list")
@organization_option
@click.option("--customer", help="Only those of this customer.")
@format_option
@with_database
def list_(organization: str | None, customer: str | None, output: str) -> None:
    """What was added, and whether it waits, is billed or withdrawn."""
    from headcount.services.adjustments import list_adjustments

    rows = [
        (a.public_id, a.customer, a.adjustment.text, f"{a.adjustment.units.normalize():f}",
         f"{a.adjustment.unit_price.normalize():f}", a.adjustment.currency,
         major(a.adjustment.amount_minor, a.adjustment.currency), a.state)
        for a in list_adjustments(context(organization), customer)
    ]  # fmt: skip
    print_rows(("adjustment", "customer", "text", "units", "unit_price", "currency", "net", "state"), rows, output)


@click.group()
def credits() -> None:
    """Promotional credit: a discount before tax on the next documents, until it expires."""


@credits.command()
@organization_option
@click.argument("customer")
@click.argument("amount", type=Decimal)
@click.option("--text", default="", help="What the document calls it.")
@click.option("--from", "valid_from", type=DAY, help="The first day on which it can be used.  [default: today]")
@click.option("--expires", type=DAY, help="The first day on which it cannot be used any more.")
@with_database
def grant(
    organization: str | None,
    customer: str,
    amount: Decimal,
    text: str,
    valid_from: datetime | None,
    expires: datetime | None,
) -> None:
    """Grant promotional credit. Of several the first to expire is used first."""
    from headcount.services.adjustments import grant_credit

    since, until = (day.date() if day else None for day in (valid_from, expires))
    click.echo(grant_credit(context(organization), customer, amount, text, until, since))


@credits.command("list")
@organization_option
@click.option("--customer", help="Only those of this customer.")
@format_option
@with_database
def list_credits(organization: str | None, customer: str | None, output: str) -> None:
    """What was granted, and what is left of it."""
    from headcount.services import adjustments as service

    rows = [
        (c.public_id, c.customer, c.credit.text, c.credit.valid_from, c.credit.expires_on, c.credit.currency,
         major(c.amount_minor, c.credit.currency), major(c.credit.left_minor, c.credit.currency))
        for c in service.list_credits(context(organization), customer)
    ]  # fmt: skip
    columns = ("credit", "customer", "text", "valid_from", "expires", "currency", "amount", "left")
    print_rows(columns, rows, output)
