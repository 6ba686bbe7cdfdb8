"""Counts and the people behind them, for any meter and window (SPEC 1.14): the list is as long as the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from headcount.core.calendar import Interval, Period, local_date, month_of, month_text
from headcount.core.calendar import periods as periods_from
from headcount.core.catalog import MONTH, ActivityMeter, Meter, SeatMeter, SpanMeter, StatusMeter
from headcount.core.counting import (
    AT_A_MOMENT,
    DAY_BY_DAY,
    Counted,
    Stretch,
    average,
    day_counts,
    read_status,
    site_and_member,
    tally,
    weighed,
)
from headcount.core.errors import nearest, refuse
from headcount.core.members import StatusSpan
from headcount.services.accounts import instants, stretch
from headcount.services.context import Context
from headcount.services.customers import customer_id
from headcount.services.seated import of_customers
from headcount.services.windows import (
    EXACT,
    day_window,
    fitting_window,
    looked_at,
    parse_window,
    running_window,
    window_text,
)
from headcount.storage import catalog, counts, customers
from headcount.storage.catalog import StoredCatalog
from headcount.storage.counts import People, PresentMember
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class CountRow:
    """`count` is a whole number, but for an average."""

    meter: str
    customer: str
    window: str
    count: int | Decimal


def count(context: Context, meter_key: str, window: str | None, customer: str | None) -> list[CountRow]:
    """The counts of a window, or without one: every month of a meter that counts by months, else what runs now.

    A meter read day by day has a row for each run of days with one count. Refused: `unknown_meter`,
    `unknown_customer`, `window_of_another_kind`, `window_needed`, and what is no window.
    """
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        meter = meter_named(stored, meter_key)
        pools = {customer: customer_id(customer)} if customer is not None else customers.all_ids()
        if not isinstance(meter, ActivityMeter):
            people = spans(context, stored, [meter], list(pools.values()))[meter.key]
            return list(_span_counts(context, meter, window, pools, people))
        period = fitting_window(meter, window) if window else None
        if meter.window == MONTH and (window is None or EXACT not in window):
            start = period.start if period else None
            found = counts.counted(stored.meter_ids[meter.key], start, customer)
            return [CountRow(meter.key, c.customer, month_text(month_of(c.window_start)), c.count) for c in found]
        return _from_evidence(context, meter, window or running_window(meter, context.today), pools)


def _from_evidence(context: Context, meter: ActivityMeter, window: str, pools: dict[str, int]) -> list[CountRow]:
    days = instants(context, looked_at(meter, window, context.today))
    found = counts.active_by_pool(list(pools.values()), meter.kinds, *days)
    return [CountRow(meter.key, key, window, found[pool]) for key, pool in pools.items() if pool in found]


def spans(
    context: Context,
    stored: StoredCatalog,
    meters: Sequence[Meter],
    pools: Sequence[int],
    subscription: str | None = None,
) -> dict[str, Mapping[int, People]]:
    """Meter -> customer -> the people it can count, inside a transaction of the caller; none for meters of activity.

    A customer's seats are those of all their subscriptions, or of one, and a user is called `subscription/user`: with
    a seat of two subscriptions they count twice, as each is paid for.
    """
    found: dict[str, Mapping[int, People]] = {}
    by_status = [meter for meter in meters if isinstance(meter, StatusMeter)]
    found |= counts.status_spans(pools, by_status)
    by_seat = [meter for meter in meters if isinstance(meter, SeatMeter)]
    if by_seat:
        seated = of_customers(context, stored, pools, subscription)
        found |= {meter.key: seated.of_customers(meter, meter.statuses) for meter in by_seat}
    return found


def _span_counts(
    context: Context, meter: SpanMeter, window: str | None, pools: dict[str, int], histories: Mapping[int, People]
) -> Iterator[CountRow]:
    for key, pool in pools.items():
        people = histories.get(pool, {})
        for part in [parse_window(window)] if window else _months(context, people):
            for counted in count_up_to_now(context, meter, people, part):
                if counted.quantity:
                    yield CountRow(meter.key, key, window_text(counted.days), counted.quantity)


def _months(context: Context, people: People) -> Iterator[Period]:
    """From the month of the first status to the running one."""
    starts = [span.start for spans in people.values() for span in spans]
    if not starts:
        return iter(())
    first = month_of(local_date(min(starts), context.place))
    return takewhile(lambda month: month.start <= context.today, periods_from(first.start, Interval(1, "month")))


def count_up_to_now(context: Context, meter: SpanMeter, people: People, window: Period) -> Sequence[Counted]:
    """The reading of a window; one that still runs is read up to this moment. Empty: it has not begun."""
    days = _stretch_up_to_now(context, window)
    if days is None:
        return []
    counted = tally(people, meter.statuses, meter.reading, window, days)
    return counted if meter.reading == DAY_BY_DAY else [Counted(window, counted[0].quantity)]


def _stretch_up_to_now(context: Context, window: Period) -> Stretch | None:
    this_moment = context.now + timedelta(microseconds=1)
    return stretch(context, window).until(this_moment)


@dataclass(frozen=True, slots=True)
class StatusMember:
    """A person whom a status meter counts, and the span of the status that makes them count.

    `days`: at the end of how many days of the window, where a reading looks at every day. `subscription`: whose seat
    it is, if the meter counts seats.
    """

    member: str
    status: str
    start: datetime
    end: datetime | None
    days: int | None = None
    subscription: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The people behind one count: `active` for a meter of activity, `by_status` for one of statuses or seats.

    The list is as long as `count`. Where a reading looks at every day, `count` is their average and the days of all
    of them, divided by `window_days`, are that.
    """

    meter: Meter
    customer: str
    window: str
    count: int | Decimal
    active: tuple[PresentMember, ...] = ()
    by_status: tuple[StatusMember, ...] = ()
    window_days: int | None = None

    @property
    def has_subscriptions(self) -> bool:
        """Whether each person is one of a subscription."""
        return isinstance(self.meter, SeatMeter)

    @property
    def rows(self) -> tuple[PresentMember, ...] | tuple[StatusMember, ...]:
        return self.active if isinstance(self.meter, ActivityMeter) else self.by_status


