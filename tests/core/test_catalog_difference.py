"""What a catalog file would change, and what it may not."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from headcount.core.catalog_difference import Difference, FieldChange, History, differences, refusals
from headcount.core.catalog_file import read_catalog

from .build import few
from .test_catalog_file import GOOD, LICENCES, MONTHLY, catalogs

if TYPE_CHECKING:
    from headcount.core.catalog import Catalog

YEARLY = f"\n[[plan]]\n{MONTHLY}".replace('"monthly"', '"yearly"').replace("1 month", "1 year")
FRESH, USED = History(has_activity=False, has_invoices=False), History(has_activity=True, has_invoices=True)


def read(toml: str) -> Catalog:
    return read_catalog(tomllib.loads(toml))


def changed(old: str, new: str) -> list[Difference]:
    assert GOOD.count(old) == 1
    return differences(read(GOOD), [], read(GOOD.replace(old, new)))


def said(found: list[Difference]) -> list[tuple[str, str, str]]:
    return [(one.action, one.kind, one.key) for one in found]


@few
@given(catalogs())
def test_the_same_file_changes_nothing(catalog: Catalog) -> None:
    assert differences(catalog, [], catalog) == []


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        pytest.param(
            '"2.50"',
            '"3.00"',
            Difference("change", "plan", "monthly", (FieldChange("charge[2].price", "2.50", "3.00"),)),
            id="price",
        ),
        pytest.param(
            "up_to = 10",
            "up_to = 20",
            Difference("change", "plan", "monthly", (FieldChange("charge[1].tiers[1].up_to", "10", "20"),)),
            id="tier",
        ),
        pytest.param(
            '"Berlin"',
            '"Bonn"',
            Difference(
                "change", "organization", "nutrition", (FieldChange("organization.address.city", "Berlin", "Bonn"),)
            ),
            id="address",
        ),
        pytest.param(
            'de = "Ernährungsplan"',
            'de = "Plan"',
            Difference("change", "product", "meal-plan", (FieldChange("name.de", "Ernährungsplan", "Plan"),)),
            id="name in one language",
        ),
    ],
)
def test_a_change_names_its_field_with_before_and_after(old: str, new: str, difference: Difference) -> None:
    assert changed(old, new) == [difference]


def test_a_price_written_in_another_way_is_no_change() -> None:
    assert changed('"2.50"', '"2.5"') == []


def test_a_charge_that_goes_is_told_field_by_field() -> None:
    (plan,) = changed(LICENCES, "")
    assert [change.field for change in plan.fields] == [
        "charge[2].key",
        "charge[2].name",
        "charge[2].basis",
        "charge[2].meter",
        "charge[2].model",
        "charge[2].price",
    ]
    assert {change.after for change in plan.fields} == {""}


def test_a_plan_is_added_retired_and_returns() -> None:
    one, two = read(GOOD), read(GOOD + YEARLY)
    assert said(differences(one, [], two)) == [("add", "plan", "yearly")]
    assert said(differences(two, [], one)) == [("retire", "plan", "yearly")]
    assert said(differences(two, ["yearly"], one)) == []
    assert said(differences(two, ["yearly"], two)) == [("return", "plan", "yearly")]


def test_meters_and_products_that_a_file_leaves_out_stay() -> None:
    more = GOOD + '\n[[product]]\nkey = "follow-up"\n[[meter]]\nkey = "other"\ncounts = "status"\n'
    assert said(differences(read(more), [], read(GOOD))) == []
    assert said(differences(read(GOOD), [], read(more))) == [("add", "meter", "other"), ("add", "product", "follow-up")]


@pytest.mark.parametrize(
    ("old", "new", "history", "codes"),
    [
        pytest.param('"peak"', '"end"', FRESH, ["meter_never_changes"], id="reading"),
        pytest.param('["added", "activated"]', '["added"]', FRESH, ["meter_never_changes"], id="statuses"),
        pytest.param('"active client | active clients"', '"guest | guests"', USED, [], id="words about a meter"),
        pytest.param("[activity]", 'mode = "test"\n[activity]', FRESH, ["mode_never_changes"], id="mode"),
        pytest.param('"Europe/Berlin"', '"UTC"', USED, ["time_zone_in_use"], id="time zone in use"),
        pytest.param('"Europe/Berlin"', '"UTC"', FRESH, [], id="time zone before any activity"),
        pytest.param('"EUR"', '"JPY"', USED, ["currency_in_use"], id="currency in use"),
        pytest.param('"EUR"', '"JPY"', FRESH, [], id="currency before any invoice"),
        pytest.param('"2.50"', '"3.00"', USED, [], id="a price makes a new version"),
    ],
)
def test_the_past_is_not_redefined(old: str, new: str, history: History, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals(changed(old, new), history)] == codes


def test_a_refusal_names_the_thing_and_both_values() -> None:
    (refusal,) = refusals(changed('"peak"', '"end"'), FRESH)
    assert (refusal.field, refusal.numbers) == (
        "meter.reading",
        {"key": "licensed", "before": "peak", "after": "end"},
    )
