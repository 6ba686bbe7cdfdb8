"""What the database itself refuses, whoever asks: other organizations' rows, and changes of what is appended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date

import psycopg
import pytest
from psycopg import errors

from tests.cli.catalogs import NUTRITION
from tests.vendor import Vendor, run

pytestmark = pytest.mark.both_postgres

Connection = psycopg.Connection[tuple[object, ...]]
SEATS = """
[[meter]]
key = "users"
counts = "seats"

[[plan]]
key = "team"
product = "meal-plan"
billing_period = "1 month"

[[plan.charge]]
key = "users"
basis = "counted"
meter = "users"
model = "per unit"
price = "2.50"
maximum_members = 3
"""
OFFER = '[[offer]]\nkey = "all"\nkind = "separate"\nstep = [{ plans = ["monthly", "follow-up-monthly"] }]\n'
REVIEWED = "review_days = 1\n"
PERSONAL = ["customer_details", "member_details"]


@pytest.fixture
def vendors(new_vendor: Callable[..., Vendor]) -> list[Vendor]:
    """Two organizations with a row in every table."""
    made = []
    for number in (1, 2):
        vendor = new_vendor(REVIEWED + NUTRITION + SEATS + OFFER, mode="test", clock="2026-05-01")
        vendor.customers(*[f"customer-{n}" for n in range(number)])
        vendor.load("members", "customer,member,status,since,name\ncustomer-0,ida,added,2026-05-01,Ida\n")
        vendor.ok("subscription", "add", "s", "--customer", "customer-0", "--plan", "monthly", "--start", "2026-05-01",
                  "--quantity", "10")  # fmt: skip
        vendor.activity(("customer-0", "ida", "food_plan", "2026-05-01T12:00:00Z"))
        vendor.ok("adjustments", "add", "customer-0", "Setup", "--price", "9.00")
        vendor.ok("credits", "grant", "customer-0", "5.00")
        vendor.bill("2026-05-02")
        vendor.ok("payments", "record", "5.00", "--customer", "customer-0")
        stray = vendor.rows("payments", "record", "1.00")[0]["id"]
        vendor.ok("payments", "assign", stray, "customer-0")
        vendor.ok("subscription", "add", "t", "--customer", "customer-0", "--plan", "follow-up-monthly", "--quantity",
                  "10")  # fmt: skip
        vendor.bill("2026-05-02")  # a draft that waits
        vendor.ok("subscription", "add", "u", "--customer", "customer-0", "--plan", "team")
        vendor.ok("seats", "assign", "u", "ida")
        vendor.ok("claim", "customer-0", "otto", "--kind", "food_plan")
        vendor.ok("activity", "withdraw", "a-mistake")
        vendor.ok("members", "merge", "customer-0", "otto", "--into", "ida")
        vendor.ok("subscription", "add", "v", "--customer", "customer-0", "--plan", "monthly", "--quantity", "25")
        vendor.ok("licence", "request", "v", "10")
        vendor.ok("keys", "create", "reader", "--scope", "counts")
        vendor.ok("seats", "assign", "u", "eva")
        vendor.ok("seats", "assign", "u", "max")  # three of three: an event
        made.append(vendor)
    return made


@pytest.fixture
def application() -> Iterator[Connection]:
    with psycopg.connect(os.environ["HEADCOUNT_APPLICATION_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner() -> Iterator[Connection]:
    with psycopg.connect(os.environ["HEADCOUNT_OWNER_URL"], autocommit=True) as connection:
        yield connection


def tables(owner: Connection) -> list[str]:
    found = owner.execute(
        "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public'"
        " AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT LIKE 'django_%'"
    )
    return sorted(str(name) for (name,) in found)


def ids(owner: Connection, vendor: Vendor) -> int:
    row = owner.execute("SELECT id FROM organization WHERE key = %s", [vendor.key]).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_a_query_without_any_filter_shows_only_the_organization_that_is_set(
    vendors: list[Vendor], application: Connection, owner: Connection
) -> None:
    for vendor in vendors:
        own = ids(owner, vendor)
        application.execute("SELECT set_config('headcount.organization_id', %s, false)", [str(own)])
        for table in tables(owner):
            column = "id" if table == "organization" else "organization_id"
            seen = application.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()
            assert seen == [(own,)], table


def test_with_none_set_nothing_is_shown(vendors: list[Vendor], application: Connection, owner: Connection) -> None:
    for setting in (None, ""):
        if setting is not None:
            application.execute("SELECT set_config('headcount.organization_id', %s, false)", [setting])
        for table in tables(owner):
            assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_a_row_for_another_organization_cannot_be_written(
    vendors: list[Vendor], application: Connection, owner: Connection
) -> None:
    own, other = (ids(owner, vendor) for vendor in vendors)
    application.execute("SELECT set_config('headcount.organization_id', %s, false)", [str(own)])
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute(
            "INSERT INTO customer (organization_id, key, recorded_at) VALUES (%s, 'x', '2026-01-01Z')", [other]
        )
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute("UPDATE customer SET organization_id = %s", [other])


def test_parts_of_the_evidence_are_no_way_around(vendors: list[Vendor], application: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute("SELECT * FROM activity_2026_05")


def test_every_table_has_the_organization_and_row_level_security(database: None, owner: Connection) -> None:
    found = owner.execute(
        "SELECT relname::text, relrowsecurity, EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid"
        " AND attname = 'organization_id') FROM pg_class c WHERE relname = ANY(%s)",
        [tables(owner)],
    )
    assert {name: (walled, owned) for name, walled, owned in found if not (walled and owned)} == {
        "organization": (True, False)
    }


APPENDED = [
    "invoice", "billed_line", "journal", "subscription_change", "member_status", "plan_version", "adjustment",
    "promotional_credit", "payment", "payment_owner", "allocation", "seat_event", "event", "withdrawal", "claim",
]  # fmt: skip


@pytest.mark.parametrize("table", APPENDED)
def test_what_is_appended_is_never_changed_not_even_by_the_owner(
    vendors: list[Vendor], application: Connection, owner: Connection, table: str
) -> None:
    own = ids(owner, vendors[0])
    application.execute("SELECT set_config('headcount.organization_id', %s, false)", [str(own)])
    for statement in (
        f"UPDATE {table} SET recorded_at = recorded_at",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute(statement)
        with pytest.raises(errors.RestrictViolation):
            owner.execute(statement)


def test_evidence_cannot_be_changed_by_the_application(
    vendors: list[Vendor], application: Connection, owner: Connection
) -> None:
    application.execute("SELECT set_config('headcount.organization_id', %s, false)", [str(ids(owner, vendors[0]))])
    for statement in ("UPDATE activity SET kind = 'login'", "DELETE FROM activity"):
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute(statement)


def test_a_test_organization_can_be_purged_and_the_others_keep_every_row(
    vendors: list[Vendor], owner: Connection
) -> None:
    gone, kept = vendors
    number = ids(owner, gone)
    before = {t: owner.execute(f"SELECT count(*) FROM {t}").fetchone() for t in tables(owner) if t != "organization"}
    mine = {
        t: owner.execute(f"SELECT count(*) FROM {t} WHERE organization_id = %s", [number]).fetchone() for t in before
    }
    assert all(count != (0,) for count in mine.values()), mine
    gone.ok("organization", "purge", "--yes")
    for table, count in before.items():
        assert count is not None
        assert mine[table] is not None
        after = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert after == (int(str(count[0])) - int(str((mine[table] or (0,))[0])),), table
    assert gone("count", "--meter", "active-clients").status == 1
    assert kept.count("active-clients", "2026-05", "customer-0") == 1


def test_a_live_organization_cannot_be_purged_neither_by_command_nor_in_sql(
    new_vendor: Callable[..., Vendor], application: Connection, owner: Connection
) -> None:
    vendor = new_vendor(NUTRITION)
    assert "live_not_purged" in vendor("organization", "purge", "--yes").err
    number = ids(owner, vendor)
    application.execute("SELECT set_config('headcount.organization_id', %s, false)", [str(number)])
    with pytest.raises(errors.RestrictViolation):
        application.execute("SELECT purge_organization(%s)", [number])
    with pytest.raises(errors.RestrictViolation):
        application.execute("UPDATE organization SET mode = 'test', clock_at = '2026-01-01Z'")


def test_the_directory_names_organizations_and_opens_nothing_else(
    vendors: list[Vendor], application: Connection
) -> None:
    keys = {key for (key,) in application.execute("SELECT key FROM organization_directory()")}
    assert {vendor.key for vendor in vendors} <= keys
    assert {row["organization"] for row in run("organization", "list", "--format", "csv").rows} == keys


def test_months_are_made_ahead_and_missing_ones_are_found_and_filled(database: None, owner: Connection) -> None:
    from django.db import connections

    from headcount.storage import partitions

    with connections["owner"].cursor() as cursor:
        assert partitions.missing(cursor, date(2026, 11, 24)) == []
        far = date(2027, 6, 15)
        cursor.execute(
            "INSERT INTO activity VALUES (0, 0, 0, '2027-09-05Z', 'x', 'k', '2027-09-05Z'),"
            " (0, 0, 0, '2031-01-01Z', 'x', 'k', '2027-09-05Z')"
        )
        made = partitions.make_ahead(cursor, far)
        assert made
        assert date(2027, 9, 1) in made
        assert partitions.missing(cursor, far) == []
        cursor.execute("SELECT tableoid::regclass::text FROM activity WHERE pool_id = 0 ORDER BY occurred_at")
        assert [name for (name,) in cursor.fetchall()] == ["activity_2027_09", "activity_later"]
        cursor.execute("DELETE FROM activity WHERE pool_id = 0")
    connections["owner"].close()
