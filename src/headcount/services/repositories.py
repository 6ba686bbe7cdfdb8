"""Git repositories as activity: one use case over several repositories, through the ordinary import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from headcount.gateways import git
from headcount.services.activity import import_activity
from headcount.services.context import Context
from headcount.services.imports import Outcome
from headcount.services.people import name_members


def import_repositories(
    context: Context, arguments: Sequence[str], *, create_customers: bool, dry_run: bool
) -> Iterator[tuple[int, Outcome]]:
    """Yields (commits read of this repository, outcome) for each batch. Refused: what `gateways.git` refuses."""
    for repository in [git.repository(argument) for argument in arguments]:
        yield from import_activity(context, repository.commits(), create_customers=create_customers, dry_run=dry_run)
        if not dry_run:
            name_members(context, repository.customer, repository.names)
