"""What runs came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headcount.services.context import Context
from headcount.storage import journal
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class LastRun:
    """`totals`: currency -> documents, lines, net_minor, gross_minor."""

    until: str
    totals: Mapping[str, Mapping[str, int]]


def last_run(context: Context) -> LastRun | None:
    """The last run that issued something."""
    with organization_transaction(context.organization_id):
        details = journal.latest("run.finished")
    return LastRun(details["until"], details["totals"]) if details else None
