"""Counts and the people behind them, for any meter and window (SPEC 1.14): the list is as long as the number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from headcount.core.calendar import Interval, Period, local_date, month_of, month_text, parse_date, parse_month
from headcount.core.calendar import periods as periods_from
from headcount.core.catalog import ActivityMeter, Meter, StatusMeter
from headcount.core.counting import CountedMember, Stretch, read_status
from headcount.core.errors import nearest, refuse
from headcount.services.accounts import instants, stretch
from headcount.services.context import Context
from headcount.services.customers import customer_id
from headcount.storage import catalog, counts, customers
from headcount.storage.catalog import StoredCatalog
from headcount.storage.counts import People, PresentMember
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class CountRow:
    meter: str
    customer: str
    window: str
    count: int


def count(context: Context, meter_key: str, window: str | None, customer: str | None) -> list[CountRow]:
    """Every non-empty window of a meter, or one: a month `2026-05`; for a status meter also a day `2026-05-31`.

    Refused: `unknown_meter`, `unknown_customer`, `not_a_month`, `day_of_activity_meter`.
    """
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        meter = _meter(stored, meter_key)
        if customer is not None:
            customer_id(customer)
        if isinstance(meter, ActivityMeter):
            start = _month(window).start if window else None
            found = counts.counted(stored.meter_ids[meter.key], start, customer)
            return [CountRow(meter.key, c.customer, month_text(month_of(c.window_start)), c.count) for c in found]
        return list(_status_counts(context, meter, window, customer))


def _status_counts(
    context: Context, meter: StatusMeter, window: str | None, customer: str | None
) -> Iterator[CountRow]:
    pools = [(key, pool) for key, pool in customers.all_ids().items() if customer in (None, key)]
    histories = counts.status_spans(pool for _, pool in pools)
    for key, pool in pools:
        people = histories.get(pool, {})
        for part in [parse_window(window)] if window else _months(context, people):
            if found := read_up_to_now(context, meter, people, part):
                yield CountRow(meter.key, key, _window_text(part), len(found))


def _months(context: Context, people: People) -> Iterator[Period]:
    """From the month of the first status to the running one."""
    starts = [span.start for spans in people.values() for span in spans]
    if not starts:
        return iter(())
    first = month_of(local_date(min(starts), context.place))
    return takewhile(lambda month: month.start <= context.today, periods_from(first.start, Interval(1, "month")))


def read_up_to_now(context: Context, meter: StatusMeter, people: People, window: Period) -> list[CountedMember]:
    """The reading of a window; one that still runs is read up to this moment."""
    whole = stretch(context, window)
    this_moment = context.now + timedelta(microseconds=1)
    until_now = Stretch(whole.start, whole.first_day_end, min(whole.end, this_moment))
    return read_status(people, meter.statuses, meter.reading, until_now) if until_now.start < until_now.end else []


@dataclass(frozen=True, slots=True)
class StatusMember:
    """A person whom a status meter counts, and the span of the status that makes them count."""

    member: str
    status: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The people behind one count: `active` for a meter of activity, `by_status` for one of statuses."""

    meter: Meter
    customer: str
    window: str
    active: tuple[PresentMember, ...] = ()
    by_status: tuple[StatusMember, ...] = ()

    @property
    def count(self) -> int:
        return len(self.active) + len(self.by_status)


def explain(context: Context, meter_key: str, customer: str, window: str | None) -> Explanation:
    """Who counts, and why; without a window, in the month that runs.

    The window may be a month, a day, or a period `2026-04-20/2026-05-01`, as invoices name the part of a month that a
    subscription covers. Refused: `unknown_meter`, `unknown_customer`, `not_a_month`, `not_a_date`.
    """
    wanted = window or month_text(month_of(context.today))
    period = parse_window(wanted)
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        meter, pool = _meter(stored, meter_key), customer_id(customer)
        if isinstance(meter, ActivityMeter):
            active = _active(context, meter, stored.meter_ids[meter.key], pool, period)
            return Explanation(meter, customer, wanted, active=tuple(active))
        found = read_up_to_now(context, meter, counts.status_spans([pool]).get(pool, {}), period)
        by_status = (StatusMember(one.member, one.span.status, one.span.start, one.span.end) for one in found)
        return Explanation(meter, customer, wanted, by_status=tuple(by_status))


def _active(context: Context, meter: ActivityMeter, meter_id: int, pool: int, period: Period) -> list[PresentMember]:
    if period == month_of(period.start):
        return counts.present(pool, meter_id, period.start)
    return counts.active_members(pool, meter.kinds, *instants(context, period))


def _meter(stored: StoredCatalog, key: str) -> Meter:
    if key in stored.meters:
        return stored.meters[key]
    raise refuse("unknown_meter", "meter", given=key, nearest=nearest(key, stored.meters))


def _month(window: str) -> Period:
    if len(window) != len("2026-05"):
        raise refuse("day_of_activity_meter", "window", given=window)
    return parse_month(window)


def parse_window(text: str) -> Period:
    """`2026-05`, the day `2026-05-31`, or the period `2026-05-15/2026-06-15`, half-open."""
    start, is_period, end = text.partition("/")
    if is_period:
        return Period(parse_date(start, "window"), parse_date(end, "window"))
    if len(text) == len("2026-05-31"):
        day = parse_date(text, "window")
        return Period(day, day + timedelta(days=1))
    return parse_month(text)


def _window_text(window: Period) -> str:
    return str(window.start) if window.days == 1 else month_text(window)
