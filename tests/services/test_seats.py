"""Seats at once, over time, and of whoever has several records."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.seat_catalog import SEATS
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


def made(new_vendor: NewVendor, plan: str, *options: str) -> Vendor:
    vendor = new_vendor(SEATS, mode="test", clock="2026-05-01")
    vendor.customers("acme")
    vendor.ok("subscription", "add", "acme", "--customer", "acme", "--plan", plan, *options)
    return vendor


def at_once(vendor: Vendor, *commands: tuple[str, ...]) -> list[str]:
    """What each process refused; empty: it did what it should."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "headcount", "seats", *words, "--organization", vendor.key],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
        )
        for words in commands
    ]  # fmt: skip
    return [process.communicate(timeout=120)[1] for process in started]


def holders(vendor: Vendor) -> list[str]:
    return [row["member"] for row in vendor.rows("seats", "list", "acme")]


@pytest.mark.both_postgres
def test_the_last_seat_goes_to_one_of_those_who_ask_at_once(new_vendor: NewVendor) -> None:
    vendor = made(new_vendor, "bought", "--quantity", "1")
    refused = at_once(vendor, *[("assign", "acme", f"m{n}") for n in range(3)], ("invite", "acme", "m3", "--days", "3"))
    assert sorted("limit_reached" in text for text in refused) == [False, True, True, True], refused
    assert len(holders(vendor)) == 1


@pytest.mark.both_postgres
def test_a_licence_is_raised_once_by_those_who_come_at_once(new_vendor: NewVendor) -> None:
    vendor = made(new_vendor, "growing", "--quantity", "2")
    vendor.ok("seats", "assign", "acme", "ida")
    refused = at_once(vendor, *[("assign", "acme", f"m{n}") for n in range(3)])
    assert refused == ["", "", ""]
    assert [row["kind"] for row in vendor.rows("events")].count("licence.raised") == 1
    assert len(holders(vendor)) == 4


@pytest.mark.both_postgres
def test_a_code_works_once_also_at_once(new_vendor: NewVendor) -> None:
    vendor = made(new_vendor, "counted")
    (invitation,) = vendor.rows("seats", "invite", "acme", "jon", "--days", "3")
    refused = at_once(vendor, ("redeem", invitation["code"]), ("redeem", invitation["code"]))
    assert sorted("code_used" in text for text in refused) == [False, True], refused


def test_what_is_over_stays_as_it_was_billed(new_vendor: NewVendor) -> None:
    vendor = made(new_vendor, "counted")
    vendor.ok("seats", "assign", "acme", "ida")
    vendor.ok("seats", "invite", "acme", "jon", "--days", "31")
    assert [row["net"] for row in vendor.bill("2026-06-01")] == ["5.00"]
    vendor.ok("organization", "clock", "--to", "2026-06-02")  # the invitation expired on 1 June
    vendor.ok("seats", "remove", "acme", "ida")
    assert vendor.bill("2026-06-03") == []
    assert vendor.count("users", "2026-05", "acme") == 2
    assert vendor.ok("audit").status == 0


def test_seats_of_two_records_of_one_person_are_one(new_vendor: NewVendor) -> None:
    vendor = made(new_vendor, "counted")
    vendor.ok("seats", "assign", "acme", "ida")
    (invitation,) = vendor.rows("seats", "invite", "acme", "ida-2", "--days", "14")
    assert vendor.count("users", "2026-05", "acme") == 2
    vendor.ok("members", "merge", "acme", "ida-2", "--into", "ida")
    assert vendor.count("users", "2026-05", "acme") == 1
    assert holders(vendor) == ["ida"]
    vendor.ok("seats", "redeem", invitation["code"])
    assert holders(vendor) == ["ida"]
    vendor.ok("seats", "remove", "acme", "ida-2")
    assert holders(vendor) == []


def test_a_seat_of_another_customers_person_is_found(new_vendor: NewVendor) -> None:
    vendor = made(new_vendor, "counted")
    vendor.customers("birke")
    vendor.load("members", "customer,member,status\nbirke,bea,activated\n")
    vendor.ok("seats", "assign", "acme", "ida")
    from headcount.cli.session import context
    from headcount.storage import models as rows
    from headcount.storage import seats
    from headcount.storage.transaction import organization_transaction

    here = context(vendor.key)
    with organization_transaction(here.organization_id):
        subscription, bea = rows.Subscription.objects.get(key="acme"), rows.Member.objects.get(key="bea")
        seats.append(here.organization_id, subscription.pk, bea.pk, "assigned", here.now, "test", "test")
    result = vendor("audit", "--format", "csv")
    assert result.status == 1
    assert "seat_of_another" in result.out + result.err
