"""Claims: one call of the database that lets a person count or does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

NEW, ALREADY, FULL, REPEATED = "new", "already", "full", "repeated"
WITHDRAWN, INACTIVE = "withdrawn", "inactive"
STALE, SLOW = "stale", "slow"
"""Of a claim at once: the catalog is another one, or more follows from the claim than its record. Nothing was done."""


class Claimed(NamedTuple):
    """What one meter says. `quantity`: its limit, None if there is none; `used`: how many count, this person included.

    Of a claim that was made before (`repeated`) there is one row: `answer` is what was said then, `at_limit` its kind.
    """

    meter_id: int
    outcome: str
    used: int
    quantity: int | None
    at_limit: str
    member_id: int | None
    answer: Any


_CLAIM = "SELECT * FROM claim_place(%s, %s, %s, %s, %s, %s, %s, %s, false)"
_AT_ONCE = "SELECT * FROM claim_at_once(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def claim(
    organization_id: int,
    pool_id: int,
    member: str,
    key: str,
    kind: str,
    now: datetime,
    first_day: date,
    meter_ids: Sequence[int],
) -> list[Claimed]:
    """Asks for a place in the calendar month that begins on `first_day`, by all meters at once: all or none."""
    return _asked(_CLAIM, organization_id, pool_id, member, key, kind, now, first_day, sorted(meter_ids))


def claim_at_once(
    organization_id: int,
    stamp: UUID,
    customer: str,
    member: str,
    key: str,
    kind: str,
    now: datetime,
    first_day: date,
    meter_ids: Sequence[int],
) -> list[Claimed]:
    """The same as a transaction of its own, in one call, by the catalog with that stamp; or it is `STALE` or `SLOW`."""
    return _asked(_AT_ONCE, organization_id, stamp, customer, member, key, kind, now, first_day, sorted(meter_ids))


def _asked(call: str, *values: int | str | datetime | date | UUID | list[int]) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(call, values)
        return [Claimed._make((*row[:-1], json.loads(row[-1] or "[]"))) for row in cursor.fetchall()]


def hold_numbers(pool_id: int, meter_ids: Sequence[int], first_day: date) -> None:
    """Until the transaction ends nobody else raises these counts. Before customers are locked, as where many report."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM usage WHERE pool_id = %s AND meter_id = ANY(%s) AND window_start = %s"
            " ORDER BY meter_id FOR UPDATE",
            [pool_id, list(meter_ids), first_day],
        )


_IS_OF = """
SELECT EXISTS (
    SELECT FROM claim JOIN member ON member.customer_id = claim.pool_id AND member.key = %s
    LEFT JOIN member_alias asked ON asked.member_id = member.id
    LEFT JOIN member_alias claimed ON claimed.member_id = claim.member_id
    WHERE claim.pool_id = %s AND claim.key = %s
    AND coalesce(claimed.into_id, claim.member_id) = coalesce(asked.into_id, member.id)
)
"""


def is_of(pool_id: int, key: str, member: str) -> bool:
    """Whether a claim that was made is about this person, whatever record it named."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_OF, [member, pool_id, key])
        return bool(cursor.fetchone()[0])


_IS_DECIDED = """
SELECT EXISTS (SELECT FROM claim WHERE pool_id = %(pool)s AND key = %(key)s)
    OR EXISTS (SELECT FROM withdrawal WHERE source_id = %(key)s AND pool_id IN (0, %(pool)s))
"""


def is_decided(pool_id: int, key: str) -> bool:
    """Whether the answer to a key is known without asking for a place: it was claimed, or withdrawn, before."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_DECIDED, {"pool": pool_id, "key": key})
        return bool(cursor.fetchone()[0])
