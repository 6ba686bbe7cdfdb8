"""Withdrawing activity that was a mistake: by a tombstone, never by deleting evidence (SPEC 1.6)."""

from __future__ import annotations

from dataclasses import dataclass

from headcount.core.activity import check_text
from headcount.core.calendar import local_date, month_of
from headcount.core.catalog import MONTH, ActivityMeter
from headcount.core.errors import refuse
from headcount.services.context import Context, write_journal
from headcount.services.customers import pool_of
from headcount.storage import catalog, customers, withdrawals
from headcount.storage.catalog import StoredCatalog
from headcount.storage.transaction import committed_or_not, hold_catalog
from headcount.storage.withdrawals import EVERY_CUSTOMER, Found


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`found`: how much evidence there is with the id; `uncounted`: how many counts went down by one.

    `already`: it was withdrawn before, so nothing was done.
    """

    found: int
    uncounted: int
    already: bool


def withdraw(context: Context, source_id: str, customer: str = "", *, dry_run: bool = False) -> Withdrawn:
    """Activity with this id counts no longer, whether it is there already, comes late or comes again.

    Without a customer, whoever's it is; that reads all evidence. Nobody counts meanwhile, so that none slips through.
    Refused: `empty_field`, `unknown_customer`.
    """
    if not source_id:
        raise refuse("empty_field", "id")
    check_text((source_id,), ("id",))
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_catalog(context.organization_id)
        stored = catalog.load(context.organization_id)
        pool_id = pool_of(customer).id if customer else EVERY_CUSTOMER
        is_new = withdrawals.add(
            context.organization_id, pool_id, source_id, context.now, context.actor, context.request_id
        )
        found = withdrawals.find(pool_id, source_id)
        if not is_new:
            return Withdrawn(len(found), 0, already=True)
        uncounted = sum(_uncount(context, stored, one, source_id) for one in found)
        pools = sorted({one.pool_id for one in found})
        if pools:
            customers.touch(pools, context.today, context.today)
        write_journal(context, "activity.withdrawn", {"pools": pools, "found": len(found), "uncounted": uncounted})
    return Withdrawn(len(found), uncounted, already=False)


def _uncount(context: Context, stored: StoredCatalog, found: Found, source_id: str) -> int:
    """In how many counts by calendar month the person is missing now. Other windows are read from evidence."""
    window = month_of(local_date(found.occurred_at, context.place)).start
    return sum(
        withdrawals.uncount(found, source_id, stored.meter_ids[meter.key], meter.kinds, window, context.terms.time_zone)
        for meter in stored.catalog.meters
        if isinstance(meter, ActivityMeter) and meter.window == MONTH and found.kind in meter.kinds
    )
