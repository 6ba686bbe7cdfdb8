"""SPEC 3 and 4, as far as this order goes, through the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.catalogs import NUTRITION, PUBLISHER
from tests.vendor import Vendor

NewVendor = Callable[..., Vendor]


def subscribe(vendor: Vendor, plan: str, start: str, *options: str) -> None:
    vendor.customers("c")
    vendor.ok("subscription", "add", "s", "--customer", "c", "--plan", plan, "--start", start, *options)


def users(vendor: Vendor, how_many: int, since: str) -> None:
    rows = "".join(f"c,u{number},activated,{since}\n" for number in range(how_many))
    vendor.load("members", "customer,member,status,since\n" + rows)


def test_spec_3_2_the_base_fee_is_billed_each_period_whatever_the_number_of_users(new_vendor: NewVendor) -> None:
    vendor = new_vendor(PUBLISHER)
    subscribe(vendor, "per-user", "2026-05-01")
    users(vendor, 3, "2026-05-02")
    assert [row["net"] for row in vendor.bill("2026-06-01")] == ["50.00", "57.50"]


def test_spec_3_2_a_base_fee_of_zero_gives_no_line_and_no_lines_no_document(new_vendor: NewVendor) -> None:
    vendor = new_vendor(PUBLISHER, mode="test", clock="2026-05-01")
    subscribe(vendor, "free", "2026-05-01", "--quantity", "0")
    assert vendor.bill("2026-07-01") == []
    vendor.ok("subscription", "change", "s", "--quantity", "2", "--on", "2026-07-01")
    assert [row["net"] for row in vendor.bill("2026-07-01")] == ["5.00"]
    assert vendor.lines() == [("2 × users", "2026-07-01/2026-08-01", "5.00")]


@pytest.mark.parametrize(("people", "net"), [(12, "80.00"), (0, "50.00")])
def test_spec_3_3_base_fee_and_a_price_per_user(new_vendor: NewVendor, people: int, net: str) -> None:
    vendor = new_vendor(PUBLISHER)
    subscribe(vendor, "per-user", "2026-05-01")
    users(vendor, people, "2026-05-01")
    first, second = vendor.bill("2026-06-01")
    assert (first["net"], second["net"]) == ("50.00", net)


@pytest.mark.parametrize(
    ("plan", "quantity", "price", "dates"),
    [
        ("monthly", "25", "39.00", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("quarterly", "25", "114.00", ["2026-01-31", "2026-04-30"]),
        ("half-yearly", "25", "216.00", ["2026-01-31"]),
        ("yearly", "25", "372.00", ["2026-01-31"]),
        ("monthly", "75", "69.00", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("monthly", "unlimited", "99.00", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("follow-up-monthly", "10", "15.00", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
    ],
)
def test_spec_3_8_the_same_plan_for_every_term_packages_and_editions(
    new_vendor: NewVendor, plan: str, quantity: str, price: str, dates: list[str]
) -> None:
    vendor = new_vendor(NUTRITION)
    subscribe(vendor, plan, "2026-01-31", "--quantity", quantity)
    assert [(row["billing_date"], row["net"]) for row in vendor.bill("2026-06-29")] == [(day, price) for day in dates]
    (limit,) = vendor.rows("limits", "--on", "2026-06-29")
    assert limit["limit"] == quantity


def test_spec_4_3_an_upgrade_bills_only_the_difference(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION, mode="test", clock="2024-04-15", tax='treatment = "domestic", rate = "19"')
    subscribe(vendor, "monthly", "2024-04-15", "--quantity", "10")
    assert [row["net"] for row in vendor.bill("2024-04-15")] == ["25.00"]
    vendor.ok("subscription", "change", "s", "--quantity", "25", "--on", "2024-05-10")
    (preview,) = vendor.rows("bill", "--until", "2024-05-10", "--dry-run")
    (issued,) = vendor.bill("2024-05-10")
    assert preview == issued | {"number": ""}
    assert (issued["net"], issued["gross"]) == ("2.33", "2.77")
    assert [row["net"] for row in vendor.bill("2024-05-15")] == ["39.00"]
    assert vendor.lines() == [
        ("10 active clients", "2024-04-15/2024-05-15", "25.00"),
        ("10 active clients", "2024-05-10/2024-05-15", "-4.17"),
        ("25 active clients", "2024-05-10/2024-05-15", "6.50"),
        ("25 active clients", "2024-05-15/2024-06-15", "39.00"),
    ]


def test_spec_4_3_the_same_upgrade_a_day_later_and_the_new_limit_holds_at_once(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION, mode="test", clock="2024-04-15")
    subscribe(vendor, "monthly", "2024-04-15", "--quantity", "10")
    vendor.bill("2024-04-15")
    vendor.ok("subscription", "change", "s", "--quantity", "25", "--on", "2024-05-11")
    assert [row["limit"] for day in ("2024-05-10", "2024-05-11") for row in vendor.rows("limits", "--on", day)] == [
        "10",
        "25",
    ]
    assert [row["net"] for row in vendor.bill("2024-05-11")] == ["1.87"]


def test_spec_4_4_a_decrease_waits_for_the_next_period_and_gives_no_credit(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    subscribe(vendor, "monthly", "2024-04-15", "--quantity", "25")
    vendor.bill("2024-04-15")
    (changed,) = vendor.rows("subscription", "change", "s", "--quantity", "10", "--on", "2024-05-10")
    assert changed["effective_on"] == "2024-05-15"
    assert vendor.bill("2024-05-14") == []
    assert [row["net"] for row in vendor.bill("2024-05-15")] == ["25.00"]
    assert [row["limit"] for day in ("2024-05-14", "2024-05-15") for row in vendor.rows("limits", "--on", day)] == [
        "25",
        "10",
    ]


def test_missed_days_are_caught_up_in_order_as_if_they_had_been_billed_one_by_one(new_vendor: NewVendor) -> None:
    told = []
    for stops in (["2024-09-30"], ["2024-04-15", "2024-05-10", "2024-05-11", "2024-07-15", "2024-09-30"]):
        vendor = new_vendor(NUTRITION)
        subscribe(vendor, "monthly", "2024-04-15", "--quantity", "10")
        vendor.ok("subscription", "change", "s", "--quantity", "25", "--on", "2024-05-10")
        vendor.ok("subscription", "cancel", "s", "--on", "2024-08-20")
        for stop in stops:
            vendor.bill(stop)
        told.append(vendor.lines())
    assert told[0] == told[1]
    assert len(told[0]) == 7
