"""`headcount count` and `headcount explain`: how many, and who."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import DAY, context, organization_option, with_database

if TYPE_CHECKING:
    from headcount.services.counts import Explanation

meter_option = click.option("--meter", required=True, help="Key of the meter.")


@click.command()
@organization_option
@meter_option
@click.option("--window", help="A month, 2026-05, a week, 2026-W18, or a day, 2026-05-31, as the meter counts.")
@click.option("--customer", help="Only this customer.")
@format_option
@with_database
def count(organization: str | None, meter: str, window: str | None, customer: str | None, output: str) -> None:
    """How many people count, for every non-empty window of a meter; for weeks and trailing days, now.

    A month is the calendar month of local dates in the organization's zone. A meter of statuses is read as its
    catalog says (start, end, peak or average of the month; day by day it has a row for each run of days); the running
    month is read up to now.
    """
    from headcount.services import counts

    found = counts.count(context(organization), meter, window, customer)
    rows = [(row.meter, row.customer, row.window, row.count) for row in found]
    print_rows(("meter", "customer", "window", "count"), rows, output)


@click.command()
@organization_option
@meter_option
@click.option("--customer", required=True, help="Key of the customer.")
@click.option(
    "--window",
    help="A month, a week, a day, or exact days 2026-04-20/2026-05-01.  [default: the window that runs]",
)
@click.option("--subscription", help="Of a meter of seats only those of this subscription.")
@format_option
@with_database
def explain(
    organization: str | None, meter: str, customer: str, window: str | None, subscription: str | None, output: str
) -> None:
    """The people behind a count and what makes each of them count: as many rows as the count.

    For a meter of activity: the first activity in the window. For one of statuses or seats: the span of the status, of
    seats with their subscription; and where every day is looked at (average, day by day), on how many days each of
    them counted.
    """
    from headcount.core.catalog import ActivityMeter
    from headcount.services import counts

    where = context(organization)
    explained = counts.explain(where, meter, customer, window, subscription)

    def local(at: datetime | None) -> str:
        return at.astimezone(where.place).isoformat() if at else ""

    if isinstance(explained.meter, ActivityMeter):
        active = [(person.member, person.id, person.kind, local(person.occurred_at)) for person in explained.active]
        print_rows(("member", "id", "kind", "occurred_at"), active, output)
    else:
        print_rows(*_spans(explained, local), output)


def _spans(explained: Explanation, local: Callable[[datetime | None], str]) -> tuple[list[str], list[list[object]]]:
    """Columns and rows of a count by statuses; with the days of each person where every day was looked at."""
    columns = ["member", "status", "from", "to"]
    rows: list[list[object]] = [[p.member, p.status, local(p.start), local(p.end)] for p in explained.by_status]
    if explained.has_subscriptions:
        columns = ["subscription", *columns]
        rows = [[p.subscription, *row] for row, p in zip(rows, explained.by_status, strict=True)]
    if explained.window_days is None:
        return columns, rows
    return [*columns, "days"], [[*row, p.days] for row, p in zip(rows, explained.by_status, strict=True)]


@click.command()
@organization_option
@click.option("--on", type=DAY, help="The limits and the month of this day.  [default: now]")
@format_option
@with_database
def limits(organization: str | None, on: datetime | None, output: str) -> None:
    """Counts against limits: how many count this month, how many may, and when the count begins again."""
    from headcount.core.catalog import quantity_text
    from headcount.services.limits import limits as held

    where = context(organization)
    found = held(where, on.date() if on else None)
    rows = [
        (
            row.customer,
            row.meter,
            row.window,
            row.count,
            quantity_text(row.limit),
            row.over,
            row.resets_at.astimezone(where.place).isoformat() if row.resets_at else None,
        )
        for row in found
    ]
    print_rows(("customer", "meter", "window", "count", "limit", "over", "resets_at"), rows, output)
