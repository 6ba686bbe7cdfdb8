"""`python -m bench.audit`: the audit of a large organization, check by check, beside the naive way.

The owner of the database fills it, a statement or a COPY a table: activity of many customers in three months, ten
monthly invoices with three entries for each customer, every second one paid.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.db import connections

from bench.sample import Sample

if TYPE_CHECKING:
    from headcount.core.catalog import Plan
    from headcount.services.context import Context

KEY = "bench-audit"
MONTHS = 10
NAIVELY = 2_000
"""How many counts and how many documents the naive way gets; its seconds are told for as many as there are."""

DAY, NOON = date(2026, 1, 1), datetime(2026, 1, 1, 12, tzinfo=UTC)
CATALOG = {
    "organization": {
        "key": KEY, "name": "Bench", "mode": "test", "time_zone": "Europe/Berlin", "currency": "EUR",
        "tax": {"treatment": "domestic", "rate": "19"},
        "address": {"street": "Ahornweg 5", "postal_code": "10115", "city": "Berlin", "country": "DE"},
    },
    "meter": [{"key": "clients", "counts": "activity", "kinds": ["edit", "plan"]}],
    "product": [{"key": "care"}],
    "plan": [{
        "key": "monthly", "product": "care", "billing_period": "1 month", "base_fee": "9.00",
        "charge": [
            {"key": "clients", "basis": "committed", "meter": "clients", "model": "per unit", "price": "1.37"},
            {"key": "coaches", "basis": "committed", "model": "per unit", "price": "12.00"},
        ],
    }],
}  # fmt: skip

FILL = """
INSERT INTO customer (organization_id, recorded_at, key)
SELECT %(organization)s, %(now)s, 'c' || n FROM generate_series(1, %(customers)s) AS n;

INSERT INTO subscription (organization_id, recorded_at, public_id, key, customer_id, plan_version_id, start_on,
                          purchase_order)
SELECT %(organization)s, %(now)s, 'sub_' || md5(key), 's' || key, id, %(version)s, %(day)s, ''
FROM customer WHERE organization_id = %(organization)s;

INSERT INTO subscription_change (organization_id, recorded_at, subscription_id, number, kind, effective_on, recorded_on,
                                 quantities, actor, request_id)
SELECT %(organization)s, %(now)s, id, 1, 'subscribe', %(day)s, %(day)s,
    jsonb_build_object('clients', 10 + id %% 90, 'coaches', 1 + id %% 5), 'bench', 'fill'
FROM subscription WHERE organization_id = %(organization)s;

INSERT INTO limit_grant (organization_id, meter_id, pool_id, subscription_id, quantity, from_at)
SELECT %(organization)s, %(meter)s, customer_id, id, 10 + id %% 90, '2025-12-31 23:00Z'
FROM subscription WHERE organization_id = %(organization)s;

INSERT INTO member (organization_id, recorded_at, customer_id, key)
SELECT %(organization)s, %(now)s, id, 'm' || n
FROM customer, generate_series(1, CASE WHEN id %% 200 = 0 THEN 60 ELSE 6 END) AS n
WHERE organization_id = %(organization)s;

CREATE TEMPORARY TABLE people AS
SELECT customer_id, id, row_number() OVER (ORDER BY id) AS place FROM member WHERE organization_id = %(organization)s;
CREATE UNIQUE INDEX ON people (place);

INSERT INTO activity (organization_id, pool_id, member_id, occurred_at, source_id, kind, recorded_at)
SELECT %(organization)s, customer_id, id, timestamptz '2026-01-01Z' + make_interval(secs => second), source_id,
    CASE WHEN second %% 3 = 0 THEN 'plan' ELSE 'edit' END, %(now)s
FROM (SELECT md5(n::text) AS source_id, floor(random() * 90 * 86400)::integer AS second,
        1 + floor(random() * (SELECT count(*) FROM people))::bigint AS place
      FROM generate_series(1, %(activities)s) AS n) AS drawn JOIN people USING (place);

INSERT INTO presence
SELECT DISTINCT ON (pool_id, window_start, member_id)
    organization_id, pool_id, %(meter)s, window_start, member_id, occurred_at, source_id, kind
FROM (SELECT *, date_trunc('month', occurred_at AT TIME ZONE 'Europe/Berlin')::date AS window_start FROM activity
      WHERE organization_id = %(organization)s) AS dated
ORDER BY pool_id, window_start, member_id, occurred_at, source_id, kind;

INSERT INTO usage SELECT organization_id, pool_id, meter_id, window_start, count(*) FROM presence
WHERE organization_id = %(organization)s GROUP BY 1, 2, 3, 4
"""
PAY = """
INSERT INTO number_range (organization_id, key, last) VALUES (%(organization)s, 'RE-2026', %(documents)s);

