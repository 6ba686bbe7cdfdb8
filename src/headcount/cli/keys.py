"""`headcount keys`: who may ask over HTTP, and what."""

from __future__ import annotations

import click

from headcount.cli.output import format_option, print_rows
from headcount.cli.session import context, organization_option, with_database


@click.group()
def keys() -> None:
    """API keys: whoever shows one may do over HTTP what its scopes say."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="activity, claims, counts or people; repeatable.")
@organization_option
@format_option
@with_database
def create(name: str, scopes: tuple[str, ...], organization: str | None, output: str) -> None:
    """Make a key and print it, this once: only a hash of it is kept."""
    from headcount.services.api_keys import create_key

    made = create_key(context(organization), name, scopes)
    print_rows(("name", "id", "key"), [(name, made.id, made.key)], output)


@keys.command("list")
@organization_option
@format_option
@with_database
def list_(organization: str | None, output: str) -> None:
    """All keys, those that were revoked too."""
    from headcount.services.api_keys import keys as known

    where = context(organization)
    rows = [
        (
            key.name,
            key.id,
            " ".join(key.scopes),
            key.recorded_at.astimezone(where.place).isoformat(timespec="seconds"),
            key.actor,
            key.revoked_at.astimezone(where.place).isoformat(timespec="seconds") if key.revoked_at else None,
        )
        for key in known(where)
    ]
    print_rows(("name", "id", "scopes", "created_at", "created_by", "revoked_at"), rows, output)


@keys.command()
@click.argument("name")
@organization_option
@format_option
@with_database
def revoke(name: str, organization: str | None, output: str) -> None:
    """From the next request on the key opens nothing."""
    from headcount.services.api_keys import revoke_key

    print_rows(("name", "id"), [(name, revoke_key(context(organization), name))], output)
