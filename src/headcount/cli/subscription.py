"""`headcount subscription`: agreed, changed, cancelled."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import DAY, context, organization_option, with_database
from headcount.core.catalog import quantity_text
from headcount.core.subscriptions import cancel_by

if TYPE_CHECKING:
    from headcount.core.subscriptions import Subscription

COLUMNS = ("subscription", "customer", "plan", "start", "end", "cancel_by", "quantities")


@click.group()
def subscription() -> None:
    """Contracts of customers. Every change is appended to their history and never edited.

    A change is billed by the next `headcount bill`: the new line minus the old one for the same days.
    """


@subscription.command("list")
@organization_option
@format_option
@with_database
def list_(organization: str | None, output: str) -> None:
    """All subscriptions, with what is agreed today."""
    from headcount.services.subscriptions import list_subscriptions

    where = context(organization)
    rows = [_row(one, customer, where.today) for one, customer in list_subscriptions(where)]
    print_rows(COLUMNS, rows, output)


def _row(one: Subscription, customer: str, today: date) -> tuple[object, ...]:
    """`end`: the first day without it. `cancel_by`: the last day to cancel for the next end that is possible."""
    day = max(today, one.start_on)
    agreed = [f"{charge.key}={quantity_text(one.quantity_on(charge.key, day))}" for charge in one.plan.sold]
    return one.key, customer, one.plan.key, one.start_on, one.end_on, cancel_by(one, today), " ".join(agreed)


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--customer", required=True, help="Who has the contract.")
@click.option("--plan", required=True, help="Key of the plan; its newest version.")
@click.option("--start", type=DAY, help="First day.  [default: today]")
@click.option("--quantity", default="", help='What is bought in advance: 25, unlimited, or "clients=20 coaches=2".')
@format_option
@with_database
def add(
    key: str, organization: str | None, customer: str, plan: str, start: datetime | None, quantity: str, output: str
) -> None:
    """Subscribe a customer to a plan. The same again changes nothing.

    `cancel_by` is the last day to cancel for the next end that the terms allow; an end is the first day without it.
    """
    from headcount.services.subscriptions import Wish, subscribe

    where = context(organization)
    start_on = start.date() if start else where.today
    made = subscribe(where, Wish(key, customer, plan, start_on, quantity))
    print_rows(COLUMNS, [_row(made, customer, where.today)], output)


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--quantity", required=True, help="The new quantity.")
@click.option("--on", type=DAY, help="The day of the change.  [default: today]")
@click.option("--token", default="", help="Of `subscription preview`: change it at that amount, or not at all.")
@format_option
@with_database
def change(key: str, organization: str | None, quantity: str, on: datetime | None, token: str, output: str) -> None:
    """Change the quantity: more from that day on, less from the next billing period on, or as the plan says."""
    from headcount.services.subscriptions import change_quantity

    appended = change_quantity(context(organization), key, quantity, on.date() if on else None, token)
    rows = [(key, f"{charge}={quantity_text(amount)}", change.effective_on)
            for change in appended for charge, amount in change.quantities]  # fmt: skip
    print_rows(("subscription", "quantity", "effective_on"), rows, output)


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--quantity", required=True, help="The new quantity.")
@click.option("--on", type=DAY, help="The day of the change.  [default: today]")
@format_option
@with_database
def preview(key: str, organization: str | None, quantity: str, on: datetime | None, output: str) -> None:
    """What a change would make due at once, line by line, to the cent. Nothing is changed.

    The last line is the sum, with a token: `subscription change --token` makes the change at this amount only.
    """
    from headcount.services.previews import preview_change

    seen = preview_change(context(organization), key, quantity, on.date() if on else None)
    rows = [(line.subscription, line.text, line.period, line.net, "") for line in seen.lines]
    total = ("", "", ", ".join(map(str, seen.effective_on)), seen.net, seen.token)
    print_rows(("subscription", "text", "period", "net", "token"), [*rows, total], output)


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--on", type=DAY, help="The first day without it.  [default: the next end that notice today allows]")
@format_option
@with_database
def cancel(key: str, organization: str | None, on: datetime | None, output: str) -> None:
    """End a subscription, as its terms allow if notice is received today.

    Paid up to a regular end; one that ends early keeps the billing period that has begun.
    """
    from headcount.services.subscriptions import cancel as end

    cancelled, end_on = end(context(organization), key, on.date() if on else None)
    print_rows(("subscription", "end"), [(cancelled.key, end_on)], output)
