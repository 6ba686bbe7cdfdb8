"""The hot path: a batch of activity becomes evidence, people and counts in two statements of one transaction.

Any permutation and repetition of the same activity leaves the same rows behind. Every step works in key order, so
that two batches at once wait for each other and never block each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection

from headcount.core.activity import Activity
from headcount.core.calendar import local_date
from headcount.core.catalog import MONTH, ActivityMeter
from headcount.core.counting import month_window

_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    pool_id bigint, member_key text, occurred_at timestamptz, source_id text COLLATE "C", kind text,
    window_start date
) ON COMMIT DELETE ROWS
"""

_COPY = "COPY incoming (pool_id, member_key, occurred_at, source_id, kind, window_start) FROM STDIN"

_REGISTER = """
INSERT INTO member (organization_id, customer_id, key, recorded_at)
SELECT DISTINCT %(organization)s::bigint, pool_id, member_key, %(recorded_at)s::timestamptz FROM incoming
WHERE NOT EXISTS (SELECT FROM member WHERE customer_id = pool_id AND key = member_key)
ORDER BY pool_id, member_key
ON CONFLICT DO NOTHING
"""

_COUNT = """
WITH resolved AS MATERIALIZED (
    SELECT pool_id, member.id AS member_id, occurred_at, source_id, kind, window_start
    FROM incoming JOIN member ON member.customer_id = pool_id AND member.key = member_key
), evidence AS (
    INSERT INTO activity (organization_id, pool_id, member_id, occurred_at, source_id, kind, recorded_at)
    SELECT %(organization)s, pool_id, member_id, occurred_at, source_id, kind, %(recorded_at)s::timestamptz
    FROM resolved ORDER BY pool_id, member_id, occurred_at, source_id, kind
    ON CONFLICT DO NOTHING RETURNING 1
), firsts AS (
    SELECT DISTINCT ON (pool_id, meter_id, window_start, member_id)
        pool_id, meter_id, window_start, member_id, occurred_at, source_id, kind
    FROM resolved JOIN unnest(%(meters)s::bigint[], %(kinds)s::text[]) AS counting (meter_id, kind) USING (kind)
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
), counts AS (
    INSERT INTO usage AS known (organization_id, pool_id, meter_id, window_start, count)
    SELECT %(organization)s, pool_id, meter_id, window_start, count(*) FROM people WHERE is_new
    GROUP BY pool_id, meter_id, window_start ORDER BY pool_id, meter_id, window_start
    ON CONFLICT (pool_id, meter_id, window_start) DO UPDATE SET count = known.count + excluded.count
)
SELECT (SELECT count(*) FROM evidence),
    (SELECT count(*) FROM (
        SELECT FROM people WHERE is_new GROUP BY pool_id, member_id, first_at, first_id, first_kind
    ) AS counted)
"""


@dataclass(frozen=True, slots=True)
class Appended:
    """`kept`: activities that were not there before; `counted`: those that made somebody count."""

    kept: int
    counted: int


def append(
    organization_id: int,
    recorded_at: datetime,
    lines: Iterable[str],
    meter_kinds: Sequence[tuple[int, str]],
) -> Appended:
    """Takes the lines of `copy_line`. People not known yet are registered."""
    values: dict[str, int | datetime | list[int] | list[str]] = {
        "organization": organization_id,
        "recorded_at": recorded_at,
        "meters": [meter for meter, _ in meter_kinds],
        "kinds": [kind for _, kind in meter_kinds],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(_COPY) as copy:
            copy.write("".join(lines).encode())
        cursor.execute(_REGISTER, values)
        cursor.execute(_COUNT, values)
        return Appended(*cursor.fetchone())


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


_EVIDENCE = """
SELECT pool_id, source_id, member.key, kind, occurred_at
FROM activity JOIN member ON member.id = member_id WHERE kind = ANY(%s)
"""


def evidence(kinds: Sequence[str], batch: int) -> Iterator[list[tuple[int, Activity]]]:
    """All activity of some kinds, as (pool, activity), a batch at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EVIDENCE, [list(kinds)])
        while found := cursor.fetchmany(batch):
            yield [(pool, Activity(id, "", member, kind, at.astimezone(UTC))) for pool, id, member, kind, at in found]
