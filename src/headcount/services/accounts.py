"""Everything about payers that a draft is made from, loaded for many at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from headcount.core.calendar import Period, first_instant
from headcount.core.catalog import MONTH, ActivityMeter, Meter, SeatMeter, StatusMeter
from headcount.core.closing import Closing, close, open_from, reading_key
from headcount.core.counting import AT_A_MOMENT, Counted, Stretch, read_status, tally
from headcount.core.drafts import Account
from headcount.core.expected import Reading, readings
from headcount.core.subscriptions import Subscription
from headcount.documents.snapshot import Basis, BasisKey
from headcount.services.context import Context
from headcount.services.seated import Seated
from headcount.storage import closings, counts, customers, discounts, drafts, ledger
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The accounts of some payers, and where their counts come from. Before `horizon` late activity reopens nothing."""

    accounts: tuple[Account, ...]
    basis: Mapping[BasisKey, Basis]
    closings: Mapping[int, Closing]
    horizon: date

    def closed(self, account: Account, day: date) -> dict[int, Closing]:
        """Subscription -> its closing once everything up to `day` is billed, where that is another than before."""
        found = {
            s.id: close(s, account.open_from[s.id], account.counts, day, self.horizon) for s in account.subscriptions
        }
        return {id: closing for id, closing in found.items() if closing != self.closings.get(id)}


def load_accounts(
    context: Context,
    stored: StoredCatalog,
    payer_ids: Sequence[int],
    until: date,
    *,
    closed: bool = True,
) -> Ledgers:
    """Inside a transaction of the caller, which has locked the payers if it means to bill them.

    Without `closed` everything is looked at again, as if nothing were closed.
    """
    payers = customers.payers(payer_ids)
    every = stored_subscriptions.of_customers(stored.versions, list(payers))
    known = closings.load([one.id for one in every]) if closed else {}
    horizon = until - timedelta(days=context.terms.reopen_days)
    read = _Reader(context, stored, list(payers))
    counted = read.tallies(
        (one, reading)
        for one in every
        for reading in _looked_at(
            one, readings(one, stored.meters, until, _read_from(one, known, horizon)), known, horizon
        )
    )
    by_subscription: dict[int, dict[Reading, Sequence[Counted]]] = defaultdict(dict)
    for reading, found in counted.items():
        by_subscription[reading.subscription][reading] = found.counts
    since = {one.id: open_from(one, known.get(one.id), by_subscription[one.id]) for one in every}
    booked = ledger.booked(since)
    waiting = discounts.waiting(payer_ids)
    last = customers.billed_until(payer_ids)
    drafted = drafts.days(payer_ids) if context.terms.review_days else {}
    by_payer: dict[int, list[Subscription]] = defaultdict(list)
    for one in every:
        by_payer[payers[one.customer]].append(one)
    accounts = tuple(
        Account(
            customer=payer,
            currency=context.terms.currency,
            subscriptions=tuple(by_payer[payer]),
            counts={r: c for one in by_payer[payer] for r, c in by_subscription[one.id].items()},
            booked=tuple(entry for one in by_payer[payer] for entry in booked.get(one.id, ())),
            billed_until=last.get(payer),
            drafted_on=tuple(drafted.get(payer, ())),
            open_from=since,
            adjustments=waiting.adjustments.get(payer, ()),
            credits=waiting.credits.get(payer, ()),
        )
        for payer in payer_ids
    )
    basis = {_basis_key(reading): Basis(reading.counted, found.statuses) for reading, found in counted.items()}
    return Ledgers(accounts, basis, known, horizon)


def _read_from(subscription: Subscription, known: Mapping[int, Closing], horizon: date) -> date:
    """From where on counts are read: what is open, and closed windows that late activity can still reopen."""
    closing = known.get(subscription.id)
    since = open_from(subscription, closing, {})
    return min(since, horizon) if closing and closing.readings else since


def _looked_at(
    subscription: Subscription, due: Sequence[Reading], known: Mapping[int, Closing], horizon: date
) -> list[Reading]:
    closing = known.get(subscription.id)
    if closing is None:
        return list(due)
    return [one for one in due if one.period.end > min(closing.until, horizon) or reading_key(one) in closing.readings]


