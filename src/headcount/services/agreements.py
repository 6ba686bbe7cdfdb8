"""Appending to a subscription, with the limits that follow, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from headcount.core.calendar import Period, first_instant
from headcount.core.catalog import Charge
from headcount.core.errors import refuse
from headcount.core.limits import NO_LIMIT
from headcount.core.rating import Quantity
from headcount.core.subscriptions import (
    CHANGE_QUANTITY,
    Change,
    Subscription,
    check_running,
    commitments,
    effective_days,
    parse_quantities,
)
from headcount.services.context import Context, write_journal
from headcount.storage import catalog, customers
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.subscriptions import GrantSpan
from headcount.storage.transaction import share_catalog


def find(stored: StoredCatalog, key: str) -> Subscription | None:
    found = stored_subscriptions.load(stored.versions, key=key)
    return found[0] if found else None


def append_quantity(context: Context, key: str, quantity: str, on: date | None = None) -> list[Change]:
    """`change_quantity`, inside a transaction of the caller."""
    stored, subscription = locked_subscription(context, key)
    wanted = parse_quantities(quantity, subscription.plan)
    if not wanted:
        raise refuse("empty_field", "quantity")
    day = on or context.today
    check_running(subscription, day)
    before = len(subscription.changes)
    for effective_on, quantities in effective_days(subscription, wanted, day).items():
        subscription = with_change(context, stored, subscription, CHANGE_QUANTITY, effective_on, quantities)
    write_journal(context, "subscription.changed", changes_for_journal([subscription], before))
    return list(subscription.changes[before:])


def locked_subscription(context: Context, key: str) -> tuple[StoredCatalog, Subscription]:
    share_catalog(context.organization_id)
    stored = catalog.load(context.organization_id)
    found = find(stored, key)
    if found is None:
        raise refuse("unknown_subscription", "subscription", given=key)
    customers.lock([found.customer])
    locked = find(stored, key)
    assert locked is not None
    return stored, locked


def with_change(
    context: Context,
    stored: StoredCatalog,
    subscription: Subscription,
    kind: str,
    effective_on: date,
    quantities: dict[str, Quantity],
) -> Subscription:
    number = len(subscription.changes) + 1
    change = Change(number, kind, effective_on, tuple(sorted(quantities.items())), context.today)
    changed = append_change(context, subscription, change)
    give_limits(context, stored, changed)
    return changed


def append_change(context: Context, subscription: Subscription, change: Change) -> Subscription:
    stored_subscriptions.append_change(
        context.organization_id, subscription.id, change, context.now, context.actor, context.request_id
    )
    customers.touch([subscription.customer], change.effective_on, context.today)
    return replace(subscription, changes=(*subscription.changes, change))


def give_limits(context: Context, stored: StoredCatalog, subscription: Subscription) -> None:
    spans = limit_spans(context, stored, subscription)
    stored_subscriptions.replace_grants(context.organization_id, subscription, spans)


def limit_spans(context: Context, stored: StoredCatalog, subscription: Subscription) -> list[GrantSpan]:
    """The limits that follow: what is committed of a metered charge, from local midnight to local midnight."""
    return [
        GrantSpan(
            meter_id=stored.meter_ids[charge.meter],
            quantity=quantity,
            from_at=first_instant(part.start, context.place),
            to_at=None if part.end == date.max else first_instant(part.end, context.place),
            at_limit=NO_LIMIT if charge.basis == "counted" and charge.maximum_members is None else charge.at_limit,
        )
        for charge in subscription.plan.charges
        if charge.meter
        for part, quantity in _promised(subscription, charge)
    ]


def _promised(subscription: Subscription, charge: Charge) -> list[tuple[Period, Quantity]]:
    """What was bought; of a counted charge its maximum, or no limit if it has none."""
    if charge.basis == "committed":
        return commitments(subscription, charge.key)
    running = Period(subscription.start_on, subscription.end_on or date.max)
    limits = not charge.included and running.start < running.end
    return [(running, charge.maximum_members)] if limits else []


def changes_for_journal(subscriptions: Sequence[Subscription], since: int = 0) -> dict[str, object]:
    """The changes numbered above `since`, each with the id of its subscription."""
    return {
        "changes": [
            [one.id, change.number, change.kind, str(change.effective_on), [list(pair) for pair in change.quantities]]
            for one in subscriptions
            for change in one.changes[since:]
        ]
    }
