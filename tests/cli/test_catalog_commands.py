"""`headcount catalog plan|apply|export`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.catalogs import COMMITTERS, NUTRITION
from tests.vendor import Vendor, run

NewVendor = Callable[..., Vendor]


def test_a_plan_shows_the_difference_and_the_subscriptions_it_touches_and_changes_nothing(
    new_vendor: NewVendor,
) -> None:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    vendor.ok("subscription", "add", "s", "--customer", "anna", "--plan", "monthly", "--start", "2026-05-05",
              "--quantity", "25")  # fmt: skip
    dearer = vendor.file("dearer.toml", vendor.head + NUTRITION.replace("39.00", "41.00"))
    shown = vendor.ok("catalog", "plan", str(dearer)).out
    assert "~ plan monthly  version 2" in shown
    assert "charge[1].tiers[2].price: 39.00 → 41.00" in shown
    assert "1 subscriptions keep the version they have: s" in shown
    assert vendor.ok("catalog", "plan", str(dearer)).out == shown


def test_running_subscriptions_keep_the_version_they_have_and_new_sales_get_the_new_one(
    new_vendor: NewVendor,
) -> None:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    for number, price in enumerate(("39.00", "41.00"), 1):
        vendor.ok("catalog", "apply", str(vendor.file("c.toml", vendor.head + NUTRITION.replace("39.00", price))))
        vendor.ok("subscription", "add", f"s{number}", "--customer", "anna", "--plan", "monthly", "--start",
                  "2026-05-05", "--quantity", "25")  # fmt: skip
    assert [row["net"] for row in vendor.bill("2026-05-05")] == ["80.00"]
    assert [line[2] for line in vendor.lines()] == ["39.00", "41.00"]


def test_applying_again_does_nothing_and_leaves_no_journal_entry(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    before = vendor.ok("journal", "--format", "csv").out
    file = vendor.file("again.toml", vendor.head + NUTRITION)
    assert "nothing changes" in vendor.ok("catalog", "apply", str(file)).out
    assert vendor.ok("journal", "--format", "csv").out == before


def test_an_export_is_a_catalog_that_changes_nothing(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    exported = vendor.ok("catalog", "export").out
    assert json.loads(vendor.ok("catalog", "plan", str(vendor.file("e.toml", exported)), "--format", "json").out) == []
    vendor.ok("catalog", "export", str(vendor.folder / "written.toml"))
    assert (vendor.folder / "written.toml").read_text() == exported


def test_a_plan_that_the_file_leaves_out_is_no_longer_sold_and_can_come_back(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    without = NUTRITION[: NUTRITION.index('[[plan]]\nkey = "follow-up-monthly"')]
    assert (
        "- plan follow-up-monthly  no longer sold"
        in vendor.ok("catalog", "apply", str(vendor.file("w.toml", vendor.head + without))).out
    )
    sale = ("subscription", "add", "s", "--customer", "anna", "--plan", "follow-up-monthly", "--quantity", "10")
    assert "plan_retired" in vendor(*sale).err
    vendor.ok("catalog", "apply", str(vendor.file("w.toml", vendor.head + NUTRITION)))
    vendor.ok(*sale)


def test_every_mistake_of_a_file_is_named_with_its_line(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    broken = (vendor.head + NUTRITION).replace('"1 month"', '"1 moth"').replace('product = "follow-up"', "produkt = 1")
    result = vendor("catalog", "apply", str(vendor.file("b.toml", broken)))
    line = broken.splitlines().index('billing_period = "1 moth"') + 1
    assert result.status == 1
    assert f"not_an_interval (line {line}, plan[1].billing_period)" in result.err
    assert "unknown_field" in result.err
    assert "missing_field" in result.err


def test_what_has_counted_cannot_be_redefined(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    vendor.activity(("anna", "ida", "information", "2026-05-05T12:00:00Z"))
    changed = (vendor.head + NUTRITION).replace('"food_plan"]', '"food_plan", "login"]').replace("/Berlin", "/Paris")
    result = vendor("catalog", "plan", str(vendor.file("b.toml", changed)))
    assert (result.status, "meter_never_changes" in result.err, "time_zone_in_use" in result.err) == (1, True, True)


def test_a_new_meter_counts_what_is_already_known(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION)
    vendor.customers("anna")
    vendor.activity(
        ("anna", "ida", "login", "2026-04-05T12:00:00Z"),
        ("anna", "jon", "login", "2026-05-05T12:00:00Z"),
        ("anna", "kim", "information", "2026-05-05T12:00:00Z"),
    )
    meter = '\n[[meter]]\nkey = "logins"\ncounts = "activity"\nkinds = ["login"]\n'
    vendor.ok("catalog", "apply", str(vendor.file("n.toml", vendor.head + NUTRITION + meter)))
    assert [(row["window"], row["count"]) for row in vendor.rows("count", "--meter", "logins")] == [
        ("2026-04", "1"),
        ("2026-05", "1"),
    ]
    assert [row["member"] for row in vendor.people("logins", "2026-05", "anna")] == ["jon"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[organization\n", b""])
def test_a_file_that_is_no_catalog_is_refused(new_vendor: NewVendor, content: bytes) -> None:
    vendor = new_vendor(COMMITTERS)
    assert run("catalog", "plan", str(vendor.file("x.toml", content))).status == 1
    assert "no_such_file" in run("catalog", "plan", "/nowhere/catalog.toml").err


def test_a_file_of_another_organization_is_refused(new_vendor: NewVendor) -> None:
    vendor, other = new_vendor(COMMITTERS), new_vendor(COMMITTERS)
    result = vendor("catalog", "apply", str(vendor.file("o.toml", other.head + COMMITTERS)))
    assert (result.status, "another_organization" in result.err) == (1, True)
