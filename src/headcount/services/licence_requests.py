"""A licence never shrinks by itself: it is lowered on request, or a raise by accident is undone (SPEC 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from headcount.core.catalog import Charge, SeatMeter
from headcount.core.errors import refuse
from headcount.core.limits import Limit
from headcount.core.rating import UNLIMITED, Quantity, is_less
from headcount.core.subscriptions import (
    CHANGE_QUANTITY,
    RAISE,
    RESET,
    UNDO_RAISE,
    Subscription,
    check_running,
    commitments,
    standing,
)
from headcount.services.agreements import changes_for_journal, locked_subscription, with_change
from headcount.services.context import Context, write_journal
from headcount.services.events import tell
from headcount.services.seated import Seated
from headcount.services.used import used_now
from headcount.storage import licence_requests
from headcount.storage import limits as stored_limits
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.licence_requests import OpenRequest
from headcount.storage.transaction import committed_or_not, organization_transaction

__all__ = ["Lowered", "OpenRequest", "approve", "decline", "request_reset", "requests", "undo_raise"]


@dataclass(frozen=True, slots=True)
class Lowered:
    """`to`: what holds from `effective_on` on."""

    subscription: str
    charge: str
    before: Quantity
    to: Quantity
    effective_on: date


def request_reset(context: Context, key: str, size: int, charge: str = "") -> str:
    """Asks for a smaller licence. Returns the id of the request; nothing changes until staff approve it.

    Refused: `which_charge`, `size_not_sold`, `not_lower`, `count_above`, `request_open`.
    """
    with organization_transaction(context.organization_id):
        stored, subscription = locked_subscription(context, key)
        check_running(subscription, context.today)
        chosen = _charge(subscription, charge)
        _check_lower(context, stored, subscription, chosen, size)
        if waiting := licence_requests.waiting(subscription.id, chosen.key):
            raise refuse("request_open", "subscription", subscription=key, request=waiting)
        made = licence_requests.insert(
            context.organization_id, subscription.id, chosen.key, size, context.now, context.actor
        )
        write_journal(context, "licence.reset_requested", {"request": made, "size": size})
    return made


def approve(context: Context, request_id: str, *, dry_run: bool = False) -> Lowered:
    """Lowers the licence from the next billing period on. Refused: `unknown_request`, `count_above`."""
    with committed_or_not(context.organization_id, dry_run=dry_run):
        request = _open(request_id)
        stored, subscription = locked_subscription(context, request.subscription)
        check_running(subscription, context.today)
        charge = subscription.plan.charge(request.charge)
        _check_lower(context, stored, subscription, charge, request.size)
        day = max(context.today, subscription.start_on)
        lowered = _lower(context, stored, subscription, RESET, subscription.period_of(day).end, charge, request.size)
        licence_requests.decide(request_id, "approved", context.now, context.actor)
    return lowered


def decline(context: Context, request_id: str) -> None:
    """Refused: `unknown_request`."""
    with organization_transaction(context.organization_id):
        _open(request_id)
        licence_requests.decide(request_id, "declined", context.now, context.actor)
        write_journal(context, "licence.reset_declined", {"request": request_id})


def requests(context: Context) -> list[OpenRequest]:
    """The requests that nobody has decided, oldest first."""
    with organization_transaction(context.organization_id):
        return licence_requests.every_open()


def undo_raise(context: Context, key: str, *, dry_run: bool = False) -> Lowered:
    """Takes back the last raise, as of the moment it happened; what it made due is corrected by the next run.

    What was agreed for later, and was taken back by the raise, holds again.
    Refused: `nothing_to_undo` (there is none, something was agreed since, or its time is over), `count_above`.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        stored, subscription = locked_subscription(context, key)
        check_running(subscription, context.today)
        last = subscription.changes[-1]
        if last.kind != RAISE:
            raise refuse("nothing_to_undo", "subscription", subscription=key, reason=last.kind)
        ((charge_key, _),) = last.quantities
        charge = subscription.plan.charge(charge_key)
        raised_at = stored_subscriptions.recorded_at(subscription.id, last.number)
        if context.now > raised_at + timedelta(hours=charge.undo_hours):
            raise refuse("nothing_to_undo", "subscription", subscription=key, reason=_local(context, raised_at))
        agreed_before = replace(subscription, changes=subscription.changes[:-1])
        before = _in_force(agreed_before, charge_key, last.recorded_on)
        _check_count(context, stored, subscription, charge, before)
        waited = [one for one in standing(agreed_before.changes, charge_key) if one[0] > last.recorded_on]
        return _lower(context, stored, subscription, UNDO_RAISE, last.effective_on, charge, before, waited)


