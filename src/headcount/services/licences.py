"""Licences: what happens when one more wants to count than was bought (SPEC 2.1 to 2.6).

Everything here happens inside a transaction that holds the customer, so one rise of a count is decided once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from headcount.core.calendar import month_of
from headcount.core.catalog import AT_ONCE, ActivityMeter, Charge
from headcount.core.errors import Refusal, Refused
from headcount.core.expected import expected
from headcount.core.limits import BLOCK, EXTEND, Limit, crossed, last_size, next_size
from headcount.core.money import major
from headcount.core.rating import is_less
from headcount.core.shapes import of_shape
from headcount.core.subscriptions import RAISE, Change, Subscription
from headcount.services.agreements import changes_for_journal, with_change
from headcount.services.context import Context, write_journal
from headcount.services.events import NewEvent, tell_all
from headcount.services.used import resets, running_days
from headcount.storage import catalog
from headcount.storage import limits as stored_limits
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.transaction import organization_transaction


@dataclass(frozen=True, slots=True)
class Package:
    """The next size of a licence. `now`: what a change to it makes due today; `price`: of a whole period.

    Amounts are net, in major units of `currency`. `paid_from`: the first day that it is paid for.
    """

    subscription: str
    charge: str
    size: int
    now: Decimal
    price: Decimal
    currency: str
    paid_from: date

    @property
    def numbers(self) -> dict[str, object]:
        return {
            "next_size": self.size,
            "next_now": f"{self.now:f}",
            "next_price": f"{self.price:f}",
            "currency": self.currency,
        }


class LimitRefused(Refused):
    """Nobody more may count. The refusal takes back what was done; `event` is told all the same, by whoever asked."""

    def __init__(self, refusal: Refusal, event: NewEvent) -> None:
        super().__init__(refusal)
        self.event = event


@contextmanager
def refusals_told(context: Context, *, dry_run: bool = False) -> Iterator[None]:
    """Around a transaction that may be refused for a limit: the vendor is told then, in a transaction of its own."""
    try:
        yield
    except LimitRefused as refused:
        if not dry_run:
            with organization_transaction(context.organization_id):
                tell_all(context, [refused.event])
        raise


def make_room(
    context: Context,
    pool_id: int,
    meter_key: str,
    used: int,
    wanted: int,
    *,
    subscription_id: int | None = None,
    reported: bool = False,
    accept_up_to: Decimal | None = None,
) -> None:
    """A count rises from `used` to `wanted`: let it, raise the licence, or refuse; and tell what limits it crosses.

    `subscription_id`: only what this subscription gives matters, as with seats. `reported`: it has happened already,
    so nothing is refused. `accept_up_to`: the most that a raise may make due now, net, in major units.
    Refused, as `LimitRefused`: `limit_reached`, `price_not_accepted`.
    """
    if wanted <= used:
        return
    stored = catalog.load(context.organization_id)
    limit = stored_limits.held(pool_id, stored.meter_ids[meter_key], context.now, subscription_id)
    before = limit
    if not limit.has_room_for(wanted) and limit.at_limit in (BLOCK, EXTEND):
        package = next_package(context, stored, meter_key, limit, wanted)
        if package is None and reported:
            package = next_package(context, stored, meter_key, limit, wanted, or_the_last=True)
        if package is not None and limit.at_limit == EXTEND:
            if not reported and accept_up_to is not None and package.now > accept_up_to:
                raise _not_accepted(context, stored, pool_id, meter_key, limit, used, package, accept_up_to)
            raise_licence(context, stored, pool_id, package)
            limit = stored_limits.held(pool_id, stored.meter_ids[meter_key], context.now, subscription_id)
        elif not reported:
            raise limit_reached(context, stored, pool_id, meter_key, limit, used, package)
    tell_crossings(context, stored, pool_id, meter_key, before, limit, used, wanted, subscription_id)


def _not_accepted(
    context: Context, stored: StoredCatalog, pool_id: int, meter_key: str, limit: Limit, used: int, package: Package,
    accepted: Decimal,
) -> LimitRefused:  # fmt: skip
    numbers = _numbers(context, stored, meter_key, limit, used, package) | {"accepted": f"{accepted:f}"}
    refusal = Refusal("price_not_accepted", "accept_up_to", numbers=numbers)
    return LimitRefused(refusal, _event(context, refusal.code, pool_id, meter_key, limit, used))


def limit_reached(
    context: Context, stored: StoredCatalog, pool_id: int, meter_key: str, limit: Limit, used: int,
    package: Package | None,
) -> LimitRefused:  # fmt: skip
    """One more finds no place."""
    refusal = Refusal("limit_reached", "member", numbers=_numbers(context, stored, meter_key, limit, used, package))
    return LimitRefused(refusal, _event(context, refusal.code, pool_id, meter_key, limit, used))


def _numbers(
    context: Context, stored: StoredCatalog, meter_key: str, limit: Limit, used: int, package: Package | None
) -> dict[str, object]:
    """Limit, used, when the count begins again, and what the next package costs now (SPEC 2.1)."""
    resets_at = resets(context, stored.meters[meter_key])
    return {
        "meter": meter_key,
        "limit": limit.quantity,
        "used": used,
        "resets_at": resets_at.astimezone(context.place).isoformat() if resets_at else None,
        **(package.numbers if package else {"next_size": None, "next_now": None, "next_price": None}),
    }


def _event(context: Context, code: str, pool_id: int, meter_key: str, limit: Limit, used: int) -> NewEvent:
    """Told once a month for one count against one limit, since the same is asked again and again."""
    details = {"code": code, "meter": meter_key, "limit": limit.quantity, "used": used}
    once = f"claim.refused|{code}|{meter_key}|{pool_id}|{month_of(context.today).start}|{used}/{limit.quantity}"
    return NewEvent("claim.refused", pool_id, None, details, once)


def next_package(
    context: Context, stored: StoredCatalog, meter_key: str, limit: Limit, wanted: int, *, or_the_last: bool = False
) -> Package | None:
    """The smallest size of one of the licences that makes room for all; None where none is sold that large.

    Of several licences one that extends itself is asked first. `or_the_last`: else the largest there is, as if those
    who were reported together had come one by one.
    """
    quantity = limit.quantity
    if quantity is None:
        return None
    for grant in sorted(limit.grants, key=lambda one: (one.at_limit != EXTEND, one.subscription)):
        (subscription,) = stored_subscriptions.by_ids(stored.versions, [grant.subscription])
        charge = next((c for c in subscription.plan.sold if c.meter == meter_key), None)
        if charge is None or grant.quantity is None:
            continue
        size = next_size(charge, wanted - quantity + grant.quantity)
        if size is None and or_the_last and is_less(grant.quantity, last_size(charge)):
            size = last_size(charge)
        if size is not None and (grant.at_limit == EXTEND or limit.at_limit != EXTEND):
            return _package(context, subscription, charge, size)
    return None


def _package(context: Context, subscription: Subscription, charge: Charge, size: int) -> Package:
    """What it costs is the same for all contracts of one shape, and is asked again and again at a limit."""
    currency, paid_from = context.terms.currency, _paid_from(context, subscription, charge)
    now_minor = of_shape(
        subscription,
        ("package", charge.key, size, currency, context.today),
        lambda: (
            _due_minor(context, _raised(context, subscription, charge, size, paid_from), charge)
            - _due_minor(context, subscription, charge)
        ),
    )
    return Package(
        subscription.key, charge.key, size, major(now_minor, currency), charge.price(size), currency, paid_from
    )


def _paid_from(context: Context, subscription: Subscription, charge: Charge) -> date:
    day = max(context.today, subscription.start_on)
    return day if charge.extended == AT_ONCE else subscription.period_of(day).end


def _raised(context: Context, subscription: Subscription, charge: Charge, size: int, on: date) -> Subscription:
    number = len(subscription.changes) + 1
    change = Change(number, RAISE, on, ((charge.key, size),), context.today)
    return replace(subscription, changes=(*subscription.changes, change))


def _due_minor(context: Context, subscription: Subscription, charge: Charge) -> int:
    """What a charge that is bought comes to up to today, from the running period on."""
    alone = replace(subscription, plan=replace(subscription.plan, charges=(charge,)))
    found = expected(alone, context.terms.currency, {}, {}, context.today, context.today)
    return sum(coverage.amount_minor for coverage in found)


def raise_licence(context: Context, stored: StoredCatalog, pool_id: int, package: Package) -> None:
    """Appends the raise; the price follows from the difference, with the next run. Its limit holds at once."""
    (subscription,) = stored_subscriptions.load(stored.versions, key=package.subscription)
    before = subscription.quantity_on(package.charge, max(context.today, subscription.start_on))
    raised = with_change(context, stored, subscription, RAISE, package.paid_from, {package.charge: package.size})
    details: dict[str, object] = {
        "subscription": package.subscription,
        "charge": package.charge,
        "from": before,
        "to": package.size,
        "now": f"{package.now:f}",
        "price": f"{package.price:f}",
        "currency": package.currency,
        "paid_from": str(package.paid_from),
    }
    tell_all(context, [NewEvent("licence.raised", pool_id, None, details)])
    write_journal(context, "licence.raised", changes_for_journal([raised], len(subscription.changes)))


def tell_crossings(
    context: Context, stored: StoredCatalog, pool_id: int, meter_key: str, before: Limit, after: Limit, used: int,
    wanted: int, subscription_id: int | None = None,
) -> None:  # fmt: skip
    """Limits that are near, reached or exceeded, once in a window; where nothing resets, in a month (SPEC 2.6)."""
    notices = crossed(after.quantity, used if after == before else 0, wanted)
    if not notices:
        return
    meter = stored.meters[meter_key]
    window = running_days(context, meter, None) if isinstance(meter, ActivityMeter) else None
    since = (window or month_of(context.today)).start
    details = {"meter": meter_key, "limit": after.quantity, "used": wanted, "window": str(window) if window else None}
    once = f"{stored.meter_ids[meter_key]}|{subscription_id or pool_id}|{since}|{after.quantity}"
    tell_all(context, [NewEvent(notice, pool_id, None, details, f"{notice}|{once}") for notice in notices])
