"""Organizations full of subscriptions, filled by the owner with a statement a table, and what their run must give.

Each customer has one subscription with three charges in advance: a base fee, clients in brackets or graduated, and
coaches one by one. Half of them begin on the first billing day; the other half began 1 to 23 months earlier on the
same day of the month and are paid up to it, as in a running system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connections

FIRST, SECOND, THIRD = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
UPGRADE = date(2026, 5, 11)
"""The tenth day of the second period: from it on a tenth of the subscriptions has more clients."""

TAX = Decimal(19)
SIZES = (10, 25, 50, 100, 200, 500, 1000)
MOST = SIZES[-1]
CURRENCY = "EUR"


def _plan(key: str, base_fee: str, model: Mapping[str, object], coach: str) -> dict[str, object]:
    charges = [
        {"key": "clients", "name": {"en": "Clients", "de": "Klienten"}, "basis": "committed", **model},
        {"key": "coaches", "name": "Coaches", "basis": "committed", "model": "per unit", "price": coach},
    ]
    name = {"en": f"Plan {key}", "de": f"Tarif {key}"}
    own = {"key": key, "product": "meal-plan", "name": name, "billing_period": "1 month", "base_fee": base_fee}
    return own | {"collection": "next invoice", "charge": charges}


def _brackets(cent: str) -> dict[str, object]:
    tiers = [{"up_to": size, "price": str(Decimal(cent) * (40 + size))} for size in SIZES]
    return {"model": "brackets", "tiers": tiers}


GRADUATED = {
    "model": "graduated",
    "tiers": [
        {"up_to": 10, "price": "2.50"},
        {"up_to": 100, "price": "1.95"},
        {"up_to": "unlimited", "price": "1.35"},
    ],
}
PLANS = [
    _plan("basic", "9.00", _brackets("0.59"), "12.00"),
    _plan("graduated", "19.00", GRADUATED, "9.90"),
    _plan("premium", "49.00", _brackets("0.99"), "7.50"),
]


def _catalog(key: str) -> dict[str, object]:
    address = {"street": "Ahornweg 5", "postal_code": "10115", "city": "Berlin", "country": "DE"}
    seller = {"key": key, "name": "Bench GmbH", "mode": "test", "time_zone": "Europe/Berlin", "currency": CURRENCY}
    legal = {"tax_number": "29/815/08154", "address": address, "tax": {"treatment": "domestic", "rate": str(TAX)}}
    return {"organization": seller | legal, "product": [{"key": "meal-plan"}], "plan": PLANS}


TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS bench_price (organization_id bigint, version_id bigint, charge text,
    quantity integer, price numeric, amount_minor bigint, rest_minor bigint);
CREATE TEMPORARY TABLE IF NOT EXISTS bench_contract (organization_id bigint, n integer, customer_id bigint,
    subscription_id bigint, version_id bigint, plan text, months integer, start_on date, clients integer,
    coaches integer, more_clients integer);
SELECT setseed(0.25)
"""
CONTRACTS = """
INSERT INTO bench_contract
SELECT %(organization)s, n, nextval(pg_get_serial_sequence('customer', 'id')),
    nextval(pg_get_serial_sequence('subscription', 'id')), version_id, plan, months,
    (%(first)s - make_interval(months => months))::date,
    CASE plan WHEN 'graduated' THEN clients ELSE size END, 1 + clients / 25,
    CASE plan WHEN 'graduated' THEN clients + 10 ELSE
        (SELECT min(larger) FROM unnest(%(sizes)s) larger WHERE larger > size) END
FROM (SELECT n, 1 + floor(500 * power(random(), 4))::integer AS clients,
             CASE WHEN n %% 2 = 0 THEN 0 ELSE 1 + (n / 2) %% 23 END AS months, n / 2 %% 3 AS place
      FROM generate_series(1, %(how_many)s) AS n) AS drawn
JOIN (SELECT v.id AS version_id, p.key AS plan, row_number() OVER (ORDER BY p.id) - 1 AS place
      FROM plan_version v JOIN plan p ON p.id = v.plan_id WHERE v.organization_id = %(organization)s) AS sold
USING (place)
CROSS JOIN LATERAL (SELECT min(size) AS size FROM unnest(%(sizes)s) size WHERE size >= clients) AS smallest
"""
FILL = {
    "customer": """
    INSERT INTO customer (id, organization_id, recorded_at, public_id, key, billed_until, due_on)
    SELECT customer_id, organization_id, %(now)s, 'cus_' || replace(gen_random_uuid()::text, '-', ''), 'c' || n,
           CASE WHEN months > 0 THEN %(first)s::date - 1 END, %(first)s::date
    FROM bench_contract WHERE organization_id = %(organization)s
    """,
    "customer_details": """
    INSERT INTO customer_details (customer_id, organization_id, recorded_at, name, email, street, postal_code, city,
                                  country, vat_id, language)
    SELECT customer_id, organization_id, %(now)s, 'Praxis ' || n, 'praxis' || n || '@example.org', 'Lindenweg ' || n,
           '50674', 'Köln', 'DE', '', CASE WHEN n %% 3 = 0 THEN 'en' ELSE 'de' END
    FROM bench_contract WHERE organization_id = %(organization)s
    """,
    "subscription": """
    INSERT INTO subscription (id, organization_id, recorded_at, public_id, key, customer_id, plan_version_id, start_on,
                              purchase_order)
    SELECT subscription_id, organization_id, %(now)s, 'sub_' || replace(gen_random_uuid()::text, '-', ''), 's' || n,
           customer_id, version_id, start_on, ''
    FROM bench_contract WHERE organization_id = %(organization)s
    """,
    "subscription_change": """
    INSERT INTO subscription_change (organization_id, recorded_at, subscription_id, number, kind, effective_on,
                                     recorded_on, quantities, actor, request_id)
    SELECT organization_id, %(now)s, subscription_id, 1, 'subscribe', start_on, start_on,
           jsonb_build_object('clients', clients, 'coaches', coaches), 'bench', 'fill'
    FROM bench_contract WHERE organization_id = %(organization)s
    """,
    "billed_line": """
    INSERT INTO billed_line (organization_id, recorded_at, subscription_id, plan_version_id, charge, period_start,
        period_end, quantity, price, currency, proration, span_start, span_end, times, amount_minor, kind, rules,
        tax_rate)
    SELECT organization_id, %(now)s, subscription_id, version_id, charge, since, until, quantity, price, %(currency)s,
           'actual days', since, until, 1, amount_minor, 'paid_before', 1, %(tax)s
    FROM bench_contract
    CROSS JOIN LATERAL generate_series(0, months - 1) AS month
    CROSS JOIN LATERAL (SELECT (start_on + make_interval(months => month))::date AS since,
                               (start_on + make_interval(months => month + 1))::date AS until) AS period
    CROSS JOIN LATERAL (VALUES ('base', 0), ('clients', clients), ('coaches', coaches)) AS agreed (charge, quantity)
    JOIN bench_price USING (organization_id, version_id, charge, quantity)
    WHERE organization_id = %(organization)s
    """,
    "closing": """
    INSERT INTO closing (subscription_id, organization_id, recorded_at, until, changes, readings, rules)
    SELECT subscription_id, organization_id, %(now)s, %(first)s, 1, '{}', 1
    FROM bench_contract WHERE organization_id = %(organization)s AND months > 0
    """,
}
CHANGE = """
INSERT INTO subscription_change (organization_id, recorded_at, subscription_id, number, kind, effective_on,
                                 recorded_on, quantities, actor, request_id)
SELECT organization_id, %(now)s, subscription_id, 2, 'change_quantity', %(upgrade)s, %(upgrade)s,
       jsonb_build_object('clients', more_clients), 'bench', 'change'
FROM bench_contract WHERE organization_id = %(organization)s AND n %% 10 = 0
"""
EXPECTED = """
SELECT count(*) * 3 + 2 * count(*) FILTER (WHERE changed),
       sum(base.amount_minor + coaching.amount_minor + CASE WHEN changed
           THEN more.amount_minor + more.rest_minor - before.rest_minor ELSE before.amount_minor END)
FROM (SELECT *, n %% 10 = 0 AND %(is_changed)s AS changed FROM bench_contract
      WHERE organization_id = %(organization)s) AS contract
JOIN bench_price AS base ON (base.version_id, base.charge) = (contract.version_id, 'base')
JOIN bench_price AS coaching
  ON (coaching.version_id, coaching.charge, coaching.quantity) = (contract.version_id, 'coaches', coaches)
JOIN bench_price AS before
  ON (before.version_id, before.charge, before.quantity) = (contract.version_id, 'clients', clients)
JOIN bench_price AS more
  ON (more.version_id, more.charge, more.quantity) = (contract.version_id, 'clients', more_clients)
"""
DONE = """
WITH document AS (SELECT * FROM invoice WHERE organization_id = %(organization)s AND billing_date = %(day)s)
SELECT count(*), count(DISTINCT number), count(DISTINCT number_range), max(number_in_range) - min(number_in_range) + 1,
       count(*) FILTER (WHERE sha256 = encode(sha256(convert_to(snapshot, 'UTF8')), 'hex')),
       (SELECT count(*) FROM billed_line WHERE invoice_id IN (SELECT id FROM document)),
       sum(net_minor), (SELECT sum(amount_minor) FROM billed_line WHERE invoice_id IN (SELECT id FROM document))
FROM document
"""


