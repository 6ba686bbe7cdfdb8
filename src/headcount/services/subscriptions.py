"""Subscriptions: agreed, changed and cancelled by appending, never by editing (SPEC 4.3, 4.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headcount.core.activity import Reject, check_text, first_refusal
from headcount.core.calendar import parse_date
from headcount.core.errors import Refused, nearest, refuse
from headcount.core.rating import Quantity
from headcount.core.subscriptions import (
    CANCEL,
    SUBSCRIBE,
    Change,
    Subscription,
    check_running,
    earliest_end,
    first_quantities,
    parse_quantities,
)
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.agreements import (
    append_change,
    append_quantity,
    changes_for_journal,
    give_limits,
    locked_subscription,
    with_change,
)
from headcount.services.context import Context, write_journal
from headcount.services.imports import Outcome, read_rows, with_positions
from headcount.services.previews import change_with_preview
from headcount.storage import catalog, chains, customers
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.transaction import organization_transaction, share_catalog

COLUMNS = ("subscription", "customer", "plan", "start")
OPTIONAL = ("quantity", "end", "purchase_order")


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription somebody wants. `quantity` as people write it: `25`, `unlimited`, `clients=20 coaches=2`."""

    key: str
    customer: str
    plan: str
    start_on: date
    quantity: str = ""
    end_on: date | None = None
    purchase_order: str = ""


def subscribe(context: Context, wish: Wish) -> Subscription:
    """Refused: unknown customers and plans, quantities that are not sold, `subscription_differs` for a key in use."""
    with organization_transaction(context.organization_id):
        share_catalog(context.organization_id)
        subscription, _ = _subscribe(context, _ground(context, [wish]), wish)
        write_journal(context, "subscription.subscribed", changes_for_journal([subscription]))
    return subscription


@dataclass(frozen=True, slots=True)
class _Ground:
    """What wishes are checked against, loaded once for all of them. `existing`: subscriptions by key."""

    stored: StoredCatalog
    customers: Mapping[str, int]
    existing: dict[str, Subscription]


def _ground(context: Context, wishes: Sequence[Wish]) -> _Ground:
    stored = catalog.load(context.organization_id)
    existing = stored_subscriptions.load(stored.versions, key__in=[wish.key for wish in wishes])
    return _Ground(stored, customers.ids({wish.customer for wish in wishes}), {one.key: one for one in existing})


def _subscribe(context: Context, ground: _Ground, wish: Wish) -> tuple[Subscription, bool]:
    """The subscription, and whether it is new. The same wish again changes nothing."""
    stored = ground.stored
    customer_id = ground.customers.get(wish.customer)
    if customer_id is None:
        raise refuse("unknown_customer", "customer", given=wish.customer,
                     nearest=nearest(wish.customer, customers.all_ids()))  # fmt: skip
    if chains.head_of(customer_id) is not None:
        raise refuse("site_of_chain", "customer", given=wish.customer)
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
        context.organization_id, wish.key, customer_id, published.version_id, wish.start_on, wish.purchase_order,
        context.now,
    )  # fmt: skip
    subscription = Subscription(
        subscription_id, wish.key, customer_id, published.version_id, plan, wish.start_on, (), wish.purchase_order
    )
    for change in changes:
        subscription = append_change(context, subscription, change)
    give_limits(context, stored, subscription)
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


def change_quantity(context: Context, key: str, quantity: str, on: date | None = None, token: str = "") -> list[Change]:
    """A larger quantity holds from `on` (today), a smaller one when the plan says. What was appended.

    With the `token` of a preview the change is made only for the amount that was shown. Refused: `amount_moved`.
    """
    with organization_transaction(context.organization_id):
        if not token:
            return append_quantity(context, key, quantity, on)
        appended, preview = change_with_preview(context, key, quantity, on)
        if token != preview.token:
            raise refuse("amount_moved", "token", net=preview.net, currency=preview.currency)
    return list(appended)


def cancel(context: Context, key: str, on: date | None = None) -> tuple[Subscription, date]:
    """Ends a subscription as its terms allow when notice is received now, or so that `on` is the first day without it.

    The second value is the first day without the subscription (SPEC 4.2).
    """
    with organization_transaction(context.organization_id):
        stored, subscription = locked_subscription(context, key)
        check_running(subscription, on or max(context.today, subscription.start_on))
        end_on = on or earliest_end(subscription, context.today)
        cancelled = with_change(context, stored, subscription, CANCEL, end_on, {})
        write_journal(context, "subscription.cancelled", changes_for_journal([cancelled], len(subscription.changes)))
    return cancelled, end_on


def list_subscriptions(context: Context) -> list[tuple[Subscription, str]]:
    """Every subscription with the key of its customer."""
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        keys = {customer_id: key for key, customer_id in customers.all_ids().items()}
        found = stored_subscriptions.load(stored.versions)
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
        write_journal(context, "subscriptions.imported", changes_for_journal(made))
    unchanged = len(chunk.rows) + len(chunk.rejects) - len(rejects) - len(made)
    return Outcome(Counter(added=len(made), unchanged=unchanged, refused=len(rejects)), rejects)


def _wish(values: Sequence[str]) -> Wish:
    key, customer, plan, start, quantity, end, purchase_order = (value.strip() for value in values)
    check_text(values, (*COLUMNS, *OPTIONAL))
    if not (key and customer and plan and start):
        raise refuse("empty_field", next(c for c, v in zip(COLUMNS, values, strict=False) if not v.strip()))
    end_on = parse_date(end, "end") if end else None
    return Wish(key, customer, plan, parse_date(start, "start"), quantity, end_on, purchase_order)
