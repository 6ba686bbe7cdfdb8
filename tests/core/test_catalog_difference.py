"""What a catalog file would change, and what it may not."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from headcount.core.catalog_difference import Difference, FieldChange, History, differences, refusals
from headcount.core.catalog_file import read_catalog

from .any_catalog import catalogs
from .build import few
from .test_catalog_file import GOOD, LICENCES, MONTHLY

if TYPE_CHECKING:
    from headcount.core.catalog import Catalog

YEARLY = f"\n[[plan]]\n{MONTHLY}".replace('"monthly"', '"yearly"').replace("1 month", "1 year")
OFFER = '\n[[offer]]\nkey = "start"\nkind = "bundle"\nstep = [{ plans = ["monthly"] }]\n'
FRESH, USED = History(has_activity=False, has_invoices=False), History(has_activity=True, has_invoices=True)


def read(toml: str) -> Catalog:
    return read_catalog(tomllib.loads(toml))


def changed(old: str, new: str) -> list[Difference]:
    assert GOOD.count(old) == 1
    return differences(read(GOOD), {}, read(GOOD.replace(old, new)))


def said(found: list[Difference]) -> list[tuple[str, str, str]]:
    return [(one.action, one.kind, one.key) for one in found]


@few
@given(catalogs())
def test_the_same_file_changes_nothing(catalog: Catalog) -> None:
    assert differences(catalog, {}, catalog) == []


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
    assert said(differences(one, {}, two)) == [("add", "plan", "yearly")]
    assert said(differences(two, {}, one)) == [("retire", "plan", "yearly")]
    assert said(differences(two, {"plan": ["yearly"]}, one)) == []
    assert said(differences(two, {"plan": ["yearly"]}, two)) == [("return", "plan", "yearly")]


def test_an_offer_is_added_changed_retired_and_returns() -> None:
    one, two = read(GOOD), read(GOOD + OFFER)
    assert said(differences(one, {}, two)) == [("add", "offer", "start")]
    assert said(differences(two, {}, one)) == [("retire", "offer", "start")]
    assert said(differences(two, {"offer": ["start"]}, one)) == []
    assert said(differences(two, {"offer": ["start"]}, two)) == [("return", "offer", "start")]
    kind = read(GOOD + OFFER.replace("bundle", "separate"))
    assert differences(two, {}, kind) == [
        Difference("change", "offer", "start", (FieldChange("kind", "bundle", "separate"),))
    ]


def test_a_plan_and_an_offer_of_one_key_are_two_things() -> None:
    both = read(GOOD + OFFER.replace('"start"', '"monthly"'))
    assert said(differences(both, {"offer": ["monthly"]}, both)) == [("return", "offer", "monthly")]
    assert said(differences(both, {"plan": ["monthly"]}, both)) == [("return", "plan", "monthly")]


def test_a_changed_plan_that_was_off_sale_is_changed_and_returns() -> None:
    changed_price = read(GOOD.replace('"2.50"', '"3.00"'))
    assert said(differences(read(GOOD), {"plan": ["monthly"]}, changed_price)) == [
        ("change", "plan", "monthly"),
        ("return", "plan", "monthly"),
    ]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('proration = "none"', [FieldChange("proration", "", "none")]),
        ('collection = "end of term"', [FieldChange("collection", "", "end of term")]),
        ('decrease = "at once"', [FieldChange("decrease", "", "at once")]),
        ('duration = "1 year"', [FieldChange("duration", "", "1 year")]),
        ("billing_day = 1", [FieldChange("billing_day", "", "1")]),
        ('collection = "at once"', []),
    ],
)
def test_everything_that_a_plan_agrees_on_is_compared(line: str, fields: list[FieldChange]) -> None:
    found = changed('[[plan.charge]]\nkey = "clients"', f'{line}\n[[plan.charge]]\nkey = "clients"')
    assert [change for difference in found for change in difference.fields] == fields


@settings(few, max_examples=15)
@given(catalogs(), catalogs())
def test_any_two_catalogs_differ_in_what_one_has_and_the_other_has_not(before: Catalog, after: Catalog) -> None:
    found = said(differences(before, {}, after))
    for kind in ("meter", "product", "plan", "offer"):
        old, new = ({one.key for one in getattr(catalog, f"{kind}s")} for catalog in (before, after))
        assert {key for action, of, key in found if (action, of) == ("add", kind)} == new - old
        gone = old - new if kind in ("plan", "offer") else set()
        assert {key for action, of, key in found if (action, of) == ("retire", kind)} == gone


def test_meters_and_products_that_a_file_leaves_out_stay() -> None:
    more = GOOD + '\n[[product]]\nkey = "follow-up"\n[[meter]]\nkey = "other"\ncounts = "status"\n'
    assert said(differences(read(more), {}, read(GOOD))) == []
    assert said(differences(read(GOOD), {}, read(more))) == [("add", "meter", "other"), ("add", "product", "follow-up")]


@pytest.mark.parametrize(
    ("old", "new", "history", "codes"),
    [
        pytest.param('"peak"', '"end"', FRESH, ["meter_never_changes"], id="reading"),
        pytest.param('["added", "activated"]', '["added"]', FRESH, ["meter_never_changes"], id="statuses"),
        pytest.param(
            'counts = "activity"', 'counts = "activity"\nwindow = "week"', FRESH, ["meter_never_changes"], id="window"
        ),
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
