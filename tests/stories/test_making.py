"""`story new` and `story record`: what they write holds when it is played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.catalogs import NUTRITION, PUBLISHER
from tests.vendor import Vendor, run

NewVendor = Callable[..., Vendor]


def plays(path: Path) -> None:
    result = run("story", "run", str(path))
    assert (result.status, "✗" in result.out) == (0, False), result.out + result.err


@pytest.mark.parametrize(("catalog", "plan"), [(NUTRITION, "monthly"), (PUBLISHER, "per-user")])
def test_a_first_story_holds_and_teaches(new_vendor: NewVendor, tmp_path: Path, catalog: str, plan: str) -> None:
    vendor = new_vendor(catalog)
    path = tmp_path / "first.toml"
    vendor.ok("story", "new", "--plan", plan, str(path))
    text = path.read_text()
    assert "# A story: a catalog, dated steps" in text
    assert f'plan = "{plan}"' in text
    assert "follow-up" not in text  # what the plan does not need
    plays(path)


def test_a_first_story_in_german_of_the_first_plan(new_vendor: NewVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADCOUNT_LANGUAGE", "de")
    printed = new_vendor(NUTRITION).ok("story", "new").out
    assert printed.startswith("# Eine Geschichte:")
    assert printed.count("[[step]]") == 5


def test_what_new_refuses(new_vendor: NewVendor, tmp_path: Path) -> None:
    vendor = new_vendor(NUTRITION)
    (tmp_path / "there.toml").write_text("mine")
    assert "file_is_there" in vendor("story", "new", str(tmp_path / "there.toml")).err
    assert "Did you mean “monthly”?" in vendor("story", "new", "--plan", "montly").err
    assert "no_plans_yet" in new_vendor().__call__("story", "new").err


def test_a_history_is_recorded_and_holds(new_vendor: NewVendor, tmp_path: Path) -> None:
    vendor = new_vendor(NUTRITION, mode="test", tax='treatment = "domestic", rate = "19"', clock="2026-01-10")
    vendor.load("customers", "customer,name,street,city,country,language\nanna,Anna Berger,Weg 1,Köln,DE,de\n"
                "berta,Berta Koch,Weg 2,Bonn,DE,\n")  # fmt: skip
    vendor.activity(
        ("anna", "ida", "food_plan", "2026-01-11T09:00:00+01:00"),
        ("anna", "ida", "measurements", "2026-01-11T10:00:00+01:00"),
        ("anna", "jon", "food_plan", "2026-01-11T11:00:00+01:00"),
    )
    vendor.ok("subscription", "add", "anna-1", "--customer", "anna", "--plan", "monthly", "--quantity", "10")
    vendor.ok("subscription", "add", "berta", "--customer", "berta", "--plan", "quarterly", "--start", "2025-12-31",
              "--quantity", "25")  # fmt: skip
    vendor.bill("2026-02-10")
    vendor.ok("subscription", "change", "anna-1", "--quantity", "25")
    vendor.bill("2026-02-10")
    vendor.ok("organization", "clock", "--to", "2026-02-20")
    vendor.ok("subscription", "change", "anna-1", "--quantity", "10")
    vendor.ok("subscription", "cancel", "berta")
    vendor.load("members", "customer,member,status,since\nanna,kim,activated,2026-02-01\nanna,lea,invited,\n")
    vendor.ok("organization", "clock", "--to", "2026-04-15")
    path = tmp_path / "recorded.toml"
    assert vendor.ok("story", "record", str(path)).err == ""
    text = path.read_text()
    assert "Anna Berger" not in text
    assert "Weg 1" not in text
    assert 'members = ["ida", "jon"]' in text  # a day and a kind are one table
    assert text.count('customer = "anna", date') >= 4
    plays(path)


def test_a_live_organization_is_not_recorded(new_vendor: NewVendor) -> None:
    result = new_vendor(NUTRITION)("story", "record")
    assert (result.status, result.out) == (1, "")
    assert "live_not_recorded" in result.err


def test_an_earlier_version_of_a_plan_is_not_recorded(new_vendor: NewVendor) -> None:
    vendor = new_vendor(NUTRITION, mode="test", clock="2026-01-10")
    vendor.customers("anna")
    vendor.ok("subscription", "add", "anna", "--customer", "anna", "--plan", "monthly", "--quantity", "10")
    dearer = vendor.file("catalog.toml", vendor.head + NUTRITION.replace("25.00", "26.00"))
    vendor.ok("catalog", "apply", str(dearer))
    assert "plan_changed_since" in vendor("story", "record").err


def test_recorded_payments_are_played_again(new_vendor: NewVendor, tmp_path: Path) -> None:
    vendor = new_vendor(NUTRITION, mode="test", clock="2026-01-10")
    vendor.customers("anna", "berta")
    for customer in ("anna", "berta"):
        vendor.ok("subscription", "add", customer, "--customer", customer, "--plan", "monthly", "--quantity", "10")
    vendor.bill("2026-01-10")
    vendor.ok("payments", "record", "20.00", "--customer", "anna", "--key", "p1")
    vendor.ok("payments", "record", "60.00", "--reference", "RE2026000002 Berta Koch", "--on", "2026-01-09")
    payments = "id,amount,received_on\nx1,5.00,2026-01-10\nx2,3.00,2026-01-08\n"
    vendor.load("payments", payments)
    vendor.ok("payments", "assign", "x1", "anna")
    vendor.ok("payments", "record", "1.00", "--key", "x3")
    vendor.ok("payments", "assign", "x3", "anna")  # a second step: actions of a word stand together
    vendor.bill("2026-02-10")
    vendor.ok("payments", "reverse", "p1", "--reason", "no cover")
    vendor.ok("payments", "refund", "berta", "7.50")
    path = tmp_path / "recorded.toml"
    assert vendor.ok("story", "record", str(path)).err == ""
    text = path.read_text()
    assert "Koch" not in text
    assert "no cover" not in text
    for expected in (
        '{ customer = "anna", payment = "p1", amount = "20.00" }', 'reference = "RE-2026-000002", on = 2026-01-09',
        'assign = [{ payment = "x1", customer = "anna" }]', 'assign = [{ payment = "x3", customer = "anna" }]',
        'reverse = [{ payment = "p1" }]',
        'refund = [{ customer = "berta", amount = "7.50" }]',
    ):  # fmt: skip
        assert expected in text, text
    plays(path)
