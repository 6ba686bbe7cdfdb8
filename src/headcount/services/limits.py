"""Counts against limits, at any moment: over the limit is the count minus the limit, never a mark on a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from headcount.core.calendar import Period, first_instant, month_of, month_text
from headcount.core.rating import Quantity
from headcount.services.context import Context
from headcount.services.counts import count
from headcount.storage import catalog, counts, customers
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One meter of one customer in the month of a day. `limit` None: unlimited. `resets_at`: when the month ends."""

    customer: str
    meter: str
    window: str
    count: int
    limit: Quantity
    resets_at: datetime

    @property
    def over(self) -> int:
        return 0 if self.limit is None else max(0, self.count - self.limit)


def limits(context: Context, day: date | None = None) -> list[LimitRow]:
    """Every limit that holds now, or at the beginning of `day`, with the count of that day's month."""
    now = first_instant(day, context.place) if day else context.now
    month = month_of(day or context.today)
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        held = counts.limits_at(now)
        customer_keys = {customer_id: key for key, customer_id in customers.all_ids().items()}
    meter_keys = {meter_id: key for key, meter_id in stored.meter_ids.items()}
    metered = {meter_keys[limit.meter_id] for limit in held}
    used = {
        (row.meter, row.customer): row.count
        for meter in metered
        for row in count(context, meter, month_text(month), None)
    }
    rows = [(customer_keys[limit.pool_id], meter_keys[limit.meter_id], limit.limit) for limit in held]
    return [
        LimitRow(customer, meter, month_text(month), used.get((meter, customer), 0), quantity, _end(context, month))
        for customer, meter, quantity in sorted(rows, key=lambda row: row[:2])
    ]


def _end(context: Context, month: Period) -> datetime:
    return first_instant(month.end, context.place)
