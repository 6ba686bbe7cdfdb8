"""Everything about customers that a draft is made from, loaded for many at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from headcount.core.calendar import Period, first_instant
from headcount.core.catalog import MONTH, ActivityMeter, Plan, StatusMeter
from headcount.core.counting import AT_A_MOMENT, Counted, Stretch, read_status, tally
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
    counted = {reading: read.tally(s, reading) for s in every for reading in due[s.id]}
    billed = invoices.billed(subscription.id for subscription in every)
    last = customers.billed_until(customer_ids)
    accounts = tuple(
        Account(
            customer=customer,
            currency=context.terms.currency,
            subscriptions=tuple(found),
            counts={reading: counted[reading].counts for s in found for reading in due[s.id]},
            billed=tuple(coverage for s in found for coverage in billed.get(s.id, ())),
            billed_until=last.get(customer),
        )
        for customer, found in sorted(by_customer.items())
    )
    basis = {_basis_key(reading): Basis(reading.counted, found.statuses) for reading, found in counted.items()}
    return Ledgers(accounts, basis)


def _basis_key(reading: Reading) -> BasisKey:
    return reading.subscription, reading.charge, reading.period.start


@dataclass(frozen=True, slots=True)
class _Tally:
    """What is charged for, and of how many of which status that is made, where one moment decides."""

    counts: Sequence[Counted]
    statuses: Mapping[str, int]


class _Reader:
    """Counts for money, with what most of them need loaded once."""

    def __init__(self, context: Context, stored: StoredCatalog, pools: Sequence[int]) -> None:
        self._context, self._stored = context, stored
        has_status = any(isinstance(meter, StatusMeter) for meter in stored.catalog.meters)
        self._usage = counts.usage_of(pools)
        self._statuses = counts.status_spans(pools) if has_status else {}

    def tally(self, subscription: Subscription, reading: Reading) -> _Tally:
        meter = self._stored.meters[reading.meter]
        if isinstance(meter, ActivityMeter):
            return _Tally([Counted(reading.counted, self._active(subscription.customer, meter, reading))], {})
        people, days = self._statuses.get(subscription.customer, {}), stretch(self._context, reading.counted)
        if meter.reading in AT_A_MOMENT:
            found = read_status(people, meter.statuses, meter.reading, days)
            statuses = Counter(person.span.status for person in found)
            return _Tally([Counted(reading.counted, len(found))], statuses)
        return _Tally(tally(people, meter.statuses, meter.reading, reading.counted, days), {})

    def _active(self, pool: int, meter: ActivityMeter, reading: Reading) -> int:
        if meter.window == MONTH and reading.counted == reading.period:
            return self._usage.get((pool, self._stored.meter_ids[meter.key], reading.period.start), 0)
        return counts.active_between(pool, meter.kinds, *instants(self._context, reading.counted))


def instants(context: Context, period: Period) -> tuple[datetime, datetime]:
    """Local days as real time, in UTC."""
    start, end = (first_instant(day, context.place).astimezone(UTC) for day in (period.start, period.end))
    return start, end


def stretch(context: Context, period: Period) -> Stretch:
    """Local days as real time, with the instants where each of them ends."""
    days = (period.start + timedelta(days=place) for place in range(period.days + 1))
    start, *ends = (first_instant(day, context.place).astimezone(UTC) for day in days)
    return Stretch(start, tuple(ends))
