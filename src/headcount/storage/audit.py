"""Reading everything for an audit, inside `frozen_view`: streams, a batch at a time.

Queries about one another's rows give (key, expected, found), and no row if all is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from headcount.storage.audit_ledger import DOCUMENTS, ENTRIES
from headcount.storage.models import JournalEntry

_BATCH = 2_000

ACTIVITY_COLUMNS = {
    "pool_id": "BIGINT", "member_id": "BIGINT", "occurred_at": "BIGINT", "source_id": "VARCHAR", "kind": "VARCHAR",
}  # fmt: skip
ACTIVITY = """
SELECT pool_id, member_id, (extract(epoch FROM occurred_at) * 1000000)::bigint, source_id, kind FROM activity
"""
WITHDRAWAL_COLUMNS = {"pool_id": "BIGINT", "source_id": "VARCHAR"}
WITHDRAWAL = "SELECT pool_id, source_id FROM withdrawal"
ALIAS_COLUMNS = {"member_id": "BIGINT", "into_id": "BIGINT"}
ALIAS = "SELECT member_id, into_id FROM member_alias"
CLAIM_COLUMNS = {"pool_id": "BIGINT", "source_id": "VARCHAR", "kind": "VARCHAR", "occurred_at": "BIGINT"}
CLAIM = "SELECT pool_id, key, kind, (extract(epoch FROM occurred_at) * 1000000)::bigint FROM claim"
MEMBER_COLUMNS = {"member_id": "BIGINT", "customer_id": "BIGINT"}
MEMBER = "SELECT id, customer_id FROM member"
PRESENCE_COLUMNS = {
    "pool_id": "BIGINT", "meter_id": "BIGINT", "window_start": "DATE", "member_id": "BIGINT", "first_at": "BIGINT",
    "first_id": "VARCHAR", "first_kind": "VARCHAR",
}  # fmt: skip
PRESENCE = """
SELECT pool_id, meter_id, window_start, member_id, (extract(epoch FROM first_at) * 1000000)::bigint, first_id,
    first_kind
FROM presence
"""
USAGE_COLUMNS = {"pool_id": "BIGINT", "meter_id": "BIGINT", "window_start": "DATE", "count": "BIGINT"}
USAGE = "SELECT pool_id, meter_id, window_start, count FROM usage"

NUMBERS_WITH_A_GAP = """
SELECT 'number=' || number, number_range || ' ' || before + 1, number_range || ' ' || number_in_range
FROM (
    SELECT number, number_range, number_in_range, coalesce(lag(number_in_range) OVER (
        PARTITION BY number_range ORDER BY number_in_range), 0) AS before
    FROM invoice
) AS given WHERE number_in_range <> before + 1 ORDER BY number_range, number_in_range
"""
LAST_NUMBERS = """
SELECT 'range=' || coalesce(key, number_range), coalesce(given, 0), coalesce(last, 0)
FROM number_range FULL JOIN (
    SELECT number_range, max(number_in_range) AS given FROM invoice GROUP BY number_range
) AS ranges ON number_range = key
WHERE coalesce(last, 0) <> coalesce(given, 0) ORDER BY 1
"""
NUMBERS_AS_TEXT = """
SELECT 'number=' || number, printed, number FROM (
    SELECT number, number_range || '-' ||
        lpad(number_in_range::text, greatest(6, length(number_in_range::text)), '0') AS printed
    FROM invoice
) AS given WHERE number <> printed ORDER BY number
"""

# A document is told by number, customer, net, tax and digest. What was tampered with may be no list any more.
DOCUMENTS_IN_THE_JOURNAL = """
WITH told AS (
    SELECT d->>0 AS number, d->>1 AS customer, d->>2 AS net, d->>3 AS tax, d->>4 AS sha256
    FROM journal, jsonb_array_elements(
        CASE WHEN jsonb_typeof(details->'documents') = 'array' THEN details->'documents' ELSE '[]' END) AS d
    WHERE action = 'invoices.finalised'
)
SELECT 'number=' || coalesce(told.number, i.number),
    concat_ws(' ', told.customer, told.net, told.tax, told.sha256),
    concat_ws(' ', i.customer_id, i.net_minor, i.tax_minor, i.sha256)
