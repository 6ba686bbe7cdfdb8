"""Recorded rows as the actions of a story: what belongs together is one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from headcount.core.calendar import first_instant, local_date
from headcount.core.rating import Quantity
from headcount.core.seats import ASSIGNED, INVITED, REDEEMED, REMOVED
from headcount.core.subscriptions import (
    CANCEL,
    CHANGE_QUANTITY,
    SUBSCRIBE,
    Change,
    Subscription,
    earliest_end,
    effective_days,
)
from headcount.services.history import RecordedActivity, RecordedChange, RecordedSeat, RecordedStatus
from headcount.stories.writing import Fields, written_quantity


def written_time(at: datetime, place: ZoneInfo) -> date | datetime:
    """A date where it is 00:00, else local time, with an offset only where a clock shows that time twice."""
    day = local_date(at, place)
    if at == first_instant(day, place):
        return day
    local = at.astimezone(place).replace(microsecond=0)
    return local if local.fold else local.replace(tzinfo=None)


def written_people(statuses: Sequence[RecordedStatus], place: ZoneInfo) -> list[Fields]:
    members: dict[tuple[str, str, str, datetime | None], list[str]] = defaultdict(list)
    for one in statuses:
        since = None if one.from_at == one.recorded_at else one.from_at
        members[one.customer, one.role, one.status, since].append(one.member)
    return [
        _status_of_people(customer, role, status, people, since and written_time(since, place))
        for (customer, role, status, since), people in members.items()
    ]


def _status_of_people(
    customer: str, role: str, status: str, people: Sequence[str], since: date | datetime | None
) -> Fields:
    table: Fields = {"customer": customer, "status": status, "members": people}
    if since:
        table["since"] = since
    return {**table, "role": role} if role else table


_DEEDS = {ASSIGNED: "assign", INVITED: "invite", REDEEMED: "redeem", REMOVED: "remove"}


def written_seats(seats: Sequence[RecordedSeat], place: ZoneInfo) -> list[Fields]:
    """One table each: codes are never told, and a story redeems the last one that it sent."""
    tables = []
    for one in seats:
        table: Fields = {"subscription": one.subscription, "resend" if one.again else _DEEDS[one.kind]: [one.member]}
        if one.expires_at is not None and not one.again:
            table["days"] = (local_date(one.expires_at, place) - local_date(one.at, place)).days
        tables.append(table)
    return tables


def written_activity(activity: Sequence[RecordedActivity], place: ZoneInfo) -> list[Fields]:
    """By customer, day and kind: no window is shorter than a local day, so that the time of day changes no count."""
    members: dict[tuple[str, date, str], dict[str, None]] = defaultdict(dict)
    for one in activity:
        members[one.customer, local_date(one.occurred_at, place), one.kind][one.member] = None
    return [
        {"customer": customer, "kind": kind, "at": day, "members": list(people)}
        for (customer, day, kind), people in sorted(members.items())
    ]


def written_changes(changes: Sequence[RecordedChange]) -> dict[str, list[Fields]]:
    """Subscriptions, changes and cancellations of one request. A kind that stories cannot say is left out."""
    by_subscription: dict[str, list[RecordedChange]] = defaultdict(list)
    for one in changes:
        by_subscription[one.subscription.key].append(one)
    written: dict[str, list[Fields]] = {"subscribe": [], "change": [], "cancel": []}
    for found in by_subscription.values():
        for word, table in _written(found):
            written[word].append(table)
    return written


def _written(found: Sequence[RecordedChange]) -> Iterator[tuple[str, Fields]]:
    subscription = found[0].subscription
    kinds = [one.change.kind for one in found]
    cancelled = next((one.change for one in found if one.change.kind == CANCEL), None)
    if SUBSCRIBE in kinds:
        first = next(one for one in found if one.change.kind == SUBSCRIBE)
        yield "subscribe", _subscribe(first, cancelled)
    if wanted := [one.change for one in found if one.change.kind == CHANGE_QUANTITY]:
        yield "change", _change(subscription, wanted)
    if cancelled is not None and SUBSCRIBE not in kinds:
        yield "cancel", _cancel(subscription, cancelled)


def _subscribe(one: RecordedChange, cancelled: Change | None) -> Fields:
    subscription = one.subscription
    table: Fields = {"customer": one.customer, "plan": subscription.plan.key}
    if subscription.key != one.customer:
        table["subscription"] = subscription.key
    if one.change.quantities:
        table["quantity"] = written_quantity(dict(one.change.quantities))
    if subscription.start_on != one.change.recorded_on:
        table["start"] = subscription.start_on
    if cancelled is not None:
        table["end"] = cancelled.effective_on
    return table


def _change(subscription: Subscription, changes: Sequence[Change]) -> Fields:
    quantities = {key: amount for change in changes for key, amount in change.quantities}
    table: Fields = {"subscription": subscription.key, "quantity": _named_quantity(subscription, quantities)}
    day = _day_of_change(subscription, changes, quantities)
    return table if day == changes[0].recorded_on else {**table, "on": day}


def _named_quantity(subscription: Subscription, quantities: Mapping[str, Quantity]) -> object:
    """One number may stand alone only where the plan sells one quantity."""
    return written_quantity(quantities) if len(subscription.changes[0].quantities) == 1 else _amounts(quantities)


def _amounts(quantities: Mapping[str, Quantity]) -> object:
    return {key: written_quantity({key: amount}) for key, amount in quantities.items()}


def _day_of_change(subscription: Subscription, changes: Sequence[Change], quantities: Mapping[str, Quantity]) -> date:
    """The day for which it was asked: the one from which the same days follow. A decrease takes effect later."""
    before = Subscription(
        subscription.id, subscription.key, subscription.customer, subscription.plan_version, subscription.plan,
        subscription.start_on, tuple(one for one in subscription.changes if one.number < changes[0].number),
    )  # fmt: skip
    effective = {change.effective_on for change in changes}
    candidates = [changes[0].recorded_on, *sorted(effective)]
    return next((day for day in candidates if set(effective_days(before, quantities, day)) == effective), candidates[0])


def _cancel(subscription: Subscription, cancelled: Change) -> Fields:
    """Without a day where the terms lead to the same end."""
    table: Fields = {"subscription": subscription.key}
    is_by_notice = earliest_end(subscription, cancelled.recorded_on) == cancelled.effective_on
    return table if is_by_notice else {**table, "on": cancelled.effective_on}
