"""`headcount invoices`: finalised documents, and those that correct them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from headcount.cli.issued import print_issued
from headcount.cli.output import format_option, print_dry_run, print_json, print_rows
from headcount.cli.session import context, dry_run_option, organization_option, with_database
from headcount.core.money import major

if TYPE_CHECKING:
    from headcount.services.finalising import Issued


@click.group(invoke_without_command=True)
@organization_option
@click.option("--customer", help="Only this customer.")
@click.option("--number", help="Only this document.")
@click.option("--lines", is_flag=True, help="One row a line instead of one a document (JSON always has the lines).")
@format_option
@click.pass_context
def invoices(
    click_context: click.Context,
    organization: str | None,
    customer: str | None,
    number: str | None,
    lines: bool,
    output: str,
) -> None:
    """The finalised documents, in the order of their numbers; below: what corrects them.

    Amounts of credit notes and cancellations are below zero here, and positive on the document.
    """
    if click_context.invoked_subcommand is None:
        _list(organization, customer, number, output, lines=lines)


@with_database
def _list(organization: str | None, customer: str | None, number: str | None, output: str, *, lines: bool) -> None:
    from headcount.services.invoices import content, list_invoices

    found = list_invoices(context(organization), customer, number)
    if output == "json":
        print_json([{"id": invoice.public_id, **content(invoice)} for invoice in found])
    elif lines:
        _print_lines([content(invoice) for invoice in found], output)
    else:
        columns = (
            "number", "kind", "original", "customer", "billing_date", "issued_on", "due_on", "currency", "net", "tax",
            "gross",
        )  # fmt: skip
        rows = [
            _row(i.number, i.kind, i.original, i.customer, i.billing_date, i.issued_on, i.due_on, i.currency,
                 amounts=(i.net_minor, i.tax_minor, i.gross_minor))
            for i in found
        ]  # fmt: skip
        print_rows(columns, rows, output)


def _row(*values: str | date, amounts: tuple[int, ...]) -> tuple[object, ...]:
    currency = str(values[-1])
    return (*values, *(major(amount, currency) for amount in amounts))


def _print_lines(documents: list[dict[str, object]], output: str) -> None:
    columns = ("position", "subscription", "text", "period", "units", "unit_price", "net")
    rows = []
    for document in documents:
        lines = document["lines"]
        assert isinstance(lines, list)
        rows += [(document["number"], *(line[column] for column in columns)) for line in lines]
    print_rows(("number", *columns), rows, output)


reason_option = click.option("--reason", default="", help="Why, for the journal.")


@invoices.command()
@organization_option
@click.argument("number")
@click.option("--for-good", is_flag=True, help="What it charged is given up instead of billed again by the next run.")
@reason_option
@dry_run_option
@format_option
@with_database
def cancel(organization: str | None, number: str, for_good: bool, reason: str, dry_run: bool, output: str) -> None:
    """Cancel an invoice with a document of its own. What it charged is open again, unless --for-good."""
    from headcount.services.corrections import cancel_invoice

    made = cancel_invoice(context(organization), number, reason, for_good=for_good, dry_run=dry_run)
    _print_one(made, output, dry_run=dry_run)


@invoices.command()
@organization_option
@click.argument("number")
@click.option("--line", "position", type=click.IntRange(1), help="Which line; left out: all of them, in full.")
@click.option("--amount", type=Decimal, help="How much of the line, net; left out: all that is left of it.")
@reason_option
@dry_run_option
@format_option
@with_database
def credit(
    organization: str | None,
    number: str,
    position: int | None,
    amount: Decimal | None,
    reason: str,
    dry_run: bool,
    output: str,
) -> None:
    """Give something back on an invoice by a credit note. It is a concession: no run bills it again."""
    from headcount.services.corrections import credit_invoice

    made = credit_invoice(context(organization), number, position, amount, reason, dry_run=dry_run)
    _print_one(made, output, dry_run=dry_run)


@invoices.command()
@organization_option
@click.argument("customer")
@click.option("--line", "lines", multiple=True, required=True, help="TEXT; UNITS; UNIT PRICE, once for each line.")
@click.option("--purchase-order", default="", help="What the customer wants to read on it.")
@dry_run_option
@format_option
@with_database
def new(
    organization: str | None, customer: str, lines: tuple[str, ...], purchase_order: str, dry_run: bool, output: str
) -> None:
    """Invoice something at once that no subscription is about: --line "Setup; 1; 250.00"."""
    from headcount.services.adjustments import invoice_at_once

    made = invoice_at_once(context(organization), customer, lines, purchase_order, dry_run=dry_run)
    _print_one(made, output, dry_run=dry_run)


def _print_one(issued: Issued, output: str, *, dry_run: bool) -> None:
    columns = ("number", "kind", "customer", "lines", "currency", "net", "gross")
    print_issued([issued], output, numbered=not dry_run, columns=columns)
    if dry_run:
        print_dry_run()