FROM told FULL JOIN invoice i ON i.number = told.number
WHERE (told.customer, told.net, told.tax, told.sha256)
    IS DISTINCT FROM (i.customer_id::text, i.net_minor::text, i.tax_minor::text, i.sha256::text)
ORDER BY 1
"""


def rows(query: str) -> Iterator[tuple[object, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while batch := cursor.fetchmany(_BATCH):
            yield from batch


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def size(table: str) -> int:
    return _number(f"SELECT count(*) FROM {table}")


def activities_kept() -> int:
    """How much evidence the journal says was kept."""
    return _number(
        "SELECT coalesce(sum((details->>'kept')::bigint), 0) FROM journal"
        " WHERE action = 'activity.recorded' AND jsonb_typeof(details->'kept') = 'number'"
    )


def places_of(kinds: Iterable[str]) -> dict[str, int]:
    """Kind of activity -> its place in the order that this database gives to text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, row_number() OVER (ORDER BY kind) FROM unnest(%s::text[]) AS kind", [list(kinds)])
        return dict(cursor.fetchall())


SEATS = """
SELECT DISTINCT subscription.key, owner.key, concat_ws(' ', member.key, 'of', customer.key)
FROM seat_event JOIN subscription ON subscription.id = subscription_id JOIN member ON member.id = member_id
JOIN customer AS owner ON owner.id = subscription.customer_id JOIN customer ON customer.id = member.customer_id
WHERE member.customer_id <> subscription.customer_id ORDER BY 1, 2, 3
"""

_FIRST_OF_MANY = """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM subscription) AS ordered
WHERE place > 0 AND place %% %s = 0 ORDER BY id
"""


def subscription_ranges(width: int) -> Iterator[range]:
    """Ranges of ids, each with so many subscriptions. Together they hold every id, also of what is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OF_MANY, [width])
        bounds = [0, *(id for (id,) in cursor), 2**62]
    return map(range, bounds, bounds[1:])


class Limit(NamedTuple):
    """A row of `limit_grant`. Instants are UTC."""

    subscription_id: int
    meter_id: int
    pool_id: int
    quantity: int | None
    from_at: datetime
    to_at: datetime | None
    at_limit: str


def limits(ids: range) -> Iterator[Limit]:
    """What is stored for subscriptions with these ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subscription_id, meter_id, pool_id, quantity, from_at, to_at, at_limit FROM limit_grant"
            " WHERE subscription_id >= %s AND subscription_id < %s",
            [ids.start, ids.stop],
        )
        for subscription, meter, pool, quantity, from_at, to_at, at_limit in cursor:
            ends = to_at and to_at.astimezone(UTC)
            yield Limit(subscription, meter, pool, quantity, from_at.astimezone(UTC), ends, at_limit)


class Entry(NamedTuple):
    """An entry of the ledger, with what its document and its subscription say. `has_document`: it names one."""

    id: int
    kind: str
    subscription_id: int | None
    plan_version_id: int | None
    charge: str
    period_start: date
    period_end: date
    quantity: Decimal | None
    price: Decimal | None
    currency: str
    proration: str
    span_start: date
    span_end: date
    times: int
    amount_minor: int
    has_document: bool
    document_currency: str | None
    agreed_version_id: int | None


def entries() -> Iterator[Entry]:
    return (Entry(*row) for row in rows(ENTRIES))  # type: ignore[arg-type]


class Document(NamedTuple):
    """A document, with the sums of its entries by tax rate and the highest position that they name."""

    id: int
    kind: str
    number: str
    original: str | None
    billing_date: date
    issued_on: date
    due_on: date
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    snapshot: str
    sha256: str
    rates: list[Decimal] | None
    nets: list[int] | None
    positions: int | None


def documents() -> Iterator[Document]:
    return (Document(*row) for row in rows(DOCUMENTS))  # type: ignore[arg-type]


def customer_keys() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, key FROM customer")
        return dict(cursor.fetchall())


def journal_entries() -> Iterator[JournalEntry]:
    return JournalEntry.objects.order_by("number").iterator(chunk_size=_BATCH)


def journal_head() -> tuple[int, str] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, hash FROM journal_head")
        found: tuple[int, str] | None = cursor.fetchone()
        return found
