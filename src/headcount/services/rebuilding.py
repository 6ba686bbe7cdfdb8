"""Counts of calendar months and limits, made anew from evidence and from what was agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headcount.core.catalog import MONTH, ActivityMeter
from headcount.core.errors import nearest, refuse
from headcount.services.agreements import give_limits
from headcount.services.context import Context, write_journal
from headcount.storage import catalog, customers, rebuilding
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.transaction import committed_or_not, hold_catalog


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many people counted in all windows before and after, and how many windows had another number."""

    meter: str
    before: int
    after: int
    corrected: int


def rebuild(context: Context, wanted: Sequence[str], *, dry_run: bool) -> Iterator[Rebuilt]:
    """One meter a transaction, in which nobody else counts; then the limits. Without names, every meter.

    A meter whose windows are no calendar months keeps no counts. Refused: `unknown_meter`.
    """
    for key in _named(context, wanted):
        with committed_or_not(context.organization_id, dry_run=dry_run):
            hold_catalog(context.organization_id)
            stored = catalog.load(context.organization_id)
            meter, meter_id = stored.meters[key], stored.meter_ids[key]
            assert isinstance(meter, ActivityMeter)
            before = rebuilding.numbers(meter_id)
            rebuilding.rebuild(context.organization_id, meter_id, meter.kinds, context.terms.time_zone)
            after = rebuilding.numbers(meter_id)
            corrected = {window for window, _ in before.items() ^ after.items()}
            if pools := sorted({pool for pool, _ in corrected}):
                customers.touch(pools, context.today, context.today)
            write_journal(context, "meter.rebuilt", {"meter": key, "corrected": len(corrected)})
        yield Rebuilt(key, sum(before.values()), sum(after.values()), len(corrected))
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_catalog(context.organization_id)
        stored = catalog.load(context.organization_id)
        for subscription in stored_subscriptions.load(stored.versions):
            give_limits(context, stored, subscription)


def _named(context: Context, wanted: Sequence[str]) -> list[str]:
    with committed_or_not(context.organization_id, dry_run=True):
        meters = catalog.load(context.organization_id).meters
    for key in wanted:
        if key not in meters:
            raise refuse("unknown_meter", "meter", given=key, nearest=nearest(key, meters))
    kept = [key for key, meter in meters.items() if isinstance(meter, ActivityMeter) and meter.window == MONTH]
    return [key for key in kept if not wanted or key in wanted]
