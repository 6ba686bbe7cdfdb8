"""A throw-away organization for made-up traffic: a test one, whose clock stands on the third day of a month."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from headcount.core.catalog_file import read_catalog
from headcount.gateways.rows import Chunk
from headcount.services.api_keys import SCOPES, create_key
from headcount.services.catalog import apply_catalog
from headcount.services.context import open_context
from headcount.services.organizations import purge
from headcount.services.people import CUSTOMER_OPTIONAL, import_customers
from headcount.services.subscriptions import Wish, subscribe
from headcount.traffic.scene import CLAIMED_ONLY, KINDS, LARGE_LIMIT, METER, NOW, PLACE, SMALL_LIMIT, Scene

TIERS = [{"up_to": SMALL_LIMIT, "price": "9.00"}, {"up_to": LARGE_LIMIT, "price": "900.00"}]


@contextmanager
def stage(actor: str, customers: int, *, keep: bool) -> Iterator[Scene]:
    """An organization with customers, a contract for each, and a key; gone at the end unless it is kept."""
    organization = f"load-{secrets.token_hex(4)}"
    apply_catalog(read_catalog(_catalog(organization)), actor, NOW)
    context = open_context(organization, actor)
    try:
        limits = {f"c{n}": LARGE_LIMIT if n % CLAIMED_ONLY else SMALL_LIMIT for n in range(customers)}
        empty = ("",) * len(CUSTOMER_OPTIONAL)
        named = Chunk([(line, (key, *empty)) for line, key in enumerate(limits)])
        for _ in import_customers(context, [named], dry_run=False):
            pass
        for customer, limit in limits.items():
            subscribe(context, Wish(customer, customer, "monthly", date(2026, 5, 1), quantity=str(limit)))
        yield Scene(organization, create_key(context, "load", SCOPES).key, limits)
    finally:
        if not keep:
            purge(context)


def _catalog(organization: str) -> dict[str, object]:
    terms = {"name": "Load", "mode": "test", "time_zone": PLACE.key, "currency": "EUR"}
    charge = {"key": "clients", "basis": "committed", "meter": METER, "model": "brackets", "tiers": TIERS}
    return {
        "organization": {"key": organization, **terms},
        "meter": [{"key": METER, "counts": "activity", "kinds": list(KINDS)}],
        "product": [{"key": "practice"}],
        "plan": [{"key": "monthly", "product": "practice", "billing_period": "1 month", "charge": [charge]}],
    }
