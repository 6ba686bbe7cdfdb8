"""Subscriptions: agreed, changed and cancelled by appending, never by editing (SPEC 4.3, 4.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from headcount.core.activity import Reject, check_text, first_refusal
from headcount.core.calendar import first_instant, parse_date, period_of
from headcount.core.errors import Refused, nearest, refuse
from headcount.core.rating import Quantity
from headcount.core.subscriptions import (
    CANCEL,
    CHANGE_QUANTITY,
    SUBSCRIBE,
    Change,
    Subscription,
    check_running,
    commitments,
    effective_days,
    first_quantities,
    parse_quantities,
)
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.context import Context, write_journal
from headcount.services.imports import Outcome, read_rows, with_positions
from headcount.storage import catalog, customers
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.subscriptions import GrantSpan
from headcount.storage.transaction import organization_transaction, share_catalog

COLUMNS = ("subscription", "customer", "plan", "start")
OPTIONAL = ("quantity", "end")


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription somebody wants. `quantity` as people write it: `25`, `unlimited`, `clients=20 coaches=2`."""

    key: str
    customer: str
    plan: str
    start_on: date
    quantity: str = ""
    end_on: date | None = None


def subscribe(context: Context, wish: Wish) -> Subscription:
    """Refused: unknown customers and plans, quantities that are not sold, `subscription_differs` for a key in use."""
    with organization_transaction(context.organization_id):
        share_catalog(context.organization_id)
        subscription, _ = _subscribe(context, _ground(context, [wish]), wish)
        write_journal(context, "subscription.subscribed", _for_journal([subscription]))
    return subscription


@dataclass(frozen=True, slots=True)
class _Ground:
    """What wishes are checked against, loaded once for all of them. `existing`: subscriptions by key."""

    stored: StoredCatalog
    customers: Mapping[str, int]
    existing: dict[str, Subscription]


def _ground(context: Context, wishes: Sequence[Wish]) -> _Ground:
    stored = catalog.load(context.organization_id)
    plans = catalog.plan_versions(stored.meters)
    existing = stored_subscriptions.load(plans, key__in=[wish.key for wish in wishes])
    return _Ground(stored, customers.ids({wish.customer for wish in wishes}), {one.key: one for one in existing})


def _subscribe(context: Context, ground: _Ground, wish: Wish) -> tuple[Subscription, bool]:
    """The subscription, and whether it is new. The same wish again changes nothing."""
    stored = ground.stored
    customer_id = ground.customers.get(wish.customer)
    if customer_id is None:
        raise refuse("unknown_customer", "customer", given=wish.customer,
                     nearest=nearest(wish.customer, customers.all_ids()))  # fmt: skip
    published = stored.published.get(wish.plan)
    if published is None:
        raise refuse("unknown_plan", "plan", given=wish.plan, nearest=nearest(wish.plan, stored.published))
    existing = ground.existing.get(wish.key)
    plan = existing.plan if existing else published.plan
    quantities = first_quantities(plan, parse_quantities(wish.quantity, plan))
    changes = _first_changes(wish, quantities, context.today)
    if existing is not None:
        _check_same(existing, customer_id, wish, changes)
        return existing, False
    if published.retired:
        raise refuse("plan_retired", "plan", given=wish.plan)
    subscription_id = stored_subscriptions.insert(
        context.organization_id, wish.key, customer_id, published.version_id, wish.start_on, context.now
    )
    subscription = Subscription(subscription_id, wish.key, customer_id, published.version_id, plan, wish.start_on, ())
    for change in changes:
        subscription = _append(context, subscription, change)
    _grant(context, stored, subscription)
    ground.existing[wish.key] = subscription
    return subscription, True


def _first_changes(wish: Wish, quantities: dict[str, Quantity], today: date) -> list[Change]:
    first = Change(1, SUBSCRIBE, wish.start_on, tuple(sorted(quantities.items())), today)
    if wish.end_on is None:
        return [first]
    if wish.end_on < wish.start_on:
        raise refuse("before_start", "end", given=str(wish.end_on), start=str(wish.start_on))
    return [first, Change(2, CANCEL, wish.end_on, (), today)]


def _check_same(existing: Subscription, customer_id: int, wish: Wish, changes: Sequence[Change]) -> None:
    wanted = {
        "customer": (existing.customer, customer_id),
        "plan": (existing.plan.key, wish.plan),
        "start": (existing.start_on, wish.start_on),
        "quantity": (existing.changes[0].quantities, changes[0].quantities),
    }
    for field, (before, given) in wanted.items():
        if before != given:
            raise refuse("subscription_differs", field, subscription=wish.key)


def find(stored: StoredCatalog, key: str) -> Subscription | None:
    found = stored_subscriptions.load(catalog.plan_versions(stored.meters), key=key)
    return found[0] if found else None


