"""Gap-free numbers: given inside the transaction that uses them, so a number that is not used was never given."""

from __future__ import annotations

from django.db import connection

_TAKE = """
INSERT INTO number_range AS range (organization_id, key, last) VALUES (%s, %s, %s)
ON CONFLICT (organization_id, key) DO UPDATE SET last = range.last + excluded.last
RETURNING last
"""


def take(organization_id: int, range_key: str, how_many: int) -> range:
    """The next consecutive numbers of a range. The range stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [organization_id, range_key, how_many])
        (last,) = cursor.fetchone()
    return range(last - how_many + 1, last + 1)
