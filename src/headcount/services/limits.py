"""Counts against limits, at any moment: over the limit is the count minus the limit, never a mark on a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from headcount.core.calendar import first_instant, month_of
from headcount.core.catalog import ActivityMeter, Meter, SeatMeter
from headcount.core.rating import Quantity
from headcount.services.context import Context
from headcount.services.counts import count
from headcount.services.seated import occupied
from headcount.services.windows import day_window, shown_window, window_text
from headcount.storage import catalog, counts, customers
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One meter of one customer in the window that holds a day. `limit` None: unlimited. Of seats `count` is how many
    are taken at that moment, whatever they cost.

    `resets_at`: when the window ends and the count begins again; None for trailing days and seats, which never do.
    """

    customer: str
    meter: str
    window: str
    count: int | Decimal
    limit: Quantity
    resets_at: datetime | None

    @property
    def over(self) -> int | Decimal:
        return 0 if self.limit is None else max(0, self.count - self.limit)


def limits(context: Context, day: date | None = None) -> list[LimitRow]:
    """Every limit that holds now, or at the beginning of `day`, with the count of that day's window."""
    now = first_instant(day, context.place) if day else context.now
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        held = counts.limits_at(now)
        customer_keys = {customer_id: key for key, customer_id in customers.all_ids().items()}
        meter_keys = {meter_id: key for key, meter_id in stored.meter_ids.items()}
        metered = {meter_keys[limit.meter_id] for limit in held}
        seats = {
            (key, customer_keys[pool]): taken
            for key in metered
            if isinstance(meter := stored.meters[key], SeatMeter)
            for pool, taken in occupied(context, stored, meter, list(customer_keys), now).items()
        }
    windows = {key: _window(context, stored.meters[key], day or context.today) for key in metered}
    used = {
        (key, row.customer): row.count
        for key, (window, _) in windows.items()
        for row in count(context, key, window, None)
    } | seats
    rows = [(customer_keys[limit.pool_id], meter_keys[limit.meter_id], limit.limit) for limit in held]
    return [
        LimitRow(customer, key, windows[key][0], used.get((key, customer), 0), limit, windows[key][1])
        for customer, key, limit in sorted(rows, key=lambda row: row[:2])
    ]


def _window(context: Context, meter: Meter, day: date) -> tuple[str, datetime | None]:
    if isinstance(meter, SeatMeter):  # seats are held, whatever the reading that is billed
        return str(day), None
    window = shown_window(meter, month_of(day), day)
    is_trailing = isinstance(meter, ActivityMeter) and meter.trailing_days
    if window == day_window(day) or is_trailing:
        return str(day), None
    return window_text(window), first_instant(window.end, context.place)