def _local(context: Context, at: datetime) -> str:
    return at.astimezone(context.place).isoformat(timespec="minutes")


def _in_force(subscription: Subscription, charge: str, day: date) -> Quantity:
    """How many may count on a day, also where that is paid for only later."""
    on = max(day, subscription.start_on)
    return next(size for part, size in commitments(subscription, charge) if part.start <= on < part.end)


def _open(request_id: str) -> OpenRequest:
    found = licence_requests.find_open(request_id)
    if found is None:
        raise refuse("unknown_request", "request", given=request_id)
    return found


def _charge(subscription: Subscription, key: str) -> Charge:
    metered = [charge for charge in subscription.plan.sold if charge.meter and key in ("", charge.key)]
    if len(metered) != 1:
        sold = ", ".join(charge.key for charge in subscription.plan.sold)
        raise refuse(
            "which_charge" if len(metered) > 1 else "unknown_charge", "charge", given=key, sold=sold, nearest=""
        )
    return metered[0]


def _check_lower(
    context: Context, stored: StoredCatalog, subscription: Subscription, charge: Charge, size: int
) -> None:
    agreed = _in_force(subscription, charge.key, context.today)
    if not is_less(size, agreed):
        raise refuse("not_lower", "size", size=size, agreed=agreed)
    if charge.sizes and size not in charge.sizes:
        sold = ", ".join(map(str, charge.sizes))
        raise refuse("size_not_sold", "size", charge=charge.key, given=size, sold=sold)
    _check_count(context, stored, subscription, charge, size)


def _check_count(
    context: Context, stored: StoredCatalog, subscription: Subscription, charge: Charge, size: Quantity
) -> None:
    """All who count must have room, with what other subscriptions give; of seats only its own users count."""
    meter, pool = stored.meters[charge.meter], subscription.customer
    if isinstance(meter, SeatMeter):
        used = len(Seated(context, [subscription]).holders(meter, subscription))
        others = Limit((), is_sold=True)
    else:
        used = used_now(context, stored, meter, pool, subscription).count
        held = stored_limits.held(pool, stored.meter_ids[meter.key], context.now)
        others = replace(held, grants=tuple(one for one in held.grants if one.subscription != subscription.id))
    if others.quantity is not UNLIMITED and size is not UNLIMITED and others.quantity + size < used:
        raise refuse("count_above", "size", used=used, size=size)


def _lower(
    context: Context, stored: StoredCatalog, subscription: Subscription, kind: str, on: date, charge: Charge,
    to: Quantity, then: Sequence[tuple[date, Quantity]] = (),
) -> Lowered:  # fmt: skip
    """`then`: what is agreed anew for later days."""
    before = _in_force(subscription, charge.key, context.today)
    lowered = with_change(context, stored, subscription, kind, on, {charge.key: to})
    for day, quantity in then:
        lowered = with_change(context, stored, lowered, CHANGE_QUANTITY, day, {charge.key: quantity})
    details: dict[str, object] = {
        "subscription": subscription.key, "charge": charge.key, "from": before, "to": to, "effective_on": str(on),
    }  # fmt: skip
    tell(context, "licence.lowered", customer_id=subscription.customer, details=details)
    write_journal(context, f"licence.{kind}", changes_for_journal([lowered], len(subscription.changes)))
    return Lowered(subscription.key, charge.key, before, to, on)
