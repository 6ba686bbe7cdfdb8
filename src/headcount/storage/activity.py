"""The hot path: a batch of activity becomes evidence, people and counts in two statements of one transaction.

Any permutation and repetition of the same activity leaves the same rows behind. Every step works in key order, so
that two batches at once wait for each other and never block each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from headcount.core.activity import Activity
from headcount.core.calendar import local_date
from headcount.core.catalog import MONTH, ActivityMeter
from headcount.core.counting import month_window
from headcount.core.limits import NEAR_PERCENT

_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    pool_id bigint, member_key text, occurred_at timestamptz, source_id text COLLATE "C", kind text,
    window_start date
) ON COMMIT DELETE ROWS
"""

_COPY = "COPY incoming (pool_id, member_key, occurred_at, source_id, kind, window_start) FROM STDIN"

# People are looked up one by one, by index: a join would be planned without knowing how few rows come in, and read all
# that there are.
_REGISTER = """
INSERT INTO member (organization_id, customer_id, key, recorded_at)
SELECT %(organization)s, pool_id, member_key, %(recorded_at)s::timestamptz
FROM (SELECT DISTINCT pool_id, member_key FROM incoming) AS named
WHERE (SELECT id FROM member WHERE customer_id = pool_id AND key = member_key) IS NULL
ORDER BY pool_id, member_key
ON CONFLICT DO NOTHING
"""

_COUNT = """
WITH resolved AS MATERIALIZED (
    SELECT pool_id, record_id, coalesce(
            (SELECT into_id FROM member_alias WHERE member_alias.member_id = record_id), record_id
        ) AS member_id, occurred_at, source_id, kind, window_start
    FROM (
        SELECT *, (SELECT id FROM member WHERE customer_id = pool_id AND key = member_key) AS record_id FROM incoming
        OFFSET 0
    ) AS known
), evidence AS (
    INSERT INTO activity (organization_id, pool_id, member_id, occurred_at, source_id, kind, recorded_at)
    SELECT %(organization)s, pool_id, record_id, occurred_at, source_id, kind, %(recorded_at)s::timestamptz
    FROM resolved ORDER BY pool_id, record_id, occurred_at, source_id, kind
    ON CONFLICT DO NOTHING RETURNING 1
), firsts AS (
    SELECT DISTINCT ON (pool_id, meter_id, window_start, member_id)
        pool_id, meter_id, window_start, member_id, occurred_at, source_id, kind
    FROM resolved JOIN unnest(%(meters)s::bigint[], %(kinds)s::text[]) AS counting (meter_id, kind) USING (kind)
    WHERE NOT EXISTS (
        SELECT FROM withdrawal
        WHERE withdrawal.organization_id = %(organization)s AND withdrawal.source_id = resolved.source_id
        AND withdrawal.pool_id IN (0, resolved.pool_id)
    )
    ORDER BY pool_id, meter_id, window_start, member_id, occurred_at, source_id, kind
), people AS (
    INSERT INTO presence AS known
        (organization_id, pool_id, meter_id, window_start, member_id, first_at, first_id, first_kind)
    SELECT %(organization)s, pool_id, meter_id, window_start, member_id, occurred_at, source_id, kind FROM firsts
    WHERE NOT EXISTS (  -- whoever counts already since an earlier activity is not even locked
        SELECT FROM presence AS known
        WHERE (known.pool_id, known.meter_id, known.window_start, known.member_id)
            = (firsts.pool_id, firsts.meter_id, firsts.window_start, firsts.member_id)
        AND (known.first_at, known.first_id, known.first_kind) <= (occurred_at, source_id, kind)
    )
    ORDER BY pool_id, meter_id, window_start, member_id
    ON CONFLICT (pool_id, meter_id, window_start, member_id) DO UPDATE
        SET first_at = excluded.first_at, first_id = excluded.first_id, first_kind = excluded.first_kind
        WHERE (excluded.first_at, excluded.first_id, excluded.first_kind)
            < (known.first_at, known.first_id, known.first_kind)
    RETURNING pool_id, meter_id, window_start, member_id, first_at, first_id, first_kind, xmax = 0 AS is_new
), added AS (
    SELECT pool_id, meter_id, window_start, count(*) AS number FROM people WHERE is_new
    GROUP BY pool_id, meter_id, window_start
), counts AS (
    INSERT INTO usage AS known (organization_id, pool_id, meter_id, window_start, count)
    SELECT %(organization)s, pool_id, meter_id, window_start, number FROM added
    ORDER BY pool_id, meter_id, window_start
    ON CONFLICT (pool_id, meter_id, window_start) DO UPDATE SET count = known.count + excluded.count
    RETURNING pool_id, meter_id, window_start, count
), risen AS (  -- over a part of a limit that is worth telling, in the window that runs; summed, as a join would be slow
    SELECT pool_id, meter_id, (count - number)::integer AS before, count::integer AS after
    FROM (
        SELECT pool_id, meter_id, sum(count) AS count, sum(number) AS number FROM (
            SELECT pool_id, meter_id, count, 0 AS number FROM counts WHERE window_start = %(running)s
            UNION ALL SELECT pool_id, meter_id, 0, number FROM added WHERE window_start = %(running)s
        ) AS sides GROUP BY pool_id, meter_id
    ) AS rise
    CROSS JOIN LATERAL (
        SELECT sum(quantity) AS quantity, bool_or(quantity IS NULL) AS is_free, bool_or(at_limit = 'extend') AS extends
        FROM limit_grant
        WHERE (limit_grant.pool_id, limit_grant.meter_id) = (rise.pool_id, rise.meter_id)
        AND from_at <= %(now)s AND (to_at IS NULL OR %(now)s < to_at) AND at_limit <> 'none'
    ) AS granted
    WHERE NOT is_free
    AND (count > quantity AND (extends OR count - number <= quantity)
        OR count * 100 >= quantity * %(near)s AND (count - number) * 100 < quantity * %(near)s
        OR count >= quantity AND count - number < quantity)
)
SELECT (SELECT count(*) FROM evidence),
    (SELECT count(*) FROM (
        SELECT FROM people WHERE is_new GROUP BY pool_id, member_id, first_at, first_id, first_kind
    ) AS counted),
    (SELECT json_agg(json_build_array(pool_id, meter_id, before, after) ORDER BY pool_id, meter_id)::text FROM risen),
    (SELECT json_agg(DISTINCT json_build_array(pool_id, first_id)::jsonb)::text FROM people
        WHERE is_new AND %(named)s)
"""


