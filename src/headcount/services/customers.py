"""Finding a customer by the vendor's own name for them."""

from __future__ import annotations

from headcount.core.errors import nearest, refuse
from headcount.storage import customers
from headcount.storage.customers import Pool


def customer_id(key: str) -> int:
    """Inside a transaction of the caller. Refused: `unknown_customer`, with the nearest key."""
    found = customers.ids([key])
    if key not in found:
        raise refuse("unknown_customer", "customer", given=key, nearest=nearest(key, customers.all_ids()))
    return found[key]


def pool_of(key: str) -> Pool:
    """Where a customer's people are counted; inside a transaction of the caller. Refused: `unknown_customer`."""
    found = customers.pools([key])
    if key not in found:
        raise refuse("unknown_customer", "customer", given=key, nearest=nearest(key, customers.all_ids()))
    return found[key]
