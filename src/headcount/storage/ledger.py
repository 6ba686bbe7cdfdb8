"""The billed ledger: as the run reads it, and what is added to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from headcount.core.calendar import Period
from headcount.core.coverage import Coverage, PricePoint
from headcount.core.ledger import COVERING, RULES, Booked, Entry
from headcount.core.originals import Original
from headcount.core.rating import RatedQuantity
from headcount.storage.copying import NULL, array, copy_rows, names, or_null

_COLUMNS = (
    "line.id, line.invoice_id, line.position, line.tax_rate, line.kind, line.amount_minor, line.reverses_id,"
    " line.adjustment_id, line.credit_id, line.times, line.subscription_id, line.plan_version_id, line.charge,"
    " line.period_start, line.period_end, line.quantity, line.price, line.currency, line.proration, line.span_start,"
    " line.span_end"
)

_SINCE = f"""
SELECT {_COLUMNS} FROM unnest(%s::bigint[], %s::date[]) AS wanted (subscription_id, since)
JOIN billed_line AS line USING (subscription_id)
WHERE period_end > since AND kind = ANY(%s) ORDER BY line.id
"""


def booked(since: Mapping[int, date]) -> dict[int, list[Booked]]:
    """Subscription -> the entries that cover days of periods that end after a day, oldest first."""
    found: dict[int, list[Booked]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [array(since), array(since.values()), list(COVERING)])
        for row in cursor:
            found[row[10]].append(_booked(row))
    return found


def of_document(invoice_id: int) -> list[Booked]:
    """Everything that one document put into the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM billed_line AS line WHERE invoice_id = %s ORDER BY id", [invoice_id])
        return [_booked(row) for row in cursor]


def _booked(row: tuple[Any, ...]) -> Booked:
    id, document, position, tax_rate, kind, amount_minor, reverses, adjustment, credit, times, *covered = row
    coverage = _coverage(times, covered) if kind in COVERING else None
    entry = Entry(kind, amount_minor, coverage, reverses, adjustment, credit, None if coverage else times)
    return Booked(id, document, position, tax_rate, entry)


def _coverage(times: int, covered: list[Any]) -> Coverage:
    subscription, version, charge, start, end, quantity, price, currency, proration, span_start, span_end = covered
    period = Period(start, end)
    span = period if (span_start, span_end) == (start, end) else Period(span_start, span_end)
    point = PricePoint(subscription, version, charge, period, _quantity(quantity), price, currency, proration)
    return Coverage(point, span, times)


def _quantity(stored: Decimal | None) -> RatedQuantity:
    """Whole numbers of people as whole numbers; only an average has digits after the point."""
    return int(stored) if stored is not None and stored == int(stored) else stored


_GIVEN_BACK = """
SELECT reverses_id, sum(amount_minor)::bigint
FROM invoice AS note JOIN billed_line AS line ON line.invoice_id = note.id
WHERE note.original_id = %s AND reverses_id IS NOT NULL GROUP BY reverses_id
"""


def given_back(invoice_id: int) -> dict[int, int]:
    """Entry -> what documents that correct an invoice gave back on it, below zero."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_BACK, [invoice_id])
        return dict(cursor.fetchall())


_ORIGINALS = """
SELECT id, number, customer_id, billing_date,
    net_minor + (SELECT coalesce(sum(net_minor), 0) FROM invoice AS note WHERE note.original_id = invoice.id)::bigint,
    (SELECT tax_rate FROM billed_line WHERE invoice_id = invoice.id LIMIT 1)
FROM invoice WHERE id = ANY(%s) AND kind = 'invoice'
"""

_REGAINED = """
SELECT coalesce(original_id, invoice.id), line.kind, credit_id, reverses_id, sum(amount_minor)::bigint
FROM invoice JOIN billed_line AS line ON line.invoice_id = invoice.id
WHERE (invoice.id = ANY(%(ids)s) OR original_id = ANY(%(ids)s)) AND line.kind IN ('promotion', 'concession')
GROUP BY 1, 2, 3, 4 HAVING sum(amount_minor) < 0 ORDER BY 1, 2 DESC, 3, 4
"""


def originals(documents: Collection[int]) -> dict[int, Original]:
    """Document -> what can still be given back on it, of those that are invoices."""
    regained: dict[int, list[Entry]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_REGAINED, {"ids": list(documents)})
        for document, kind, credit, reverses, amount_minor in cursor:
            regained[document].append(Entry(kind, amount_minor, reverses=reverses, credit=credit))
        cursor.execute(_ORIGINALS, [list(documents)])
        return {
            id: Original(id, number, customer, billed_on, left, rate or Decimal(0), tuple(regained[id]))
            for id, number, customer, billed_on, left, rate in cursor
        }


_ENTRY = (
    "invoice_id bigint, position integer, kind text, amount_minor bigint, tax_rate numeric, reverses_id bigint,"
    " adjustment_id bigint, credit_id bigint, times smallint, currency text, rules smallint, proration text,"
    " charge text, subscription_id bigint, plan_version_id bigint, period_start date, period_end date,"
    " quantity numeric, price numeric, span_start date, span_end date"
)
_APPEND = f"""
INSERT INTO billed_line (organization_id, recorded_at, {names(_ENTRY)})
SELECT %s, %s, {names(_ENTRY)} FROM appended_entry
"""


def append(organization_id: int, entries: Iterable[tuple[int | None, str]], recorded_at: datetime) -> None:
    """Adds entries: (the document that prints it, if any; its text by `entry_text`)."""
    with connection.cursor() as cursor:
        copy_rows(cursor, "appended_entry", _ENTRY, (f"{or_null(document)}\t{text}" for document, text in entries))
        cursor.execute(_APPEND, [organization_id, recorded_at])


def entry_text(position: int | None, entry: Entry, currency: str, tax_rate: Decimal) -> str:
    """An entry as COPY wants it, but for the document; on its line `position` (from 1), if one prints it."""
    head = (
        f"{or_null(position)}\t{entry.kind}\t{entry.amount_minor}\t{tax_rate}\t{or_null(entry.reverses)}"
        f"\t{or_null(entry.adjustment)}\t{or_null(entry.credit)}"
    )
    if entry.coverage is None:
        nothing = "\t".join([NULL] * 8)
        return f"{head}\t{or_null(entry.times)}\t{currency}\t{RULES}\tactual days\t\t{nothing}\n"
    point, span = entry.coverage.point, entry.coverage.span
    return (
        f"{head}\t{entry.coverage.times}\t{point.currency}\t{RULES}\t{point.proration}\t{point.charge}"
        f"\t{point.subscription}\t{point.plan_version}\t{point.period.start}\t{point.period.end}"
        f"\t{or_null(point.quantity)}\t{point.price:f}\t{span.start}\t{span.end}\n"
    )
