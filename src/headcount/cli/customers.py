"""`headcount customers`: customers, and chains of them under one licence."""

from __future__ import annotations

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import context, organization_option, with_database


@click.group()
def customers() -> None:
    """Customers, and chains of them whose people count together."""


@customers.command("list")
@organization_option
@format_option
@with_database
def list_(organization: str | None, output: str) -> None:
    """Every customer; of a site, the head of its chain. `once_per_site` is said of a head."""
    from headcount.services.chains import list_chains

    rows = [
        (one.customer, one.head, "yes" if one.once_per_site else "no") for one in list_chains(context(organization))
    ]
    print_rows(("customer", "chain", "once_per_site"), rows, output)


@customers.command()
@organization_option
@click.argument("site")
@click.option("--chain", "head", required=True, help="The customer who has the licence.")
@click.option("--once-per-site", is_flag=True, help="A person at two sites counts twice.")
@with_database
def join(organization: str | None, site: str, head: str, once_per_site: bool) -> None:
    """From now on the people of SITE count for --chain: one with the same key at two sites once, or once per site.

    What happened before stays where it was counted.
    """
    from headcount.services.chains import join as join_chain

    join_chain(context(organization), site, head, once_per_site=once_per_site)


@customers.command()
@organization_option
@click.argument("site")
@with_database
def leave(organization: str | None, site: str) -> None:
    """From now on SITE counts for itself. What happened in the chain stays there."""
    from headcount.services.chains import leave as leave_chain

    leave_chain(context(organization), site)
