"""Changing the status of many people at once, with what that does to counts and prices (SPEC 2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from headcount.core.activity import Reject, check_text, first_refusal
from headcount.core.catalog import Charge
from headcount.core.errors import Refusal, Refused, nearest, refuse
from headcount.core.money import major, share_minor
from headcount.core.rating import UNLIMITED, RatedQuantity
from headcount.core.subscriptions import Subscription
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.context import Context, write_journal
from headcount.services.events import tell_all
from headcount.services.imports import read_rows
from headcount.services.licences import LimitRefused
from headcount.services.members import Wish, ask
from headcount.services.status_changes import ChangingStatuses, CountChange
from headcount.storage import catalog, customers
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.customers import Pool
from headcount.storage.transaction import committed_or_not, part, share_catalog

COLUMNS = ("customer", "member", "status")
OPTIONAL = ("since",)


@dataclass(frozen=True, slots=True)
class Effect:
    """One meter of one customer before and after. Prices: of a whole billing period at these counts and at what is
    bought, net, before discounts and proration, in major units of `currency`; None: nothing is paid by this meter.
    """

    customer: str
    meter: str
    before: int
    after: int
    price_before: Decimal | None
    price_after: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Changed:
    """`changed`: how many rows were done. The others are `rejects`."""

    changed: int
    effects: tuple[Effect, ...]
    rejects: tuple[Reject, ...]


def change_statuses(context: Context, chunks: Iterable[Chunk], *, dry_run: bool) -> Changed:
    """Asks for the rows of a file in their order; a row that is refused stops no other. All in one transaction."""
    wishes, rejects = [], []
    for chunk in chunks:
        found, refused = read_rows(chunk, lambda line, values: (line, values, _wish(values)))
        wishes += found
        rejects += refused
    with committed_or_not(context.organization_id, dry_run=dry_run):
        share_catalog(context.organization_id)
        stored = catalog.load(context.organization_id)
        pools = customers.pools({wish.customer for _, _, wish in wishes})
        changing = ChangingStatuses(context, stored, {pool.id for pool in pools.values()})
        before = _paid(stored, pools)
        registered, changed = set(), 0
        for line, values, wish in wishes:
            try:
                with part():
                    member_id, is_new = ask(context, changing, _pool(pools, wish), wish)
            except Refused as refusal:
                tell_all(context, [refusal.event] if isinstance(refusal, LimitRefused) else [])
                rejects.append(Reject(line, first_refusal(refusal), raw_row(values)))
            else:
                changed += 1
                registered |= {member_id} if is_new else set()
        counts = changing.write(registered=registered)
        effects = tuple(_effects(context, counts, before, _paid(stored, pools)))
        write_journal(context, "members.changed", {"changed": changed, "refused": len(rejects)})
    return Changed(changed, effects, tuple(rejects))


def _wish(values: Sequence[str]) -> Wish:
    customer, member, status, since = (value.strip() for value in values)
    check_text(values, (*COLUMNS, *OPTIONAL))
    for column, value in zip(COLUMNS, (customer, member, status), strict=True):
        if not value:
            raise refuse("empty_field", column)
    return Wish(customer, member, status, since)


def _pool(pools: Mapping[str, Pool], wish: Wish) -> Pool:
    if wish.customer not in pools:
        numbers: dict[str, object] = {"given": wish.customer, "nearest": nearest(wish.customer, pools)}
        raise Refused(Refusal("unknown_customer", "customer", numbers=numbers))
    return pools[wish.customer]


def _paid(stored: StoredCatalog, pools: Mapping[str, Pool]) -> dict[int, list[Subscription]]:
    ids = sorted({pool.id for pool in pools.values()})
    by_pool: dict[int, list[Subscription]] = {id: [] for id in ids}
    for one in stored_subscriptions.of_customers(stored.versions, ids):
        by_pool[one.customer].append(one)
    return by_pool


def _effects(
    context: Context,
    counts: Sequence[CountChange],
    before: Mapping[int, Sequence[Subscription]],
    after: Mapping[int, Sequence[Subscription]],
) -> Iterator[Effect]:
    keys = {id: record.key for id, record in customers.records({one.pool_id for one in counts}).items()}
    for one in counts:
        yield Effect(
            keys[one.pool_id], one.meter, one.before, one.after,
            _price(context, before[one.pool_id], one.meter, one.before),
            _price(context, after[one.pool_id], one.meter, one.after), context.terms.currency,
        )  # fmt: skip


def _price(context: Context, subscriptions: Sequence[Subscription], meter: str, count: int) -> Decimal | None:
    """What the charges of a meter cost in the billing period that runs; None as well where no price reaches so far."""
    running = [one for one in subscriptions if one.runs_on(context.today)]
    charges = [(one, charge) for one in running for charge in one.plan.charges if charge.meter == meter]
    try:
        prices = [charge.price(_quantity(context, one, charge, count)) for one, charge in charges]
    except Refused:
        return None
    currency = context.terms.currency
    return major(sum(share_minor(price, currency, 1, 1) for price in prices), currency) if prices else None


def _quantity(context: Context, subscription: Subscription, charge: Charge, count: int) -> RatedQuantity:
    """What was bought, or who counts: of a charge for overage those above what was bought."""
    if charge.basis == "committed":
        return subscription.quantity_on(charge.key, context.today)
    if not charge.included:
        return count
    bought = subscription.quantity_on(charge.included, context.today)
    return 0 if bought is UNLIMITED else max(0, count - bought)
