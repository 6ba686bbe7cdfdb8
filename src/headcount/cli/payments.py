"""`headcount payments` and `headcount receivables`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, print_dry_run, print_rows
from headcount.cli.session import DAY, context, dry_run_option, organization_option, with_database
from headcount.core.money import major
from headcount.core.payments import METHODS

if TYPE_CHECKING:
    from headcount.services.receivables import Balance, OpenDocument, StoredPayment

COLUMNS = (
    "payment", "id", "customer", "received_on", "currency", "amount", "settles", "method", "reference", "reverses",
    "reversed_by",
)  # fmt: skip


@click.group()
def payments() -> None:
    """Money that came in, and what it settles.

    A payment settles the invoices that its reference names, then the oldest that are due. What is left over is the
    customer's, and pays the next invoice. Nothing is ever changed: what came back is a payment of its own.
    """


@payments.command()
@click.argument("amount")
@organization_option
@click.option("--customer", default="", help="Who paid.  [default: whose invoice the reference names]")
@click.option("--on", type=DAY, help="The day on which the money came.  [default: today]")
@click.option("--currency", default="", help="[default: the organization's]")
@click.option("--method", type=click.Choice(METHODS), default=METHODS[0], show_default=True)
@click.option("--reference", default="", help="What the payer wrote.")
@click.option("--invoice", default="", help="Number of the invoice that was paid.")
@click.option("--key", default="", help="The bank's id of it, or yours: the same again changes nothing.")
@dry_run_option
@format_option
@with_database
def record(
    amount: str,
    organization: str | None,
    customer: str,
    on: datetime | None,
    currency: str,
    method: str,
    reference: str,
    invoice: str,
    key: str,
    dry_run: bool,
    output: str,
) -> None:
    """A payment that came, such as 119.00."""
    from headcount.services.received_payments import Wish
    from headcount.services.received_payments import record as take

    where = context(organization)
    received_on = on.date() if on else where.today
    wish = Wish(key, amount, received_on, customer, currency, method, reference, invoice)
    _print([take(where, wish, dry_run=dry_run)], output, dry_run=dry_run)


@payments.command("list")
@organization_option
@click.option("--customer", help="Only this customer.")
@click.option("--unmatched", is_flag=True, help="Only those of whom nobody knows yet whose they are.")
@format_option
@with_database
def list_(organization: str | None, customer: str | None, unmatched: bool, output: str) -> None:
    """Payments in the order of the days on which they came. `settles`: how much of it settles invoices."""
    from headcount.services.receivables import list_payments

    _print(list_payments(context(organization), customer, only_unmatched=unmatched), output)


@payments.command()
@click.argument("payment")
@click.argument("customer")
@organization_option
@dry_run_option
@format_option
@with_database
def assign(payment: str, customer: str, organization: str | None, dry_run: bool, output: str) -> None:
    """Say whose a payment is that came without a known owner."""
    from headcount.services.payments import assign as give

    _print([give(context(organization), payment, customer, dry_run=dry_run)], output, dry_run=dry_run)


@payments.command()
@click.argument("payment")
@organization_option
@click.option("--reason", required=True, help="Why the money came back.")
@dry_run_option
@format_option
@with_database
def reverse(payment: str, organization: str | None, reason: str, dry_run: bool, output: str) -> None:
    """A payment came back, such as a returned debit: its invoices are open again, due when they were due before."""
    from headcount.services.payments import reverse as take_back

    _print([take_back(context(organization), payment, reason, dry_run=dry_run)], output, dry_run=dry_run)


@payments.command()
@click.argument("customer")
@click.argument("amount")
@organization_option
@click.option("--currency", default="", help="[default: the organization's]")
@dry_run_option
@format_option
@with_database
def refund(
    customer: str, amount: str, organization: str | None, currency: str, dry_run: bool, output: str
) -> None:  # fmt: skip
    """Pay free money back to a customer: never more than `headcount receivables` shows as free."""
    from headcount.services.payments import refund as pay_back

    _print([pay_back(context(organization), customer, amount, currency, dry_run=dry_run)], output, dry_run=dry_run)


def _print(found: list[StoredPayment], output: str, *, dry_run: bool = False) -> None:
    print_rows(COLUMNS, [_row(one) for one in found], output)
    if dry_run:
        print_dry_run()


def _row(one: StoredPayment) -> tuple[object, ...]:
    amount, settles = (major(minor, one.currency) for minor in (one.amount_minor, one.settled_minor))
    return (
        one.key, one.public_id, one.customer, one.received_on, one.currency, amount, settles, one.method,
        one.reference, one.reverses, one.reversal,
    )  # fmt: skip


@click.command()
@organization_option
@click.option("--customer", help="Only this customer.")
@click.option("--as-of", type=DAY, help="As it was at the end of this day.  [default: today]")
@click.option("--settled", is_flag=True, help="Every invoice, not only those that are not settled.")
@format_option
@with_database
def receivables(
    organization: str | None, customer: str | None, as_of: datetime | None, settled: bool, output: str
) -> None:  # fmt: skip
    """What customers owe: every invoice that is not settled, and a row `free` for money that settles nothing yet.

    Free money is below zero in the column `open`, so that the column adds up to what a customer owes. States are
    open, partly_paid, overdue; with --settled also paid, credited (by credit notes only) and cancelled.
    """
    from headcount.services.receivables import list_receivables

    documents, balances = list_receivables(
        context(organization), customer, as_of.date() if as_of else None, with_settled=settled
    )  # fmt: skip
    columns = (
        "customer", "number", "issued_on", "due_on", "currency", "gross", "settled", "open", "days_overdue", "state",
    )  # fmt: skip
    print_rows(columns, [*map(_document, documents), *map(_balance, balances)], output)


def _document(one: OpenDocument) -> tuple[object, ...]:
    minors = one.settled.gross_minor, one.settled.settled_minor, one.settled.open_minor
    amounts = [major(minor, one.currency) for minor in minors]
    return one.customer, one.number, one.issued_on, one.due_on, one.currency, *amounts, one.days_overdue, one.state


def _balance(one: Balance) -> tuple[object, ...]:
    free = major(-one.free_minor, one.currency)
    return one.customer, None, None, None, one.currency, None, None, free, None, "free"
