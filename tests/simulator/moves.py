"""What is agreed and what people do: moves, each decided by a random of its own from how things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from headcount.core.members import STATUSES
from headcount.services import subscriptions
from headcount.services.activity import import_activity
from headcount.services.billing import bill
from headcount.services.catalog import apply_catalog
from headcount.services.context import Context
from headcount.services.past import settle_past
from headcount.services.payers import set_payer
from headcount.services.people import import_customers, import_members
from headcount.services.previews import preview_change
from headcount.services.reopening import rerate
from headcount.services.reviews import finalise_now
from headcount.services.subscriptions import Wish, change_quantity, subscribe
from tests.simulator.catalogs import KINDS_OF_ACTIVITY, any_quantity, catalog_of, with_new_prices
from tests.simulator.world import (
    ACTOR,
    COMPLETE,
    INCOMPLETE,
    MEMBERS,
    Deed,
    Difference,
    Row,
    World,
    chunks,
    run,
    take,
)

Move = Callable[[World, Random], Deed | None]
"""None: there is nothing that it could be done with."""
MOVES: dict[str, tuple[Move, int]] = {}
"""By name, with how often it comes."""
ENDED = frozenset({"already_ended", "before_start"})


def move(weight: int) -> Callable[[Move], Move]:
    def register(made: Move) -> Move:
        MOVES[made.__name__] = (made, weight)
        return made

    return register


def moment(world: World, random: Random, days_back: int) -> datetime:
    return world.context().now - timedelta(minutes=random.randint(0, days_back * 24 * 60))


@move(6)
def activity(world: World, random: Random) -> Deed:
    """Of today, of the last days, or late; some of it repeated, all of it in any order."""
    days_back = random.choice([0, 5, 30, 120])
    rows: list[Row] = [
        (f"a{world.number}-{place}", random.choice(world.customers), random.choice(MEMBERS),
         random.choice(KINDS_OF_ACTIVITY), moment(world, random, days_back).isoformat())
        for place in range(random.randint(1, 6))
    ]  # fmt: skip
    rows += random.sample(world.rows, min(len(world.rows), random.choice([0, 0, 3])))
    rows += random.choices(rows, k=random.choice([0, 2]))
    random.shuffle(rows)
    world.rows += rows

    def act(context: Context) -> None:
        take(import_activity(context, chunks(rows), create_customers=False, dry_run=False))

    return Deed(f"activity of {rows}", act)


@move(4)
def statuses(world: World, random: Random) -> Deed:
    days_back = random.choice([0, 0, 20, 90])
    rows: list[Row] = [
        (random.choice(world.customers), random.choice(MEMBERS), random.choice(STATUSES),
         moment(world, random, days_back).isoformat() if days_back else "", "", "", "")
        for _ in range(random.randint(1, 4))
    ]  # fmt: skip
    return Deed(f"statuses {rows}", lambda context: take(import_members(context, chunks(rows), dry_run=False)))


@move(5)
def subscribing(world: World, random: Random) -> Deed:
    """Today, back-dated or in future; some with an end, or with an order number of the customer."""
    plan = random.choice(list(world.plans().values()))
    days = random.choice([0, 0, random.randint(-90, 0), random.randint(1, 30)])
    start = world.context().today + timedelta(days=days)
    order = random.choice(["", "", "PO-1"])
    customer, quantity = random.choice(world.customers), any_quantity(plan, random)
    end = random.choice([None, None, None, start + timedelta(days=random.randint(1, 200))])
    wish = Wish(f"s{world.number}", customer, plan.key, start, quantity, end, order)
    return Deed(str(wish), lambda context: subscribe(context, wish))


@move(8)
def changing(world: World, random: Random) -> Deed | None:
    """Up, down, and back again, for today, back-dated or in future."""
    sold = [one for one in world.subscriptions() if one.plan.sold]
    if not sold:
        return None
    chosen = random.choice(sold)
    quantity, before = any_quantity(chosen.plan, random), len(chosen.changes)
    days = random.choice([None, None, -random.randint(1, 60), random.randint(1, 40)])
    on = None if days is None else world.context().today + timedelta(days=days)
    return Deed(
        f"{chosen.key} to {quantity} on {on}",
        lambda context: change_quantity(context, chosen.key, quantity, on),
        lambda _: len(world.subscription(chosen.key).changes) > before,
        ENDED,
    )


@move(2)
def cancelling(world: World, random: Random) -> Deed | None:
    """By its terms, or on a day around today."""
    found = world.subscriptions()
    if not found:
        return None
    chosen = random.choice(found)
    before = len(chosen.changes)
    days = random.choice([None, random.randint(-30, 60)])
    on = None if days is None else world.context().today + timedelta(days=days)
    return Deed(
        f"{chosen.key} ends on {on}",
        lambda context: subscriptions.cancel(context, chosen.key, on),
        lambda _: len(world.subscription(chosen.key).changes) > before,
        ENDED,
    )


@move(3)
def previewing(world: World, random: Random) -> Deed | None:
    """A change at the amount of its preview; the run that follows at the same instant bills just that."""
    sold = [one for one in world.subscriptions() if one.plan.sold]
    if not sold:
        return None
    chosen = random.choice(sold)
    quantity = any_quantity(chosen.plan, random)
    days = random.choice([None, None, -random.randint(1, 40)])
    on = None if days is None else world.context().today + timedelta(days=days)

    def act(context: Context) -> None:
        customer = next(customer for one, customer in subscriptions.list_subscriptions(context) if one.id == chosen.id)
        run(context)
        if finalise_now(context, customer).failures:
            change_quantity(context, chosen.key, quantity, on)
            return
        seen = {one.number for one in world.invoices()}
        preview = preview_change(context, chosen.key, quantity, on)
        change_quantity(context, chosen.key, quantity, on, preview.token)
        finalise_now(context, customer)
        issued = sum(one.net_minor for one in world.invoices() if one.number not in seen)
        if issued != preview.net_minor:
            raise Difference(f"a preview of {preview.net_minor} for {chosen.key} is billed with {issued}")

    return Deed(f"{chosen.key} to {quantity} on {on}, previewed", act, refusals=ENDED, may_crash=False)


@move(9)
def time_passes(world: World, random: Random) -> Deed:
    to = world.context().now + timedelta(days=random.choice([0, 1, 3, 14, 31, 31, 62]), minutes=random.randint(1, 1440))
    return Deed(f"until {to:%Y-%m-%d %H:%M}", lambda _: world.pass_time(to), may_crash=False)


@move(7)
def running(world: World, random: Random) -> Deed:
    """Up to today, or ahead of it, which moves the clock there."""
    until = world.context().today + timedelta(days=random.choice([0, 0, 0, 5, 20]))

    def act(context: Context) -> None:
        run(context, max(0, (until - context.today).days))

    return Deed(f"a run up to {until}", act)


@move(2)
def rehearsing(world: World, random: Random) -> Deed:
    """A dry run shows what the run that follows does."""
    ahead = random.choice([0, 0, 10])

    def act(context: Context) -> None:
        until = context.today + timedelta(days=ahead)
        shown, done = ([replace(one, number="") for step in bill(context, until, dry_run=dry) for one in step.issued]
                       for dry in (True, False))  # fmt: skip
        if sorted(map(str, shown)) != sorted(map(str, done)):
            raise Difference(f"a dry run showed {shown}, and the run did {done}")

    return Deed(f"a dry run and a run, {ahead} days ahead", act, may_crash=False)


@move(1)
def finalising(world: World, random: Random) -> Deed:
    customer = random.choice(world.customers)
    return Deed(f"everything due of {customer}", lambda context: finalise_now(context, customer))


@move(1)
def settling_the_past(world: World, random: Random) -> Deed | None:
    found = world.subscriptions()
    if not found:
        return None
    key, way = random.choice(found).key, random.choice(["paid", "waived"])
    until = world.context().today - timedelta(days=random.randint(0, 60))
    return Deed(f"{key} {way} up to {until}", lambda context: settle_past(context, key, until, way, dry_run=False))


@move(1)
def choosing_a_payer(world: World, random: Random) -> Deed:
    customer, payer = random.choice(world.customers), random.choice([None, *world.customers])
    refusals = frozenset({"payer_of_itself", "payer_has_payer"})
    return Deed(f"{payer} pays for {customer}", lambda context: set_payer(context, customer, payer), refusals=refusals)


@move(1)
def new_prices(world: World, random: Random) -> Deed:
    """Another version of a plan: whoever has one keeps it."""
    world.tables = with_new_prices(world.tables, random)
    catalog = catalog_of(world.tables)
    return Deed("new prices", lambda _: apply_catalog(catalog, ACTOR))


@move(1)
def addresses(world: World, random: Random) -> Deed:
    """A customer whose address is not complete cannot be billed until it is."""
    key = random.choice(world.customers)
    row = (key, key.upper(), *random.choice([COMPLETE, COMPLETE, INCOMPLETE]))
    return Deed(f"details {row}", lambda context: take(import_customers(context, chunks([row]), dry_run=False)))


@move(1)
def rerating(world: World, random: Random) -> Deed:
    """The rules did not change: where a run has billed everything, to rate it anew finds nothing."""
    dry_run = random.random() < 0.5

    def act(context: Context) -> None:
        failed = [failure for step in run(context) for failure in step.failures]
        failed += [one for key in world.customers for one in finalise_now(context, key).failures]
        step = rerate(context, [], context.today - timedelta(days=400), dry_run=dry_run)
        if step.issued and not failed:
            raise Difference(f"rated anew, where nothing was changed: {step.issued}")

    return Deed("everything rated anew", act, may_crash=False)
