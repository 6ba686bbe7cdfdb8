"""What runs came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headcount.services.context import Context
from headcount.services.finalising import Issued
from headcount.storage import journal
from headcount.storage.transaction import organization_transaction

Totals = dict[str, Counter[str]]
"""Currency -> documents, lines, net_minor, gross_minor."""


def add(totals: Totals, issued: Iterable[Issued]) -> None:
    for one in issued:
        amounts = {"documents": 1, "lines": one.lines, "net_minor": one.net_minor, "gross_minor": one.gross_minor}
        totals.setdefault(one.currency, Counter()).update(amounts)


@dataclass(frozen=True, slots=True)
class LastRun:
    """Up to which day it billed, and what it came to."""

    until: str
    totals: Mapping[str, Mapping[str, int]]


def last_run(context: Context) -> LastRun | None:
    """The last run that issued something."""
    with organization_transaction(context.organization_id):
        details = journal.latest("run.finished")
    return LastRun(details["until"], details["totals"]) if details else None
