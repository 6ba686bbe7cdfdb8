"""Everything about customers that a draft is made from, loaded for many at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from headcount.core.calendar import Period, first_instant
from headcount.core.catalog import ActivityMeter, Plan, StatusMeter
from headcount.core.counting import Stretch, read_status
from headcount.core.drafts import Account
from headcount.core.expected import Reading, readings
from headcount.core.subscriptions import Subscription
from headcount.documents.snapshot import Basis, BasisKey
from headcount.services.context import Context
from headcount.storage import counts, customers, invoices
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The accounts of some customers, and where their counts come from."""

    accounts: tuple[Account, ...]
    basis: Mapping[BasisKey, Basis]


def load_accounts(
    context: Context, stored: StoredCatalog, plans: Mapping[int, Plan], customer_ids: Sequence[int], until: date
) -> Ledgers:
    """Inside a transaction of the caller, which has locked the customers if it means to bill them."""
    by_customer: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in stored_subscriptions.load(plans, customer_id__in=customer_ids):
        by_customer[subscription.customer].append(subscription)
    every = [subscription for found in by_customer.values() for subscription in found]
    read = _Reader(context, stored, list(by_customer))
    due = {s.id: readings(s, stored.meters, until) for s in every}
    counted = {reading: read.people(s, reading) for s in every for reading in due[s.id]}
    billed = invoices.billed(subscription.id for subscription in every)
    last = customers.billed_until(customer_ids)
    accounts = tuple(
        Account(
            customer=customer,
            currency=context.terms.currency,
            subscriptions=tuple(found),
            counts={reading: counted[reading].total() for s in found for reading in due[s.id]},
            billed=tuple(coverage for s in found for coverage in billed.get(s.id, ())),
            billed_until=last.get(customer),
        )
        for customer, found in sorted(by_customer.items())
    )
    basis = {_basis_key(reading): Basis(reading.counted, statuses) for reading, statuses in counted.items()}
    return Ledgers(accounts, basis)


def _basis_key(reading: Reading) -> BasisKey:
    return reading.subscription, reading.charge, reading.window.start


class _Reader:
    """Counts for money, with what most of them need loaded once."""

    def __init__(self, context: Context, stored: StoredCatalog, pools: Sequence[int]) -> None:
        self._context, self._stored = context, stored
        has_status = any(isinstance(meter, StatusMeter) for meter in stored.catalog.meters)
        self._usage = counts.usage_of(pools)
        self._statuses = counts.status_spans(pools) if has_status else {}

    def people(self, subscription: Subscription, reading: Reading) -> Counter[str]:
        """How many count; by status where statuses decide."""
        meter = self._stored.meters[reading.meter]
        if isinstance(meter, StatusMeter):
            spans = self._statuses.get(subscription.customer, {})
            found = read_status(spans, meter.statuses, meter.reading, stretch(self._context, reading.counted))
            return Counter(person.span.status for person in found)
        return Counter({"": self._active(subscription.customer, meter, reading)})

    def _active(self, pool: int, meter: ActivityMeter, reading: Reading) -> int:
        if reading.counted == reading.window:
            return self._usage.get((pool, self._stored.meter_ids[meter.key], reading.window.start), 0)
        start, end = instants(self._context, reading.counted)
        return counts.active_between(pool, meter.kinds, start, end)


def instants(context: Context, period: Period) -> tuple[datetime, datetime]:
    """Local days as real time, in UTC."""
    start, end = (first_instant(day, context.place).astimezone(UTC) for day in (period.start, period.end))
    return start, end


def stretch(context: Context, period: Period) -> Stretch:
    start, end = instants(context, period)
    first_day_end = first_instant(period.start + timedelta(days=1), context.place).astimezone(UTC)
    return Stretch(start, first_day_end, end)
