"""`headcount bill`."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.issued import print_issued
from headcount.cli.output import (
    PARTLY,
    errors,
    format_option,
    language,
    print_dry_run,
    print_refusals,
    progress,
)
from headcount.cli.run_totals import print_totals
from headcount.cli.session import DAY, context, dry_run_option, organization_option, with_database

if TYPE_CHECKING:
    from headcount.services.billing import Step

MANY_PAYERS = 2_000
"""From here on other processes are worth their start."""
MOST_WORKERS = 8


@click.command()
@organization_option
@click.option("--until", type=DAY, help="Bill what is due up to and including this day.  [default: today]")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that bill side by side.  [default: by size]")
@dry_run_option
@format_option
@with_database
def bill(organization: str | None, until: datetime | None, workers: int | None, dry_run: bool, output: str) -> None:
    """Invoice everything that is due and was not billed yet. Running it twice bills nothing twice.

    Each day on which something fell due gives a payer one document, missed days in their order; what was charged too
    much goes back as a credit note for the document that charged it. Payers that cannot be billed are listed with the
    reason and the others are done (exit status 3). Killed and started again, a run goes on where it stopped. In a test
    organization the clock moves to the day. At the end: the totals, beside those of the last run.
    """
    from headcount.services import billing, runs

    where = context(organization)
    day = until.date() if until else where.today
    last, due = runs.last_run(where), billing.due_payers(where, day)
    side_by_side = workers or (min(os.cpu_count() or 1, MOST_WORKERS) if due > MANY_PAYERS else 1)
    steps: list[Step] = []
    done = 0
    with progress(f"bill {where.terms.key}") as bar:
        for step in billing.bill(where, day, dry_run=dry_run, workers=side_by_side):
            steps.append(step)
            done += step.payers
            bar(done, total=max(done, due), note=str(step.day))
    issued = [one for step in steps for one in step.issued]
    totals: runs.Totals = {}
    runs.add(totals, issued)
    print_issued(issued, output, numbered=not dry_run)
    print_totals(totals, last)
    _report(steps, dry_run=dry_run)


def _report(steps: list[Step], *, dry_run: bool) -> None:
    german = language() == "de"
    if waiting := sum(step.waiting for step in steps):
        text = "Entwürfe warten auf ihre Prüfung" if german else "drafts are under review"
        errors().print(f"{waiting} {text}: headcount drafts")
    failures = [failure for step in steps for failure in step.failures]
    for failure in failures:
        print_refusals(failure.refusals, f"{failure.customer}, {failure.billing_date}")
    if dry_run:
        print_dry_run()
    if failures:
        raise SystemExit(PARTLY)
