"""`headcount subscription`: agreed, changed, cancelled."""

from __future__ import annotations

from datetime import datetime

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import DAY, context, organization_option, with_database
from headcount.core.catalog import quantity_text

COLUMNS = ("subscription", "customer", "plan", "start", "end", "quantities")


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
    rows = []
    for one, customer in list_subscriptions(where):
        day = max(where.today, one.start_on)
        agreed = [f"{charge.key}={quantity_text(one.quantity_on(charge.key, day))}" for charge in one.plan.committed
                  if charge.key != "base"]  # fmt: skip
        rows.append((one.key, customer, one.plan.key, one.start_on, one.end_on, " ".join(agreed)))
    print_rows(COLUMNS, rows, output)


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
    """Subscribe a customer to a plan. The same again changes nothing."""
    from headcount.services.subscriptions import Wish, subscribe

    where = context(organization)
    start_on = start.date() if start else where.today
    made = subscribe(where, Wish(key, customer, plan, start_on, quantity))
    agreed = " ".join(f"{charge}={quantity_text(amount)}" for charge, amount in made.changes[0].quantities)
    print_rows(COLUMNS, [(made.key, customer, made.plan.key, made.start_on, made.end_on, agreed)], output)


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--quantity", required=True, help="The new quantity.")
@click.option("--on", type=DAY, help="The day of the change.  [default: today]")
@format_option
@with_database
def change(key: str, organization: str | None, quantity: str, on: datetime | None, output: str) -> None:
    """Change the quantity: more from that day on, less from the next billing period on."""
    from headcount.services.subscriptions import change_quantity

    appended = change_quantity(context(organization), key, quantity, on.date() if on else None)
    rows = [(key, f"{charge}={quantity_text(amount)}", change.effective_on)
            for change in appended for charge, amount in change.quantities]  # fmt: skip
    print_rows(("subscription", "quantity", "effective_on"), rows, output)


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--on", type=DAY, help="The first day without it.  [default: the end of the billing period]")
@format_option
@with_database
def cancel(key: str, organization: str | None, on: datetime | None, output: str) -> None:
    """End a subscription. A period that has begun stays billed."""
    from headcount.services.subscriptions import cancel as end

    cancelled, end_on = end(context(organization), key, on.date() if on else None)
    print_rows(("subscription", "end"), [(cancelled.key, end_on)], output)
