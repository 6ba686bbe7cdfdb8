"""`headcount load`: made-up traffic against a running server, and whether every count agrees with it."""

from __future__ import annotations

import statistics
import sys
from typing import TYPE_CHECKING

import click

from headcount.cli.output import errors, format_option, language, print_refusals, print_rows, progress
from headcount.cli.session import actor, with_database
from headcount.core.errors import Refusal

if TYPE_CHECKING:
    from headcount.traffic.play import Played

DIFFERENT = 1
SHOWN_SURPRISES = 5
NUMBER = click.IntRange(min=1)


@click.command()
@click.option("--url", default="http://localhost:8000", show_default=True, help="The server; of this database.")
@click.option("--seconds", type=NUMBER, help="How long.  [default: 30]")
@click.option("--activities", type=NUMBER, help="Or: how many.")
@click.option("--connections", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--batch", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="Activities at once.")
@click.option("--customers", type=click.IntRange(2, 100_000), default=50, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed sends the same.")
@click.option("--keep", is_flag=True, help="Leave the organization there, to look at it.")
@format_option
@with_database
def load(
    url: str, seconds: int | None, activities: int | None, connections: int, batch: int, customers: int, seed: int,
    keep: bool, output: str,
) -> None:  # fmt: skip
    """Play the traffic of a month end against a running server; then compare all counts with what was sent.

    A test organization is made for it and removed afterwards. Some customers have most of the activity; some of it
    comes again, late, or is withdrawn; people are let in by claims, some up to a small limit. Exit status 1: a count
    is not what was acknowledged.
    """
    from headcount.traffic.play import Wanted, check, check_server, play
    from headcount.traffic.stage import stage

    if seconds is not None and activities is not None:
        raise click.UsageError("--seconds or --activities, not both")
    check_server(url)
    wanted = Wanted(seconds or (None if activities else 30), activities, connections, batch, seed)
    with stage(actor(), customers, keep=keep) as made:
        with progress("traffic") as bar:
            played = play(url, made, wanted, lambda done, total: bar(min(done, total), total=total))
        number, different = check(url, made, played.sent)
        if keep:
            errors().print(made.organization, markup=False)
    _print(played, output)
    print_refusals(
        Refusal(
            "count_differs", numbers={"customer": d.customer, "window": d.month, "sent": d.sent, "counted": d.counted}
        )
        for d in different
    )
    for surprise in played.sent.surprises[:SHOWN_SURPRISES]:
        errors().print(surprise, markup=False)
    if different or played.sent.surprises:
        sys.exit(DIFFERENT)
    agree = {"en": f"all {number} counts agree", "de": f"alle {number} Zahlen stimmen"}
    errors().print(agree[language()])


def _print(played: Played, output: str) -> None:
    """Rates are of the things in the requests: of activities, not of batches."""
    rows = []
    for kind, each in sorted(played.milliseconds.items()):
        percentiles = statistics.quantiles(each * 2 if len(each) == 1 else each, n=100, method="inclusive")
        shown = [f"{percentiles[place]:.1f}" for place in (49, 94, 98)]
        rows.append((kind, len(each), played.number[kind], f"{played.number[kind] / played.seconds:.1f}", *shown))
    print_rows(("request", "requests", "number", "per_second", "p50_ms", "p95_ms", "p99_ms"), rows, output)
