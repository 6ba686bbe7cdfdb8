"""A page asks the database the same few questions whether it shows one customer or a hundred."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.console.practice import CATALOG
from tests.vendor import Vendor

if TYPE_CHECKING:
    from django.test import Client

MANY = 130
MOST = {
    "/": None,  # one organization more is three questions more: each is read behind its own wall
    "/{key}/": 24,
    "/{key}/?month=2026-03": 24,
    "/{key}/?search=c": 24,
    "/{key}/customers/c0/": 24,
    "/{key}/customers/c0/people/active-clients/2026-05/": 24,
    "/{key}/customers/c0/people/seats/2026-05/": 24,
    "/{key}/customers/c0/people/seats/2026-05-01--2026-05-15/": 24,
    "/{key}/invoices/": 10,
    "/{key}/invoices/{number}/": 10,
}


def questions(client: Client, where: str) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(where)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(where).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def add(vendor: Vendor, numbers: range) -> None:
    keys = [f"c{number}" for number in numbers]
    vendor.customers(*keys)
    plans = ("monthly", "per-seat", "per-client")
    subscriptions = [f"{key}-{plan},{key},{plan},2026-01-01,{2 if plan == 'monthly' else ''}\n"
                     for key in keys for plan in plans]  # fmt: skip
    vendor.load("subscriptions", "subscription,customer,plan,start,quantity\n" + "".join(subscriptions))
    members = [f"{key},m{number},activated,2026-02-0{number}\n" for key in keys for number in range(1, 4)]
    vendor.load("members", "customer,member,status,since\n" + "".join(members))
    vendor.activity(*((key, f"m{number}", "food_plan", "2026-05-03T08:00:00Z") for key in keys for number in range(5)))


@pytest.fixture
def growing(new_vendor: Callable[..., Vendor]) -> Vendor:
    vendor = new_vendor(CATALOG, mode="test", clock="2026-01-01", tax='treatment = "domestic", rate = "19"')
    add(vendor, range(1))
    vendor.bill("2026-05-20")
    return vendor


def test_the_number_of_questions_does_not_grow(growing: Vendor, client: Client) -> None:
    number = growing.rows("invoices")[0]["number"]
    addresses = {where: where.format(key=growing.key, number=number) for where in MOST}
    alone = {where: questions(client, address) for where, address in addresses.items()}
    add(growing, range(1, MANY))
    growing.bill("2026-05-21")
    for where, address in addresses.items():
        asked = questions(client, address)
        assert len(asked) == len(alone[where]), (where, asked)
        if most := MOST[where]:
            assert len(asked) <= most, (where, asked)


def test_no_page_looks_at_activity(growing: Vendor, client: Client) -> None:
    """Counts are read where they are kept; evidence is for billing parts of a window, and for audits."""
    number = growing.rows("invoices")[0]["number"]
    for where in MOST:
        asked = questions(client, where.format(key=growing.key, number=number))
        assert not [sql for sql in asked if "FROM activity" in sql or 'FROM "activity"' in sql]