INSERT INTO payment (organization_id, recorded_at, public_id, key, customer_id, received_on, currency, amount_minor,
                     method, reference, reason, actor, request_id)
SELECT organization_id, recorded_at, 'pay_' || md5(number), number, customer_id, billing_date, currency, gross_minor,
    'transfer', '', '', 'bench', 'fill'
FROM invoice WHERE organization_id = %(organization)s AND number_in_range %% 2 = 0;

INSERT INTO allocation (organization_id, recorded_at, invoice_id, payment_id, amount_minor, actor, request_id)
SELECT i.organization_id, i.recorded_at, i.id, p.id, i.gross_minor, 'bench', 'fill'
FROM invoice i JOIN payment p ON p.key = i.number AND p.organization_id = i.organization_id
WHERE i.organization_id = %(organization)s
;

UPDATE customer SET billed_until = %(last)s, due_on = %(last)s + interval '1 month'
WHERE organization_id = %(organization)s;

UPDATE organization SET clock_at = %(last)s + interval '14 days' WHERE id = %(organization)s
"""
INVOICES = """
COPY invoice (id, organization_id, recorded_at, public_id, customer_id, kind, number_range, number_in_range, number,
    billing_date, issued_on, due_on, currency, net_minor, tax_minor, gross_minor, snapshot, sha256, actor, request_id)
FROM STDIN
"""
ENTRIES = """
COPY billed_line (organization_id, recorded_at, subscription_id, plan_version_id, charge, period_start, period_end,
    quantity, price, currency, proration, span_start, span_end, times, amount_minor, kind, rules, tax_rate, invoice_id,
    position)
FROM STDIN
"""
COUNT = """
SELECT count(DISTINCT member_id) FROM activity WHERE pool_id = %s AND kind IN ('edit', 'plan')
AND occurred_at >= %s::timestamp AT TIME ZONE 'Europe/Berlin'
AND occurred_at < (%s::timestamp + interval '1 month') AT TIME ZONE 'Europe/Berlin'
"""


def fill(activities: int, invoices: int) -> Context:
    from headcount.core.calendar import add_months
    from headcount.core.catalog_file import read_catalog
    from headcount.services.catalog import apply_catalog
    from headcount.services.context import open_context, write_journal
    from headcount.storage import catalog
    from headcount.storage.transaction import organization_transaction

    apply_catalog(read_catalog(CATALOG), "bench", NOON)
    context = open_context(KEY, "bench")
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        ((version, plan),) = stored.versions.items()
    named: dict[str, Any] = {
        "organization": context.organization_id, "now": NOON, "day": DAY, "customers": invoices // MONTHS,
        "documents": invoices // MONTHS * MONTHS, "version": version, "meter": stored.meter_ids["clients"],
        "activities": activities, "last": add_months(DAY, MONTHS - 1),
    }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        for statement in FILL.split(";"):
            cursor.execute(statement, named)
        cursor.execute("SELECT count(*) FROM activity WHERE organization_id = %(organization)s", named)
        kept = cursor.fetchone()[0]
    told = _bill(context, version, plan)
    with organization_transaction(context.organization_id):
        write_journal(context, "activity.recorded", {"kept": kept})
        for start in range(0, len(told), 500):
            write_journal(context, "invoices.finalised", {"documents": told[start : start + 500]})
    with connections["owner"].cursor() as cursor:
        for statement in PAY.split(";"):
            cursor.execute(statement, named)
        cursor.execute("VACUUM ANALYZE")
    return open_context(KEY, "bench")


def _bill(context: Context, version: int, plan: Plan) -> list[list[object]]:
    """Every customer's documents, with real snapshots. What the journal tells of them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id, customer_id, key FROM subscription WHERE organization_id = %s ORDER BY id",
            [context.organization_id],
        )
        subscriptions = cursor.fetchall()
        made = [
            _document(context, version, plan, place * MONTHS + month + 1, month, *subscription)
            for place, subscription in enumerate(subscriptions)
            for month in range(MONTHS)
        ]
        for statement, part in ((INVOICES, 0), (ENTRIES, 1)):
            with cursor.copy(statement) as copy:
                for one in made:
                    for row in one[part]:
                        copy.write_row(row)
    return [one[2] for one in made]


Made = tuple[list[list[object]], list[list[object]], list[object]]


