"""Organizations: which there are, the clock of a test one, its end, and the journal of any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from headcount.core.errors import refuse
from headcount.services.billing import Step, bill
from headcount.services.context import Context, write_journal
from headcount.storage import organizations
from headcount.storage.models import JournalEntry
from headcount.storage.organizations import DirectoryEntry, directory
from headcount.storage.transaction import organization_transaction

__all__ = ["DirectoryEntry", "JournalLine", "advance", "directory", "journal_lines", "purge"]


def advance(context: Context, to: datetime) -> Iterator[Step]:
    """Does everything that falls due up to `to`, and moves a test organization's clock there.

    The live tick and the test clock call this alike. Refused: `clock_goes_forward`.
    """
    is_test = context.terms.mode == "test"
    if is_test and to < context.now:
        raise refuse("clock_goes_forward", "to", now=context.now.isoformat())
    yield from bill(context, to.astimezone(context.place).date(), dry_run=False)
    if is_test:
        with organization_transaction(context.organization_id):
            organizations.move_clock(context.organization_id, to)
            write_journal(context, "clock.advanced", {"to": to.isoformat()})


def purge(context: Context) -> None:
    """Removes a test organization with everything in it. Refused: `live_not_purged`."""
    if context.terms.mode != "test":
        raise refuse("live_not_purged", "organization")
    with organization_transaction(context.organization_id):
        organizations.purge(context.organization_id)


@dataclass(frozen=True, slots=True)
class JournalLine:
    number: int
    recorded_at: datetime
    actor: str
    request_id: str
    action: str
    details: dict[str, object]
    hash: str


def journal_lines(context: Context) -> list[JournalLine]:
    """Everything that was done, oldest first."""
    with organization_transaction(context.organization_id):
        return [
            JournalLine(e.number, e.recorded_at, e.actor, e.request_id, e.action, e.details, e.hash)
            for e in JournalEntry.objects.order_by("number")
        ]
