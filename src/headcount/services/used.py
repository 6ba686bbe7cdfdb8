"""How many people of a pool count at this moment, by any meter: the number that is held against a limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headcount.core.calendar import Period, first_instant, month_of, week_of
from headcount.core.catalog import BILLING_PERIOD, MONTH, WEEK, ActivityMeter, Meter, SeatMeter
from headcount.core.counting import at_instant, trailing_window
from headcount.core.subscriptions import Subscription
from headcount.services.accounts import instants
from headcount.services.context import Context
from headcount.services.seated import occupied
from headcount.storage import counts
from headcount.storage.catalog import StoredCatalog


@dataclass(frozen=True, slots=True)
class Used:
    """`window`: the days in which activity is counted; None where people count by what they are, not by what they do.

    `resets_at`: when the count begins again, if it does.
    """

    count: int
    window: Period | None = None
    resets_at: datetime | None = None


def used_now(
    context: Context, stored: StoredCatalog, meter: Meter, pool_id: int, subscription: Subscription | None = None
) -> Used:
    """Inside a transaction of the caller. A meter by billing periods needs the subscription whose periods they are."""
    if isinstance(meter, SeatMeter):
        return Used(occupied(context, stored, meter, [pool_id], context.now).get(pool_id, 0))
    if not isinstance(meter, ActivityMeter):
        people = counts.status_spans([pool_id], [meter])[meter.key].get(pool_id, {})
        return Used(len(at_instant(people, frozenset(meter.statuses), context.now)))
    window, resets_at = running_days(context, meter, subscription), resets(context, meter, subscription)
    if meter.window == MONTH:
        key = (pool_id, stored.meter_ids[meter.key], window.start)
        return Used(counts.usage_of([pool_id], window.start).get(key, 0), window, resets_at)
    return Used(counts.active_in([(pool_id, *instants(context, window))], meter.kinds)[0], window, resets_at)


def resets(context: Context, meter: Meter, subscription: Subscription | None = None) -> datetime | None:
    """When the count begins again, if it does."""
    if not isinstance(meter, ActivityMeter) or meter.trailing_days:
        return None
    return first_instant(running_days(context, meter, subscription).end, context.place)


def running_days(context: Context, meter: ActivityMeter, subscription: Subscription | None) -> Period:
    """The local days whose activity counts today."""
    if meter.trailing_days:
        return trailing_window(context.today, meter.trailing_days)
    if meter.window == WEEK:
        return week_of(context.today)
    if meter.window == BILLING_PERIOD and subscription is not None:
        return subscription.period_of(context.today)
    return month_of(context.today)
