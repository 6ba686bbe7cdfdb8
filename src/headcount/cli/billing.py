"""`headcount bill` and `headcount invoices`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.output import (
    PARTLY,
    errors,
    format_option,
    language,
    print_json,
    print_refusals,
    print_rows,
    progress,
)
from headcount.cli.session import DAY, context, dry_run_option, organization_option, with_database
from headcount.core.money import major

if TYPE_CHECKING:
    from headcount.services.billing import Step


@click.command()
@organization_option
@click.option("--until", type=DAY, help="Bill what is due up to and including this day.  [default: today]")
@dry_run_option
@format_option
@with_database
def bill(organization: str | None, until: datetime | None, dry_run: bool, output: str) -> None:
    """Invoice everything that is due and was not billed yet. Running it twice bills nothing twice.

    Each day on which something fell due gives a customer one document, missed days in their order. Customers that
    cannot be billed are listed with the reason and the others are done (exit status 3). A credit is not a document
    yet: it waits and lowers the next invoice. In a test organization the clock moves to the day.
    """
    from headcount.services.billing import bill as run

    where = context(organization)
    day = until.date() if until else where.today
    steps: list[Step] = []
    with progress(f"bill {where.terms.key}") as bar:
        for step in run(where, day, dry_run=dry_run):
            steps.append(step)
            bar(len(steps), note=str(step.day))
    issued = [one for step in steps for one in step.issued]
    rows = [
        (i.number, i.customer, i.billing_date, i.lines, i.currency, major(i.net_minor, i.currency),
         major(i.gross_minor, i.currency))
        for i in issued
    ]  # fmt: skip
    print_rows(("number", "customer", "billing_date", "lines", "currency", "net", "gross"), rows, output)
    _report(steps, where.terms.currency, dry_run=dry_run)


def _report(steps: list[Step], currency: str, *, dry_run: bool) -> None:
    german = language() == "de"
    for customer, open_minor in (pair for step in steps for pair in step.carried):
        amount = f"{major(open_minor, currency)} {currency}"
        text = f"{customer}: {amount} " + (
            "wartet auf die nächste Rechnung" if german else "waits for the next invoice"
        )
        errors().print(text, markup=False)
    failures = [failure for step in steps for failure in step.failures]
    for failure in failures:
        print_refusals(failure.refusals, f"{failure.customer}, {failure.billing_date}")
    if dry_run:
        errors().print("Probelauf: nichts wurde geändert." if german else "Dry run: nothing was changed.")
    if failures:
        raise SystemExit(PARTLY)


@click.command()
@organization_option
@click.option("--customer", help="Only this customer.")
@click.option("--number", help="Only this document.")
@click.option("--lines", is_flag=True, help="One row a line instead of one a document (JSON always has the lines).")
@format_option
@with_database
def invoices(organization: str | None, customer: str | None, number: str | None, lines: bool, output: str) -> None:
    """The finalised invoices, in the order of their numbers."""
    from headcount.services.invoices import content, list_invoices

    found = list_invoices(context(organization), customer, number)
    if output == "json":
        print_json([{"id": invoice.public_id, **content(invoice)} for invoice in found])
    elif lines:
        _print_lines([content(invoice) for invoice in found], output)
    else:
        columns = ("number", "customer", "billing_date", "issued_on", "currency", "net", "tax", "gross")
        print_rows(columns, [_row(i.number, i.customer, i.billing_date, i.issued_on, i.currency,
                                  i.net_minor, i.tax_minor, i.gross_minor) for i in found], output)  # fmt: skip


def _row(number: str, customer: str, billed: date, issued: date, currency: str, *amounts: int) -> tuple[object, ...]:
    return (number, customer, billed, issued, currency, *(major(amount, currency) for amount in amounts))


def _print_lines(documents: list[dict[str, object]], output: str) -> None:
    columns = ("position", "subscription", "text", "period", "units", "unit_price", "net")
    rows = []
    for document in documents:
        lines = document["lines"]
        assert isinstance(lines, list)
        rows += [(document["number"], *(line[column] for column in columns)) for line in lines]
    print_rows(("number", *columns), rows, output)