class Risen(NamedTuple):
    """A count of the running window that came near a limit, reached it or went beyond."""

    pool_id: int
    meter_id: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Appended:
    """`kept`: activities that were not there before; `counted`: those that made somebody count.

    `counting`: (pool, id) of these, if they were asked for by name.
    """

    kept: int
    counted: int
    risen: tuple[Risen, ...] = ()
    counting: frozenset[tuple[int, str]] = frozenset()


def append(
    organization_id: int,
    recorded_at: datetime,
    lines: Iterable[str],
    meter_kinds: Sequence[tuple[int, str]],
    running: date,
    *,
    named: bool = False,
) -> Appended:
    """Takes lines of a pool and `copy_tail`. People not known yet are registered.

    `running`: the first day of this month.
    """
    values: dict[str, int | str | datetime | date | list[int] | list[str]] = {
        "organization": organization_id,
        "recorded_at": recorded_at,
        "meters": [meter for meter, _ in meter_kinds],
        "kinds": [kind for _, kind in meter_kinds],
        "now": recorded_at,
        "running": running,
        "near": NEAR_PERCENT,
        "named": named,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(_COPY) as copy:
            copy.write("".join(lines).encode())
        cursor.execute(_REGISTER, values)
        cursor.execute(_COUNT, values)
        kept, counted, risen, counting = cursor.fetchone()
    found = tuple(Risen(*one) for one in json.loads(risen or "[]"))
    return Appended(kept, counted, found, frozenset((pool, id) for pool, id in json.loads(counting or "[]")))


def copy_tail(activity: Activity, place: ZoneInfo) -> str:
    """An activity as COPY wants it, but for the pool, which only the transaction knows."""
    source_id, _, member, kind, occurred_at = activity
    window = _window_text(local_date(occurred_at, place))
    text = f"{member}\t{occurred_at.isoformat()}\t{source_id}\t{kind}\t{window}\n"
    return text.replace("\\", "\\\\") if "\\" in text else text


@lru_cache(maxsize=4096)
def _window_text(day: date) -> str:
    return str(month_window(day).start)


def meter_kinds(meters: Iterable[ActivityMeter], ids: Mapping[str, int]) -> list[tuple[int, str]]:
    """The meters whose windows are counted as activity arrives: those of calendar months."""
    return [(ids[meter.key], kind) for meter in meters if meter.window == MONTH for kind in meter.kinds]
