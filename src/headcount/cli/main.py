"""One entry, grouped subcommands."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from django.db import Error as DatabaseError

from headcount.cli.adjustments import adjustments, credits
from headcount.cli.audit import audit
from headcount.cli.billing import bill
from headcount.cli.catalog import catalog
from headcount.cli.counts import count, explain, limits
from headcount.cli.customers import customers
from headcount.cli.imports import import_
from headcount.cli.invoices import invoices
from headcount.cli.keys import keys
from headcount.cli.licence import claim, events, licence
from headcount.cli.load import load
from headcount.cli.members import members
from headcount.cli.metering import activity, meter
from headcount.cli.organization import journal, migrate, organization
from headcount.cli.output import print_refusals, print_runtime_refusal
from headcount.cli.payments import payments, receivables
from headcount.cli.reviews import drafts, payer, rerate
from headcount.cli.seats import seats
from headcount.cli.story import story
from headcount.cli.subscription import subscription
from headcount.cli.up import examples, up, worker
from headcount.core.errors import Refusal, Refused
from headcount.runtime.errors import RuntimeRefusal

REFUSED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="headcount")
def headcount() -> None:
    """Subscription and licence billing for products priced by people.

    \b
    A first round:
      headcount up                               a database, examples and a page on http://localhost:8000
      headcount catalog plan catalog.toml        what a catalog file would change
      headcount catalog apply catalog.toml       do it
      headcount import customers customers.csv   then members, subscriptions, activity
      headcount count --meter clients            who counts, how many, in which window
      headcount explain --meter clients --customer anna --window 2026-05
      headcount bill --until 2026-06-01 --dry-run

    Most commands work for one organization: --organization KEY, or HEADCOUNT_ORGANIZATION. Data lies in
    HEADCOUNT_HOME, or in the database that DATABASE_URL names.

    \b
    Exit status: 0 all done; 1 refused, nothing was done; 2 the command's words are wrong;
    3 done, but some rows or customers were refused (they are listed).
    """  # noqa: D301 - click reads \b as "keep these lines"


for command in (
    up, organization, catalog, import_, subscription, count, explain, limits, claim, licence, events, meter, activity,
    seats, members, customers, bill, drafts, rerate, invoices,
    adjustments, credits, payments, receivables, payer,
    keys, journal, audit, story, examples, load, migrate, worker,
):  # fmt: skip
    headcount.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; a refusal is a message and exit status 1, never a traceback."""
    try:
        headcount(arguments, prog_name="headcount")
    except Refused as refused:
        print_refusals(refused.refusals)
        sys.exit(REFUSED)
    except RuntimeRefusal as refused:
        print_runtime_refusal(refused)
        sys.exit(REFUSED)
    except DatabaseError as problem:
        print_refusals([Refusal("database_failed", numbers={"problem": str(problem).strip()})])
        sys.exit(REFUSED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(REFUSED)