@dataclass(frozen=True)
class Contracts:
    """A filled organization of `how_many` customers with a subscription each."""

    key: str
    organization_id: int
    how_many: int

    def change_a_tenth(self) -> None:
        """More clients from `UPGRADE` on, paid with the next invoice."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(CHANGE, {"organization": self.organization_id, "now": _noon(UPGRADE), "upgrade": UPGRADE})
            cursor.execute("VACUUM ANALYZE subscription_change")

    def check(self, day: date, *, is_changed: bool = False) -> None:
        """The documents of a day are all there, numbered without a gap, with the right lines, amounts and digests."""
        count = self.how_many
        named: dict[str, Any] = {"organization": self.organization_id, "is_changed": is_changed, "day": day}
        with connections["owner"].cursor() as cursor:
            cursor.execute(EXPECTED, named)
            lines, net_minor = cursor.fetchone()
            cursor.execute(DONE, named)
            done = cursor.fetchone()
        should_be = (count, count, 1, count, count, lines, net_minor, net_minor)
        if done != should_be:
            raise SystemExit(f"the run of {day} for {self.key} is wrong: {done} instead of {should_be}")


def fill(key: str, how_many: int) -> Contracts:
    """A new organization with that many subscriptions; its clock stands before the first billing day."""
    from headcount.core.catalog_file import read_catalog
    from headcount.services.catalog import apply_catalog
    from headcount.services.context import open_context

    now = _noon(date(2026, 3, 31))
    apply_catalog(read_catalog(_catalog(key)), "bench", now)
    organization_id = open_context(key, "bench").organization_id
    named: dict[str, Any] = {"organization": organization_id, "how_many": how_many, "first": FIRST, "now": now}
    named |= {"currency": CURRENCY, "tax": TAX, "sizes": list(SIZES)}
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLES)
        cursor.executemany(
            "INSERT INTO bench_price VALUES (%s, %s, %s, %s, %s, %s, %s)", list(_prices(organization_id))
        )
        cursor.execute(CONTRACTS, named)
        cursor.execute("CREATE INDEX IF NOT EXISTS bench_price_of ON bench_price (version_id, charge, quantity)")
        cursor.execute("ANALYZE bench_price, bench_contract")
        for table, statement in FILL.items():
            cursor.execute(statement, named)
            cursor.execute(f"VACUUM ANALYZE {table}")
    return Contracts(key, organization_id, how_many)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _prices(organization_id: int) -> Iterator[tuple[Any, ...]]:
    """What each quantity costs a month, and the rest of the second period from the upgrade on."""
    from headcount.core.calendar import Period
    from headcount.core.coverage import days_minor
    from headcount.storage import catalog
    from headcount.storage.transaction import organization_transaction

    period, rest = Period(SECOND, THIRD), Period(UPGRADE, THIRD)
    with organization_transaction(organization_id):
        versions = catalog.load(organization_id).versions
    for version_id, plan in versions.items():
        for charge in plan.charges:
            for quantity in [0] if charge.key == "base" else range(1, MOST + 1):
                price = charge.price(quantity)
                whole, part = (days_minor(price, CURRENCY, plan.proration, period, days) for days in (period, rest))
                yield organization_id, version_id, charge.key, quantity, price, whole, part
