"""Up to which day subscriptions are closed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import connection

from headcount.core.closing import Closing
from headcount.storage.copying import copy_rows

_SAVE = """
INSERT INTO closing (organization_id, recorded_at, subscription_id, until, changes, readings, rules)
SELECT %s, %s, subscription_id, until, changes, readings, rules FROM closed_now
ON CONFLICT (subscription_id) DO UPDATE SET recorded_at = excluded.recorded_at, until = excluded.until,
    changes = excluded.changes, readings = excluded.readings, rules = excluded.rules
"""

_TABLE = "subscription_id bigint, until date, changes integer, readings jsonb, rules smallint"


def load(subscription_ids: Collection[int]) -> dict[int, Closing]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subscription_id, until, changes, readings::text, rules FROM closing"
            " WHERE subscription_id = ANY(%s)",
            [list(subscription_ids)],
        )
        return {
            id: Closing(until, changes, json.loads(readings) if readings != "{}" else {}, rules)
            for id, until, changes, readings, rules in cursor
        }


def save(organization_id: int, closings: Mapping[int, Closing], recorded_at: datetime) -> None:
    """Replaces what is known of these subscriptions."""
    lines = [
        f"{id}\t{one.until}\t{one.changes}\t{json.dumps(dict(one.readings))}\t{one.rules}\n"
        for id, one in closings.items()
    ]
    with connection.cursor() as cursor:
        copy_rows(cursor, "closed_now", _TABLE, lines)
        cursor.execute(_SAVE, [organization_id, recorded_at])


def reopen(subscription_id: int, since: date) -> None:
    """From `since` on nothing is closed any more: a run looks at it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE closing SET until = %(since)s WHERE subscription_id = %(id)s AND until > %(since)s",
            {"since": since, "id": subscription_id},
        )
