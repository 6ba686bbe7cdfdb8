"""Terms, previews and warnings on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.catalogs import NUTRITION
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]

FALLING = """
[[product]]
key = "p"

[[plan]]
key = "volume"
product = "p"
billing_period = "1 month"
notice = "2 weeks"
charge = [{ key = "users", basis = "committed", model = "volume", tiers = [
  { up_to = 10, price = "2.50" }, { up_to = "unlimited", price = "2.00" } ] }]
"""

AVERAGE = """
[[meter]]
key = "users"
counts = "status"
reading = "average"

[[product]]
key = "p"
"""


@pytest.fixture
def upgraded(new_vendor: NewVendor) -> Vendor:
    """Ten places since 15 April 2026, and the clock on 10 May."""
    vendor = new_vendor(NUTRITION, mode="test", clock="2026-04-15")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "a", "--customer", "anna", "--plan", "monthly", "--quantity", "10")
    vendor.bill("2026-05-10")
    return vendor


def test_spec_4_12_a_preview_shows_the_invoice_that_follows(upgraded: Vendor) -> None:
    *lines, total = upgraded.rows("subscription", "preview", "a", "--quantity", "25")
    assert [(line["text"], line["period"], line["net"]) for line in lines] == [
        ("10 active clients", "2026-05-10/2026-05-15", "-4.17"),
        ("25 active clients", "2026-05-10/2026-05-15", "6.50"),
    ]
    assert total["net"] == "2.33"
    assert upgraded.bill("2026-05-10") == []  # nothing was changed
    upgraded.ok("subscription", "change", "a", "--quantity", "25", "--token", total["token"])
    assert [row["net"] for row in upgraded.bill("2026-05-10")] == ["2.33"]


def test_spec_4_12_an_amount_that_has_moved_is_refused_with_the_new_one(upgraded: Vendor) -> None:
    token = upgraded.rows("subscription", "preview", "a", "--quantity", "25")[-1]["token"]
    upgraded.ok("organization", "clock", "--to", "2026-05-11")
    refused = upgraded("subscription", "change", "a", "--quantity", "25", "--token", token)
    assert refused.status == 1
    assert "amount_moved" in refused.err
    assert "1.87 EUR" in refused.err
    assert upgraded.rows("subscription", "list")[0]["quantities"] == "clients=10"


def test_a_preview_of_a_decrease_at_renewal_costs_nothing_now(upgraded: Vendor) -> None:
    upgraded.ok("subscription", "change", "a", "--quantity", "25")
    upgraded.bill("2026-05-10")
    (total,) = upgraded.rows("subscription", "preview", "a", "--quantity", "10")
    assert (total["net"], total["period"]) == ("0.00", "2026-05-15")


def test_exact_days_of_a_month_meter_are_counted_exactly(upgraded: Vendor) -> None:
    upgraded.activity(
        ("anna", "ida", "food_plan", "2026-05-02T12:00:00Z"),
        ("anna", "jon", "food_plan", "2026-05-09T12:00:00Z"),
    )
    assert upgraded.count("active-clients", "2026-05", "anna") == 2
    assert upgraded.count("active-clients", "2026-05-01/2026-05-05", "anna") == 1


def test_falling_prices_are_warned_about_and_done(new_vendor: NewVendor) -> None:
    vendor = new_vendor()
    file = str(vendor.file("falling.toml", vendor.head + FALLING))
    for command in ("plan", "apply"):
        result = vendor("catalog", command, file)
        assert result.status == 0
        assert "price_falls (plan[1].charge[1]): 11 to 12 cost less than 10: 22.00 instead of 25.00." in result.err
    assert "price_falls" not in vendor.ok("catalog", "export").out


def test_spec_4_2_the_last_day_to_cancel_is_shown_at_purchase_and_in_lists(new_vendor: NewVendor) -> None:
    vendor = new_vendor(FALLING, mode="test", clock="2026-05-01")
    vendor.customers("anna")
    (bought,) = vendor.rows("subscription", "add", "a", "--customer", "anna", "--plan", "volume", "--quantity", "3")
    assert bought["cancel_by"] == "2026-05-17"
    vendor.ok("organization", "clock", "--to", "2026-05-18")
    assert vendor.rows("subscription", "list")[0]["cancel_by"] == "2026-06-16"
    assert vendor.rows("subscription", "cancel", "a")[0]["end"] == "2026-07-01"
    assert vendor.rows("subscription", "list")[0]["cancel_by"] == ""


def test_spec_1_11_people_behind_an_average_come_with_their_days(new_vendor: NewVendor) -> None:
    vendor = new_vendor(AVERAGE)
    vendor.customers("acme")
    rows = "acme,ida,activated,2026-05-01\nacme,kim,activated,2026-05-11\nacme,kim,inactive,2026-05-21\n"
    vendor.load("members", "customer,member,status,since\n" + rows)
    (count,) = vendor.rows("count", "--meter", "users", "--window", "2026-05")
    assert count["count"] == "1.32"
    assert [(row["member"], row["days"]) for row in vendor.people("users", "2026-05", "acme")] == [
        ("ida", "31"),
        ("kim", "10"),
    ]
    by_day = json.loads(vendor.ok("explain", "--meter", "users", "--customer", "acme", "--window", "2026-05-12",
                                  "--format", "json").out)  # fmt: skip
    assert [row["member"] for row in by_day] == ["ida", "kim"]