def _basis_key(reading: Reading) -> BasisKey:
    return reading.subscription, reading.charge, reading.period.start


@dataclass(frozen=True, slots=True)
class Tally:
    """What is charged for, and of how many of which status that is made, where one moment decides."""

    counts: Sequence[Counted]
    statuses: Mapping[str, int]


class _Reader:
    """Counts for money, with what most of them need loaded once."""

    def __init__(self, context: Context, stored: StoredCatalog, pools: Sequence[int]) -> None:
        self._context, self._stored, self._pools = context, stored, pools

    def tallies(self, wanted: Iterable[tuple[Subscription, Reading]]) -> dict[Reading, Tally]:
        found = list(wanted)
        if not found:
            return {}
        meters = {reading.meter: self._stored.meters[reading.meter] for _, reading in found}
        by_status = [meter for meter in meters.values() if isinstance(meter, StatusMeter)]
        statuses = counts.status_spans(self._pools, by_status)
        with_seats = {s.id: s for s, r in found if isinstance(meters[r.meter], SeatMeter)}
        seated = Seated(self._context, list(with_seats.values())) if with_seats else None
        active = self._active([(s, r) for s, r in found if isinstance(self._stored.meters[r.meter], ActivityMeter)])
        return {
            reading: Tally([Counted(reading.counted, active[reading])], {})
            if reading in active
            else self._by_spans(meters[reading.meter], subscription, reading, statuses, seated)
            for subscription, reading in found
        }

    def _by_spans(
        self,
        meter: Meter,
        subscription: Subscription,
        reading: Reading,
        statuses: Mapping[str, Mapping[int, counts.People]],
        seated: Seated | None,
    ) -> Tally:
        """Of a customer's people those with one of the statuses; of seats those of the subscription alone."""
        assert not isinstance(meter, ActivityMeter)
        people = statuses.get(meter.key, {}).get(subscription.customer, {})
        if isinstance(meter, SeatMeter) and seated is not None:
            people = seated.users(meter, subscription)
        days = stretch(self._context, reading.counted)
        if meter.reading in AT_A_MOMENT:
            found = read_status(people, meter.statuses, meter.reading, days)
            return Tally([Counted(reading.counted, len(found))], Counter(person.span.status for person in found))
        return Tally(tally(people, meter.statuses, meter.reading, reading.counted, days), {})

    def _active(self, wanted: Sequence[tuple[Subscription, Reading]]) -> dict[Reading, int]:
        """Whole months from one row each; other windows, and months in part, from evidence."""
        numbers: dict[Reading, int] = {}
        by_kinds: dict[tuple[str, ...], list[tuple[Subscription, Reading]]] = defaultdict(list)
        whole: list[tuple[Subscription, Reading]] = []
        for subscription, reading in wanted:
            meter = self._stored.meters[reading.meter]
            assert isinstance(meter, ActivityMeter)
            if meter.window == MONTH and reading.counted == reading.period:
                whole.append((subscription, reading))
            else:
                by_kinds[meter.kinds].append((subscription, reading))
        if whole:
            first = min(reading.period.start for _, reading in whole)
            usage = counts.usage_of(self._pools, first)
            ids = self._stored.meter_ids
            numbers |= {r: usage.get((s.customer, ids[r.meter], r.period.start), 0) for s, r in whole}
        for kinds, some in by_kinds.items():
            stretches = [(s.customer, *instants(self._context, r.counted)) for s, r in some]
            numbers |= dict(zip([r for _, r in some], counts.active_in(stretches, kinds), strict=True))
        return numbers


def instants(context: Context, period: Period) -> tuple[datetime, datetime]:
    """Local days as real time, in UTC."""
    start, end = (first_instant(day, context.place).astimezone(UTC) for day in (period.start, period.end))
    return start, end


def stretch(context: Context, period: Period) -> Stretch:
    """Local days as real time, with the instants where each of them ends."""
    days = (period.start + timedelta(days=place) for place in range(period.days + 1))
    start, *ends = (first_instant(day, context.place).astimezone(UTC) for day in days)
    return Stretch(start, tuple(ends))
