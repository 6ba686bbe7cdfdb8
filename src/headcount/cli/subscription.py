"""`headcount subscription`: agreed, changed, cancelled."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, print_dry_run, print_rows
from headcount.cli.session import DAY, context, dry_run_option, organization_option, with_database
from headcount.core.catalog import quantity_text
from headcount.core.money import major
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
@click.option("--purchase-order", default="", help="What its documents say; those of another order stand apart.")
@format_option
@with_database
def add(
    key: str,
    organization: str | None,
    customer: str,
    plan: str,
    start: datetime | None,
    quantity: str,
    purchase_order: str,
    output: str,
) -> None:
    """Subscribe a customer to a plan. The same again changes nothing.

    `cancel_by` is the last day to cancel for the next end that the terms allow; an end is the first day without it.
    """
    from headcount.services.subscriptions import Wish, subscribe

    where = context(organization)
    start_on = start.date() if start else where.today
    made = subscribe(where, Wish(key, customer, plan, start_on, quantity, purchase_order=purchase_order))
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


@subscription.command()
@click.argument("key")
@organization_option
@click.option("--until", type=DAY, required=True, help="What is due up to and including this day.")
@click.option("--as", "way", type=click.Choice(["paid", "waived"]), required=True, help="Paid elsewhere, or given up.")
@dry_run_option
@format_option
@with_database
def past(key: str, organization: str | None, until: datetime, way: str, dry_run: bool, output: str) -> None:
    """Count what was not billed yet as done: no run bills it any more. Prints the days, and what they would cost.

    For a contract that began before it was entered here. To bill its past, just run `headcount bill`.
    """
    from headcount.services.past import settle_past

    settled = settle_past(context(organization), key, until.date(), way, dry_run=dry_run)
    rows = [
        (one.point.charge, one.span, quantity_text(one.point.quantity), one.point.currency,
         major(one.amount_minor, one.point.currency))
        for one in settled
    ]  # fmt: skip
    print_rows(("charge", "period", "quantity", "currency", "net"), rows, output)
    if dry_run:
        print_dry_run()