def change_quantity(context: Context, key: str, quantity: str, on: date | None = None) -> list[Change]:
    """A larger quantity holds from `on` (today), a smaller one from the next billing period. What was appended."""
    with organization_transaction(context.organization_id):
        stored, subscription = _locked(context, key)
        wanted = parse_quantities(quantity, subscription.plan)
        if not wanted:
            raise refuse("empty_field", "quantity")
        day = on or context.today
        check_running(subscription, day)
        before = len(subscription.changes)
        for effective_on, quantities in effective_days(subscription, wanted, day).items():
            subscription = _changed(context, stored, subscription, CHANGE_QUANTITY, effective_on, quantities)
        write_journal(context, "subscription.changed", _for_journal([subscription], before))
    return list(subscription.changes[before:])


def cancel(context: Context, key: str, on: date | None = None) -> tuple[Subscription, date]:
    """Ends a subscription: at the end of the running billing period, or so that `on` is the first day without it."""
    with organization_transaction(context.organization_id):
        stored, subscription = _locked(context, key)
        check_running(subscription, on or max(context.today, subscription.start_on))
        today = max(context.today, subscription.start_on)
        end_on = on or period_of(subscription.start_on, subscription.plan.billing_period, today).end
        cancelled = _changed(context, stored, subscription, CANCEL, end_on, {})
        write_journal(context, "subscription.cancelled", _for_journal([cancelled], len(subscription.changes)))
    return cancelled, end_on


def _locked(context: Context, key: str) -> tuple[StoredCatalog, Subscription]:
    share_catalog(context.organization_id)
    stored = catalog.load(context.organization_id)
    found = find(stored, key)
    if found is None:
        raise refuse("unknown_subscription", "subscription", given=key)
    customers.lock([found.customer])
    locked = find(stored, key)
    assert locked is not None
    return stored, locked


def _changed(
    context: Context,
    stored: StoredCatalog,
    subscription: Subscription,
    kind: str,
    effective_on: date,
    quantities: dict[str, Quantity],
) -> Subscription:
    number = len(subscription.changes) + 1
    change = Change(number, kind, effective_on, tuple(sorted(quantities.items())), context.today)
    changed = _append(context, subscription, change)
    _grant(context, stored, changed)
    return changed


def _append(context: Context, subscription: Subscription, change: Change) -> Subscription:
    stored_subscriptions.append_change(
        context.organization_id, subscription.id, change, context.now, context.actor, context.request_id
    )
    return replace(subscription, changes=(*subscription.changes, change))


def _grant(context: Context, stored: StoredCatalog, subscription: Subscription) -> None:
    """The limits that follow: what is committed of a metered charge, from local midnight to local midnight."""
    spans = [
        GrantSpan(
            meter_id=stored.meter_ids[charge.meter],
            quantity=quantity,
            from_at=first_instant(part.start, context.place),
            to_at=None if part.end == date.max else first_instant(part.end, context.place),
        )
        for charge in subscription.plan.committed
        if charge.meter
        for part, quantity in commitments(subscription, charge.key)
    ]
    stored_subscriptions.replace_grants(context.organization_id, subscription, spans)


def _for_journal(subscriptions: Sequence[Subscription], since: int = 0) -> dict[str, object]:
    """The changes numbered above `since`, each with the id of its subscription."""
    return {
        "changes": [
            [one.id, change.number, change.kind, str(change.effective_on), [list(pair) for pair in change.quantities]]
            for one in subscriptions
            for change in one.changes[since:]
        ]
    }


def list_subscriptions(context: Context) -> list[tuple[Subscription, str]]:
    """Every subscription with the key of its customer."""
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        keys = {customer_id: key for key, customer_id in customers.all_ids().items()}
        found = stored_subscriptions.load(catalog.plan_versions(stored.meters))
        return [(subscription, keys[subscription.customer]) for subscription in found]


def import_subscriptions(context: Context, chunks: Iterable[Chunk], *, dry_run: bool) -> Iterator[tuple[int, Outcome]]:
    """Outcomes: added, unchanged, refused."""
    return with_positions(context, chunks, take_subscriptions, dry_run=dry_run)


def take_subscriptions(context: Context, chunk: Chunk) -> Outcome:
    """One chunk, inside a transaction of the caller."""
    share_catalog(context.organization_id)
    wishes, rejects = read_rows(chunk, lambda line, values: (line, values, _wish(values)))
    ground = _ground(context, [wish for _, _, wish in wishes])
    made = []
    for line, values, wish in wishes:
        try:
            subscription, is_new = _subscribe(context, ground, wish)
        except Refused as refused:
            rejects.append(Reject(line, first_refusal(refused), raw_row(values)))
        else:
            made += [subscription] if is_new else []
    if made:
        write_journal(context, "subscriptions.imported", _for_journal(made))
    unchanged = len(chunk.rows) + len(chunk.rejects) - len(rejects) - len(made)
    return Outcome(Counter(added=len(made), unchanged=unchanged, refused=len(rejects)), rejects)


def _wish(values: Sequence[str]) -> Wish:
    key, customer, plan, start, quantity, end = (value.strip() for value in values)
    check_text(values, (*COLUMNS, *OPTIONAL))
    if not (key and customer and plan and start):
        raise refuse("empty_field", next(c for c, v in zip(COLUMNS, values, strict=False) if not v.strip()))
    end_on = parse_date(end, "end") if end else None
    return Wish(key, customer, plan, parse_date(start, "start"), quantity, end_on)
