"""Small random catalogs: some plans of different kinds, as a catalog file would have them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from headcount.core.catalog import Catalog, Plan, quantity_text
from headcount.core.catalog_file import read_catalog
from headcount.core.rating import Brackets
from headcount.stories.catalogs import with_organization

Table = dict[str, Any]
KINDS_OF_ACTIVITY = ("commit", "review", "login")
READINGS = ("start", "end", "peak", "average", "day by day")
IN_MONTHS = ("actual days", "actual days", "30-day months", "whole months", "none")
COLLECTIONS = ("at once", "end of day", "next invoice", "end of term")
ZONES = ("Europe/Berlin", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland")


def price(random: Random) -> str:
    return f"{random.randint(1, 6000) / 100:.2f}"


def per_unit(random: Random, key: str, **more: Any) -> Table:
    charge = {"key": key, "model": "per unit", "price": price(random), **more}
    if random.random() < 0.2:
        charge["minimum"] = "5.00"
    if random.random() < 0.1:
        charge["maximum"] = "90.00"
    return charge


def tiered(random: Random, key: str, **more: Any) -> Table:
    tiers = [{"up_to": 2, "price": price(random)}, {"up_to": "unlimited", "price": price(random)}]
    return {"key": key, "model": random.choice(["volume", "graduated"]), "tiers": tiers, **more}


def bought(random: Random) -> Table:
    how = {"decrease": random.choice(["at renewal", "at once"]), "proration": random.choice(IN_MONTHS),
           "collection": random.choice(COLLECTIONS)}  # fmt: skip
    return how | ({"billing_day": random.choice([1, 15, 31])} if random.random() < 0.3 else {})


def packages(random: Random) -> Table:
    tiers = [{"up_to": size, "price": price(random)} for size in (2, 4, "unlimited")]
    charge = {"key": "clients", "basis": "committed", "meter": "active", "model": "brackets", "tiers": tiers}
    return {**bought(random), "billing_period": random.choice(["1 month", "3 months"]), "charge": [charge]}


def seats(random: Random) -> Table:
    make = random.choice([per_unit, tiered])
    billed = random.choice(["in advance", "in advance", "in arrears"])
    charge = make(random, "seats", basis="committed", billed=billed)
    period = random.choice(["1 month", "2 months", "1 year"])
    return {**bought(random), "decrease": "at once", "billing_period": period, "charge": [charge]}


def usage(random: Random) -> Table:
    make = random.choice([per_unit, tiered])
    charge = make(random, "active", basis="counted", meter=random.choice(["active", "weekly", "trailing", "own"]))
    day = {"billing_day": random.choice([1, 15])} if random.random() < 0.3 else {}
    fee = random.choice(["0.00", price(random)])
    return {**day, "billing_period": "1 month", "base_fee": fee, "charge": [charge]}


def people(random: Random) -> Table:
    charge = per_unit(random, "users", basis="counted", meter="users")
    period = random.choice(["1 month", "1 month", "3 months"])
    return {"billing_period": period, "base_fee": random.choice(["0.00", price(random)]), "charge": [charge],
            "proration": random.choice(IN_MONTHS)}  # fmt: skip


def fixed(random: Random) -> Table:
    terms = {"billing_period": "1 month", "duration": random.choice(["2 months", "6 months"])}
    renewal = {"renewal": "2 months", "notice": "10 days"} if random.random() < 0.5 else {}
    charge = per_unit(random, "seats", basis="committed")
    return {**bought(random), **terms, **renewal, "base_fee": price(random), "charge": [charge]}


def in_days(random: Random) -> Table:
    charges = [per_unit(random, "seats", basis="committed"), tiered(random, "users", basis="counted", meter="users")]
    return {"billing_period": random.choice(["14 days", "30 days"]), "charge": charges,
            "collection": random.choice(COLLECTIONS), "decrease": random.choice(["at renewal", "at once"])}  # fmt: skip


PLANS: dict[str, Callable[[Random], Table]] = {
    one.__name__.replace("_", "-"): one for one in (packages, seats, usage, people, fixed, in_days)
}


def any_catalog(random: Random, key: str) -> Table:
    """The tables of a catalog file."""
    chosen = random.sample(list(PLANS), random.randint(2, 4))
    organization = {"key": key, "time_zone": random.choice(ZONES), "review_days": random.choice([0, 0, 0, 2]),
                    "tax": random.choice([{"treatment": "none"}, {"treatment": "domestic", "rate": "19"}])}  # fmt: skip
    windows = {"active": {}, "weekly": {"window": "week"}, "trailing": {"window": "30 days"},
               "own": {"window": "billing period"}}  # fmt: skip
    meters = [{"key": name, "counts": "activity", "kinds": ["commit", "review"], **window}
              for name, window in windows.items()]  # fmt: skip
    return {
        "organization": organization,
        "activity": {"kinds": list(KINDS_OF_ACTIVITY)},
        "meter": [*meters, {"key": "users", "counts": "status", "reading": random.choice(READINGS)}],
        "product": [{"key": "product"}],
        "plan": [{"key": name, "product": "product", **PLANS[name](random)} for name in chosen],
    }


def with_new_prices(tables: Table, random: Random) -> Table:
    """The same catalog with another price of one plan."""
    chosen = random.randrange(len(tables["plan"]))
    plans = [dict(plan) for plan in tables["plan"]]
    if "base_fee" in plans[chosen]:
        plans[chosen]["base_fee"] = price(random)
    else:
        plans[chosen]["charge"] = [
            {**one, **({"price": price(random)} if "price" in one else {"tiers": _dearer(one["tiers"], random)})}
            for one in plans[chosen]["charge"]
        ]
    return {**tables, "plan": plans}


def _dearer(tiers: list[Table], random: Random) -> list[Table]:
    return [{**tier, "price": price(random)} for tier in tiers]


def catalog_of(tables: Table) -> Catalog:
    return read_catalog(with_organization(tables, {}))


def any_quantity(plan: Plan, random: Random) -> str:
    """What can be bought of a plan, as people write it; empty where nothing can."""
    chosen = []
    for charge in plan.sold:
        is_sized = isinstance(charge.model, Brackets)
        amount = quantity_text(random.choice(charge.sizes)) if is_sized else str(random.randint(0, 6))
        chosen.append(f"{charge.key}={amount}")
    return " ".join(chosen)
