"""What one customer uses of every meter, now, on a day or in a window, against its limits; and page by page who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from headcount.core.activity import check_text
from headcount.core.calendar import first_instant, month_of, parse_date
from headcount.core.catalog import MONTH, ActivityMeter, Charge, Meter, SeatMeter
from headcount.core.errors import refuse
from headcount.core.hints import Hints, hints
from headcount.core.limits import BLOCK
from headcount.core.rating import Quantity
from headcount.core.subscriptions import Subscription
from headcount.services.accounts import instants
from headcount.services.context import Context
from headcount.services.counts import Explanation, StatusMember, explain_spans, explained, meter_named, spans
from headcount.services.customers import customer_id, pool_of
from headcount.services.used import Used, used_now
from headcount.services.windows import looked_at, parse_window, window_text
from headcount.storage import catalog, counts
from headcount.storage import limits as stored_limits
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.counts import PresentMember
from headcount.storage.limits import NOT_SOLD
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class LiveCount:
    """One meter of a customer. `count` is a whole number, but for an average. `limit` None: unlimited.

    `window`: in which people counted; None for what holds at a moment. `resets_at`: when the count begins again.
    """

    meter: str
    window: str | None
    count: int | Decimal
    limit: Quantity
    at_limit: str
    resets_at: datetime | None
    hints: Hints

    @property
    def remaining(self) -> int | Decimal | None:
        return None if self.limit is None else max(0, self.limit - self.count)

    @property
    def over(self) -> int | Decimal:
        return 0 if self.limit is None else max(0, self.count - self.limit)


def counts_now(context: Context, customer: str, on: str = "") -> list[LiveCount]:
    """Every meter of a customer at this moment; with `on` in the windows that ran at the end of that day, as they are
    known today. Refused: `unknown_customer`, `not_a_date`.
    """
    check_text((customer,), ("customer",))
    then = _end_of(context, parse_date(on, "on")) if on else context
    with organization_transaction(context.organization_id):
        return list(_Looking(then, customer).now())


def counts_in(context: Context, customer: str, window: str) -> list[LiveCount]:
    """Every meter of a customer in a window, which may be over: as many as `people_page` lists.

    The limits are those at the end of the window. Refused: `unknown_customer`, and what is no window.
    """
    check_text((customer,), ("customer",))
    days = parse_window(window)
    then = _end_of(context, days.last_day)
    with organization_transaction(context.organization_id):
        return list(_Looking(then, customer).window(context, window))


def _end_of(context: Context, day: date) -> Context:
    """The last moment of a day, unless it is still to come."""
    end = first_instant(day + timedelta(days=1), context.place) - timedelta(microseconds=1)
    return replace(context, now=min(context.now, end))


class _Looking:
    """All that is read of one customer, inside a transaction of the caller: as many rows as there are meters."""

    def __init__(self, context: Context, customer: str) -> None:
        self._context, self._customer = context, customer
        self._stored: StoredCatalog = catalog.load(context.organization_id)
        self._pool = pool_of(customer).id
        self._limits = stored_limits.held_by_meter(self._pool, context.now)
        self._running = [
            subscription
            for subscription in stored_subscriptions.of_customers(self._stored.versions, [self._pool])
            if subscription.runs_on(context.today)
        ]

    def now(self) -> Iterator[LiveCount]:
        for meter in self._stored.catalog.meters:
            used = used_now(self._context, self._stored, meter, self._pool_of(meter), self._subscription(meter))
            yield self._row(meter, used)

    def window(self, reader: Context, window: str) -> Iterator[LiveCount]:
        for meter in self._stored.catalog.meters:
            days = parse_window(window)
            resets_at = first_instant(days.end, reader.place) if reader.today in days else None
            yield replace(
                self._row(meter, Used(0, days, resets_at)),
                count=self._count_in(reader, meter, window),
                hints=Hints(),
                window=window,
            )

    def _pool_of(self, meter: Meter) -> int:
        return _pool(self._customer, meter) if isinstance(meter, SeatMeter) else self._pool

    def _count_in(self, reader: Context, meter: Meter, window: str) -> int | Decimal:
        pool = self._pool_of(meter)
        if not isinstance(meter, ActivityMeter):
            people = spans(reader, self._stored, [meter], [pool])[meter.key].get(pool, {})
            return explain_spans(reader, meter, self._customer, window, people).count
        days = looked_at(meter, window, reader.today)
        if meter.window == MONTH and days == month_of(days.start):
            key = (pool, self._stored.meter_ids[meter.key], days.start)
            return counts.usage_of([pool], days.start).get(key, 0)
        return counts.active_in([(pool, *instants(reader, days))], meter.kinds)[0]

    def _row(self, meter: Meter, used: Used) -> LiveCount:
        limit = self._limits.get(self._stored.meter_ids[meter.key], NOT_SOLD)
        subscription, said = self._subscription(meter), Hints()
        if subscription is not None and (charge := _priced_by(subscription, meter)) is not None:
            said = hints(charge, subscription.quantity_on(charge.key, self._context.today), used.count)
        policy = limit.at_limit if limit.grants else BLOCK
        window = window_text(used.window) if used.window else None
        return LiveCount(meter.key, window, used.count, limit.quantity, policy, used.resets_at, said)

    def _subscription(self, meter: Meter) -> Subscription | None:
        return next((one for one in self._running if _priced_by(one, meter)), None)


def _pool(customer: str, meter: Meter) -> int:
    """A site of a chain shows the people of its chain, as they share one limit; but seats are those of a subscription,
    and so of the customer itself.
    """
    return customer_id(customer) if isinstance(meter, SeatMeter) else pool_of(customer).id


def _priced_by(subscription: Subscription, meter: Meter) -> Charge | None:
    """What is paid for these people: what was bought in advance, else what is counted. Not what is beyond that."""
    charges = [one for one in subscription.plan.charges if one.meter == meter.key and not one.included]
    return min(charges, key=lambda charge: charge.basis != "committed", default=None)


Person = PresentMember | StatusMember
After = tuple[str, str]
"""The key of the last person who was seen, and of the subscription whose seat they have."""
MOST_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the people behind a count, in the order of their keys. `next`: after whom the rest comes, if any."""

    explanation: Explanation
    rows: Sequence[Person]
    next: After | None


def people_page(
    context: Context, meter: str, customer: str, window: str | None, after: After | None, most: int
) -> PeoplePage:
    """Who counts and why, from the one behind `after` on: whoever is added meanwhile shifts nobody.

    Refused: as `explain`, and `not_between` for `most`.
    """
    if not 1 <= most <= MOST_PEOPLE:
        raise refuse("not_between", "most", given=most, least=1, most=MOST_PEOPLE)
    check_text((customer, meter), ("customer", "meter"))
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        counting = meter_named(stored, meter)
        found = explained(context, stored, counting, customer, _pool(customer, counting), window)
    rest = sorted((row for row in found.rows if after is None or _place(row) > after), key=_place)
    rows = rest[:most]
    return PeoplePage(found, rows, _place(rows[-1]) if len(rest) > most else None)


def _place(person: Person) -> After:
    return person.member, person.subscription if isinstance(person, StatusMember) else ""
