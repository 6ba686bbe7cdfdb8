"""Closed periods opened again: after a cancellation, and to rate the past anew by the rules of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from headcount.core.errors import refuse
from headcount.core.ledger import Booked
from headcount.core.subscriptions import Subscription
from headcount.services.batches import Step, billed_now
from headcount.services.context import Context, write_journal
from headcount.storage import catalog, closings, customers
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.transaction import committed_or_not, share_catalog


def reopen_periods(context: Context, booked: Iterable[Booked]) -> None:
    """The billing periods of entries, inside a transaction of the caller: the next run looks at them."""
    first: dict[int, date] = {}
    for one in booked:
        if one.entry.coverage is not None:
            point = one.entry.coverage.point
            first[point.subscription] = min(point.period.last_day, first.get(point.subscription, date.max))
    plans = catalog.load(context.organization_id).versions
    for subscription in stored_subscriptions.load(plans, id__in=list(first)):
        _reopen(context, subscription, first[subscription.id])


def _reopen(context: Context, subscription: Subscription, day: date) -> None:
    since = max(day, subscription.start_on)
    closings.reopen(subscription.id, subscription.period_of(since).start)
    customers.touch([subscription.customer], context.today, context.today)


def rerate(context: Context, keys: Sequence[str], since: date, *, dry_run: bool) -> Step:
    """Rates what was billed from `since` on anew and bills the differences today: the only way to do so.

    `keys`: subscriptions; none: all. A dry run shows what would be issued. Refused: `unknown_subscription`.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        share_catalog(context.organization_id)
        plans = catalog.load(context.organization_id).versions
        conditions: dict[str, object] = {"key__in": list(keys)} if keys else {}
        found = stored_subscriptions.load(plans, **conditions)
        if unknown := set(keys) - {one.key for one in found}:
            raise refuse("unknown_subscription", "subscription", given=min(unknown))
        customers.lock([one.customer for one in found])
        for subscription in found:
            _reopen(context, subscription, since)
        payers = sorted(set(customers.payers_of(one.customer for one in found).values()))
        step = billed_now(context, payers)
        write_journal(
            context, "subscriptions.rerated", {"subscriptions": [one.id for one in found], "since": str(since)}
        )
    return step