def _document(
    context: Context, version: int, plan: Plan, number: int, month: int, subscription: int, customer: int, key: str
) -> Made:
    """The row of a document, those of its entries, and what the journal tells of it."""
    from headcount.core.calendar import Period, add_months
    from headcount.core.coverage import days_minor
    from headcount.core.tax import totals
    from headcount.storage.journal import canonical, digest

    period = Period(add_months(DAY, month), add_months(DAY, month + 1))
    quantities = {"base": 0, "clients": 10 + subscription % 90, "coaches": 1 + subscription % 5}
    prices = {charge: plan.charge(charge).price(quantity) for charge, quantity in quantities.items()}
    amounts = {c: days_minor(price, "EUR", plan.proration, period, period) for c, price in prices.items()}
    total, text = totals(sum(amounts.values()), Decimal(19)), f"RE-2026-{number:06d}"
    snapshot = canonical({
        "number": text, "kind": "invoice", "original": "", "currency": "EUR", "language": "de",
        "billing_date": str(period.start), "issued_on": str(period.start), "due_on": str(period.start),
        "seller": {"name": "Bench", "street": "Ahornweg 5", "city": "Berlin"}, "buyer": {"customer": key},
        "lines": [{"position": n, "text": c, "charge": c, "period": str(period), "net": _text(amounts[c]), "units": "1"}
                  for n, c in enumerate(quantities, 1)],
        "net": _text(total.net_minor), "gross": _text(total.gross_minor),
        "tax": {"rate": "19", "amount": _text(total.tax_minor), "reason": ""},
    })  # fmt: skip
    organization, hashed = context.organization_id, digest(snapshot)
    entries: list[list[object]] = [
        [organization, NOON, subscription, version, charge, period.start, period.end, quantities[charge],
         prices[charge], "EUR", plan.proration, period.start, period.end, 1, amount, "invoiced", 1, 19, number, n]
        for n, (charge, amount) in enumerate(amounts.items(), 1)
    ]  # fmt: skip
    row: list[object] = [
        number, organization, NOON, f"inv_{number:032d}", customer, "invoice", "RE-2026", number, text, period.start,
        period.start, period.start, "EUR", total.net_minor, total.tax_minor, total.gross_minor, snapshot, hashed,
        "bench", "fill",
    ]  # fmt: skip
    return [row], entries, [text, customer, total.net_minor, total.tax_minor, hashed]


def _text(amount_minor: int) -> str:
    return f"{Decimal(amount_minor) / 100:.2f}"


def measure(activities: int, invoices: int) -> Iterator[Sample]:
    """Everything, in the order it is printed."""
    from headcount.services.audit import audit

    context = fill(activities, invoices)
    begin, before, seconds = perf_counter(), _peak_mib(), {}
    for one in audit(context):
        if one.findings:
            raise SystemExit(f"{one.check}: {one.findings[:3]}")
        seconds[one.check] = one.milliseconds / 1000
        yield Sample(f"audit: {one.check}", one.looked_at, seconds[one.check], "s")
    yield Sample("audit: all", activities + invoices, perf_counter() - begin, "s")
    yield Sample("audit: more memory at its peak", activities + invoices, _peak_mib() - before, "MiB")
    for what, checks, (size, naive) in (
        ("COUNT(DISTINCT) by count", ("evidence", "counts"), _naive_counts(context)),
        ("the ORM, by document", ("ledger", "documents"), _naive_documents(context)),
    ):
        together = sum(seconds[check] for check in checks)
        yield Sample(f"the naive way: {what}", size, naive, "s")
        yield Sample(f"audit: {' and '.join(checks)}, times the naive way", size, naive / together, "x")


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _naive_counts(context: Context) -> tuple[int, float]:
    """A query a count, as the owner: without row-level security."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pool_id, window_start, count FROM usage WHERE organization_id = %s ORDER BY md5(pool_id::text)",
            [context.organization_id],
        )
        stored = cursor.fetchall()
        begin = perf_counter()
        for pool, window, count in stored[:NAIVELY]:
            cursor.execute(COUNT, [pool, window, window])
            assert cursor.fetchone() == (count,)
        return len(stored), (perf_counter() - begin) * len(stored) / min(NAIVELY, len(stored))


def _naive_documents(context: Context) -> tuple[int, float]:
    """A document at a time, with its entries as objects: amounts and sums, no prices and no frozen texts."""
    from headcount.core.calendar import Period
    from headcount.core.coverage import days_minor
    from headcount.storage.models import Invoice

    documents = Invoice.objects.using("owner").filter(organization_id=context.organization_id)
    how_many = documents.count()
    begin = perf_counter()
    for document in documents.order_by("id")[:NAIVELY]:
        entries = list(document.entries.select_related("subscription", "plan_version"))
        for entry in entries:
            assert entry.period_start
            assert entry.period_end
            assert entry.span_start
            assert entry.span_end
            assert entry.times
            assert entry.price is not None
            period, span = Period(entry.period_start, entry.period_end), Period(entry.span_start, entry.span_end)
            amount = entry.times * days_minor(entry.price, entry.currency, entry.proration, period, span)
            assert amount == entry.amount_minor
        assert sum(entry.amount_minor for entry in entries) == document.net_minor
    return how_many, (perf_counter() - begin) * how_many / min(NAIVELY, how_many)
