"""What a customer was sold of each meter, and what of it holds at a moment."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection

from headcount.core.limits import Grant, Limit

_GRANTS = """
SELECT meter_id, from_at <= %(at)s AND (to_at IS NULL OR %(at)s < to_at), subscription_id, quantity, at_limit
FROM limit_grant
WHERE pool_id = %(pool)s AND (%(meter)s::bigint IS NULL OR meter_id = %(meter)s)
AND (%(subscription)s::bigint IS NULL OR subscription_id = %(subscription)s)
ORDER BY subscription_id, from_at
"""
NOT_SOLD = Limit((), is_sold=False)


def held(pool_id: int, meter_id: int, at: datetime, subscription_id: int | None = None) -> Limit:
    """The limit of a pool, or what one subscription gives of it, at an instant."""
    return _limits(pool_id, at, meter_id, subscription_id).get(meter_id, NOT_SOLD)


def held_by_meter(pool_id: int, at: datetime) -> dict[int, Limit]:
    """Meter -> limit, of the meters that were ever sold to this customer."""
    return _limits(pool_id, at)


def _limits(
    pool_id: int, at: datetime, meter_id: int | None = None, subscription_id: int | None = None
) -> dict[int, Limit]:
    found: dict[int, list[Grant]] = defaultdict(list)
    with connection.cursor() as cursor:
        wanted: dict[str, int | datetime | None] = {"pool": pool_id, "at": at, "meter": meter_id}
        cursor.execute(_GRANTS, wanted | {"subscription": subscription_id})
        for meter, holds, *grant in cursor.fetchall():
            found[meter] += [Grant(*grant)] if holds else []
    return {meter: Limit(tuple(grants), is_sold=True) for meter, grants in found.items()}