def explain(
    context: Context, meter_key: str, customer: str, window: str | None, subscription: str | None = None
) -> Explanation:
    """Who counts, and why; without a window, in the one that runs.

    The window may be a month, a week, a day, or exact days `2026-04-20/2026-05-01`, as invoices name what they
    counted. Of seats those of one subscription, if it is named. Refused: `unknown_meter`, `unknown_customer`,
    `window_needed`, and what is no window.
    """
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        return explained(
            context, stored, meter_named(stored, meter_key), customer, customer_id(customer), window, subscription
        )


def explained(
    context: Context,
    stored: StoredCatalog,
    meter: Meter,
    customer: str,
    pool: int,
    window: str | None,
    subscription: str | None = None,
) -> Explanation:
    """The same of the people of a pool, inside a transaction of the caller."""
    if isinstance(meter, ActivityMeter):
        wanted = window or running_window(meter, context.today)
        active = _active(context, meter, stored.meter_ids[meter.key], pool, wanted)
        return Explanation(meter, customer, wanted, len(active), active=tuple(active))
    wanted = window or month_text(month_of(context.today))
    people = spans(context, stored, [meter], [pool], subscription)[meter.key].get(pool, {})
    return explain_spans(context, meter, customer, wanted, people)


def _active(context: Context, meter: ActivityMeter, meter_id: int, pool: int, window: str) -> list[PresentMember]:
    days = looked_at(meter, window, context.today)
    if meter.window == MONTH and days == month_of(days.start):
        return counts.present(pool, meter_id, days.start)
    return counts.active_members(pool, meter.kinds, *instants(context, days))


def explain_spans(context: Context, meter: SpanMeter, customer: str, window: str, people: People) -> Explanation:
    """Those of `people` whom a meter counts in a window, up to this moment."""
    period = parse_window(window)
    days = _stretch_up_to_now(context, period)
    if days is None:
        return Explanation(meter, customer, window, 0)
    if meter.reading in AT_A_MOMENT or period == day_window(period.start):
        reading = meter.reading if meter.reading in AT_A_MOMENT else "end"
        found = read_status(people, meter.statuses, reading, days)
        members = tuple(_person(meter, one.member, one.span) for one in found)
        return Explanation(meter, customer, window, len(members), by_status=members)
    on_days = weighed(people, meter.statuses, days)
    members = tuple(_person(meter, one.member, one.span, one.days) for one in on_days)
    number = average(day_counts(people, meter.statuses, days))
    return Explanation(meter, customer, window, number, by_status=members, window_days=len(days.day_ends))


def _person(meter: SpanMeter, name: str, span: StatusSpan, days: int | None = None) -> StatusMember:
    subscription, member = site_and_member(name) if isinstance(meter, SeatMeter) else ("", name)
    return StatusMember(member, span.status, span.start, span.end, days, subscription)


def meter_named(stored: StoredCatalog, key: str) -> Meter:
    if key in stored.meters:
        return stored.meters[key]
    raise refuse("unknown_meter", "meter", given=key, nearest=nearest(key, stored.meters))
