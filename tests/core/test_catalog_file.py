"""The catalog as a file: every mistake by its code and place, and writing as the inverse of reading."""

from __future__ import annotations

import inspect
import os
import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import tomlkit
from hypothesis import given

from headcount.core import catalog_file, document, names_file, offer_file, plan_file, terms
from headcount.core.calendar import Interval, parse_interval, zone
from headcount.core.catalog import (
    ActivityMeter,
    Address,
    Charge,
    Noun,
    Product,
    SeatMeter,
    StatusMeter,
    TaxRule,
    Text,
)
from headcount.core.catalog_file import read_catalog
from headcount.core.catalog_writing import write_catalog
from headcount.core.errors import Refused
from headcount.core.members import BILLABLE
from headcount.core.money import parse_decimal, parse_price
from headcount.core.rating import Bracket, Brackets, Flat, PerUnit, parse_quantity
from headcount.core.tax import DOMESTIC, NONE
from headcount.core.terms import Terms
from headcount.gateways.toml import read_toml, write_toml

from .any_catalog import catalogs
from .build import examples, few
from .mistakes import cases_of_mistakes, codes, mistakes, replaced
from .test_offers import CASES as CASES_OF_OFFERS
from .test_plan_file import CASES as CASES_OF_PLANS

if TYPE_CHECKING:
    from pathlib import Path

    from headcount.core.catalog import Catalog

GOOD = """
[organization]
key = "nutrition"
name = "Nutrition GmbH"
time_zone = "Europe/Berlin"
currency = "EUR"
invoice_prefix = "RE"
address = { street = "Weg 1", postal_code = "10115", city = "Berlin", country = "DE" }
tax = { treatment = "domestic", rate = "19" }

[activity]
kinds = ["login"]

[[meter]]
key = "active-clients"
people = "active client | active clients"
counts = "activity"
kinds = ["measurements", "information"]

[[meter]]
key = "licensed"
people = { en = "client | clients", de = "Klient | Klienten" }
counts = "status"
statuses = ["added", "activated"]
reading = "peak"

[[product]]
key = "meal-plan"
name = { en = "Meal Plan", de = "Ernährungsplan" }

[[plan]]
key = "monthly"
product = "meal-plan"
billing_period = "1 month"
base_fee = "9.90"

[[plan.charge]]
key = "clients"
basis = "committed"
meter = "active-clients"
model = "brackets"
tiers = [{ up_to = 10, price = "25.00" }, { up_to = "unlimited", price = "99.00" }]

[[plan.charge]]
key = "licences"
basis = "counted"
meter = "licensed"
model = "per unit"
price = "2.50"
"""

TIERS = 'tiers = [{ up_to = 10, price = "25.00" }, { up_to = "unlimited", price = "99.00" }]'
ADDRESS = 'address = { street = "Weg 1", postal_code = "10115", city = "Berlin", country = "DE" }'
LICENCES = GOOD[GOOD.rindex("[[plan.charge]]") :]
MONTHLY = 'key = "monthly"\nproduct = "meal-plan"\nbilling_period = "1 month"\nbase_fee = "9.90"'


def test_the_example_is_read() -> None:
    catalog = read_catalog(tomllib.loads(GOOD))
    assert catalog.kinds == ("information", "login", "measurements")
    assert catalog.organization.tax == TaxRule(DOMESTIC, Decimal(19), Text("", ""))
    assert catalog.meter("active-clients") == ActivityMeter(
        "active-clients",
        Text("active clients", "active clients"),
        Noun(Text("active client", "active client"), Text("active clients", "active clients")),
        ("information", "measurements"),
    )
    assert catalog.meter("licensed") == StatusMeter(
        "licensed",
        Text("licensed", "licensed"),
        Noun(Text("client", "Klient"), Text("clients", "Klienten")),
        ("added", "activated"),
        "peak",
    )
    assert catalog.products == (Product("meal-plan", Text("Meal Plan", "Ernährungsplan")),)
    (plan,) = catalog.plans
    assert (plan.terms, [charge.key for charge in plan.charges]) == (
        Terms(Interval(1, "month")),
        ["base", "clients", "licences"],
    )
    assert plan.charge("base").model == Flat(Decimal("9.90"))
    assert plan.charge("clients").model == Brackets((Bracket(10, Decimal(25)), Bracket(None, Decimal(99))))
    assert plan.charge("licences") == Charge(
        "licences", Text("licences", "licences"), "counted", "licensed", PerUnit(Decimal("2.50")), "in arrears"
    )


def test_what_may_be_left_out() -> None:
    short = tomllib.loads("""
        organization = { key = "a", name = "A", time_zone = "UTC", currency = "EUR" }
        meter = [{ key = "m", counts = "status" }]
        product = [{ key = "p" }]
        plan = [{ key = "x", product = "p", billing_period = "1 year" }]
    """)
    catalog = read_catalog(short)
    terms = catalog.organization
    assert (terms.mode, terms.language, terms.invoice_prefix, terms.vat_id) == ("live", "en", "RE", "")
    assert (terms.address, terms.tax.treatment) == (Address("", "", "", ""), NONE)
    assert catalog.meters == (
        StatusMeter("m", Text("m", "m"), Noun(Text("member", "member"), Text("members", "members")), BILLABLE, "end"),
    )
    assert catalog.plans[0].charges == ()


def test_seats_are_read() -> None:
    file = tomllib.loads("""
        organization = { key = "a", name = "A", time_zone = "UTC", currency = "EUR" }
        [[meter]]
        key = "team"
        counts = "seats"
        [[meter]]
        key = "family"
        counts = "seats"
        reading = "peak"
        invitations = "free"
        administrator = true
    """)
    team, family = read_catalog(file).meters
    assert isinstance(team, SeatMeter)
    assert (team.reading, team.invitations, team.administrator) == ("end", "counted", False)
    assert team.statuses == ("activated", "invited")
    assert isinstance(family, SeatMeter)
    assert (family.reading, family.administrator, family.statuses) == ("peak", True, ("activated",))


def test_a_base_fee_of_nothing_is_no_charge() -> None:
    assert [c.key for c in read_catalog(tomllib.loads(GOOD.replace('"9.90"', '"0.00"'))).plans[0].charges] == [
        "clients",
        "licences",
    ]


# A name, what is replaced in the example by what; below it, every refusal that must come, by code and place.
MISTAKES = r"""
time_zone: time_zone = "Europe/Berlin" -> time_zone = "Europe/Bonn"
    unknown_time_zone organization.time_zone
currency: currency = "EUR" -> currency = "Euro"
    not_a_currency organization.currency
country: country = "DE" -> country = "Germany"
    not_a_country organization.address.country
prefix too long: "RE" -> "REX42"
    not_an_invoice_prefix organization.invoice_prefix
prefix with a dash: "RE" -> "R-"
    not_an_invoice_prefix organization.invoice_prefix
days to pay below 0: "RE" -> "RE"\npayment_days = -1
    not_days organization.payment_days
days of review as a text: "RE" -> "RE"\nreview_days = "2"
    not_days organization.review_days
too many days: "RE" -> "RE"\nreopen_days = 3661
    not_days organization.reopen_days
tax above 100: rate = "19" -> rate = "101"
    not_a_percentage organization.tax.rate
tax below 0: rate = "19" -> rate = "-1"
    not_a_percentage organization.tax.rate
tax as a float: rate = "19" -> rate = 19.0
    price_not_exact organization.tax.rate
no rate: , rate = "19" ->
    missing_field organization.tax.rate
a rate of no tax: "domestic", rate = "19" -> "none", rate = "19"
    unknown_field organization.tax.rate
treatment: "domestic", rate = "19" -> "reverse"
    not_a_choice organization.tax.treatment
mode: [activity] -> mode = "trial"\n[activity]
    not_a_choice organization.mode
language: [activity] -> language = "fr"\n[activity]
    not_a_choice organization.language
no name: name = "Nutrition GmbH" ->
    missing_field organization.name
blank name: "Nutrition GmbH" -> " "
    not_a_text organization.name
address as a text: ADDRESS -> address = "Weg 1"
    not_a_table organization.address
a limit of nothing: "2.50" -> "2.50"\nat_limit = "warn"
    no_limit plan[1].charge[2].at_limit
a count that extends: "2.50" -> "2.50"\nmaximum_members = 9\nat_limit = "extend"
    not_extended plan[1].charge[2].at_limit
hours of a limit that blocks: TIERS -> tiers = [{ up_to = 10, price = "25.00" }]\nundo_hours = 3
    unknown_field plan[1].charge[1].undo_hours
overage without a price: TIERS -> tiers = [{ up_to = 10, price = "25.00" }]\nat_limit = "overage"
    missing_field plan[1].charge[1].overage_price
hours before it happened: TIERS -> tiers = [{ up_to = 10, price = "25.00" }]\nat_limit = "extend"\nundo_hours = -1
    not_a_quantity plan[1].charge[1].undo_hours
unknown field: time_zone = " -> zone = "x"\ntime_zone = "
    unknown_field organization.zone
unknown table: [activity] -> [[plans]]\n[activity]
    unknown_field plans
kinds as a text: ["login"] -> "login"
    not_a_list_of_texts activity.kinds
key with capitals: key = "meal-plan" -> key = "Meal"
    not_a_key product[1].key
    unknown_product plan[1].product
name as a number: name = { en = "Meal Plan", de = "Ernährungsplan" } -> name = 7
    not_a_text product[1].name
name in one language: , de = "Ernährungsplan" ->
    missing_field product[1].name.de
name in French: de = "Ernährungsplan" -> de = "E", fr = "P"
    unknown_field product[1].name.fr
only one noun: "active client | active clients" -> "active client"
    not_one_and_many meter[1].people
three nouns: "active client | active clients" -> "a | b | c"
    not_one_and_many meter[1].people
half a noun: "active client | active clients" -> "a | "
    not_one_and_many meter[1].people
counts: "activity" -> "active"
    not_a_choice meter[1].counts
no statuses: ["added", "activated"] -> []
    no_statuses meter[2].statuses
no kinds: ["measurements", "information"] -> []
    no_kinds meter[1].kinds
kinds of a meter as a text: ["measurements", "information"] -> "information"
    not_a_list_of_texts meter[1].kinds
kinds missing: kinds = ["measurements", "information"] ->
    missing_field meter[1].kinds
status: ["added", "activated"] -> ["added", "active"]
    not_a_choice meter[2].statuses
seats by statuses: counts = "status" -> counts = "seats"
    unknown_field meter[2].statuses
invitations: "status"\nstatuses = ["added", "activated"] -> "seats"\ninvitations = "paid"
    not_a_choice meter[2].invitations
administrator: "status"\nstatuses = ["added", "activated"] -> "seats"\nadministrator = "yes"
    not_true_or_false meter[2].administrator
invitations of a status meter: reading = "peak" -> invitations = "free"
    unknown_field meter[2].invitations
reading: "peak" -> "middle"
    not_a_choice meter[2].reading
kinds of a status meter: reading = "peak" -> kinds = ["x"]
    unknown_field meter[2].kinds
unknown product: product = "meal-plan" -> product = "meal"
    unknown_product plan[1].product
unknown meter: meter = "licensed" -> meter = "licences"
    unknown_meter plan[1].charge[2].meter
counted without a meter: meter = "licensed" ->
    missing_field plan[1].charge[2].meter
billing period: "1 month" -> "monthly"
    not_an_interval plan[1].billing_period
basis: "counted" -> "metered"
    not_a_choice plan[1].charge[2].basis
model: "per unit" -> "per user"
    not_a_choice plan[1].charge[2].model
charge called base: key = "licences" -> key = "base"
    key_is_taken plan[1].charge[2].key
charge twice: key = "licences" -> key = "clients"
    key_twice plan[1].charge
two meters of one key: key = "licensed" -> key = "active-clients"
    key_twice meter
    unknown_meter plan[1].charge[2].meter
two products of one key: [[plan]] -> [[product]]\nkey = "meal-plan"\n[[plan]]
    key_twice product
price as a float: "2.50" -> 2.50
    price_not_exact plan[1].charge[2].price
price with a comma: "2.50" -> "2,50"
    not_a_number plan[1].charge[2].price
negative price: "2.50" -> "-2.50"
    negative_price plan[1].charge[2].price
price of 13 digits: "2.50" -> "1234567890123"
    too_many_digits plan[1].charge[2].price
base fee as a float: "9.90" -> 9.9
    price_not_exact plan[1].base_fee
price missing: price = "2.50" ->
    missing_field plan[1].charge[2].price
no tiers: TIERS -> tiers = []
    no_tiers plan[1].charge[1].tiers
tiers as a table: TIERS -> tiers = { up_to = 10 }
    not_a_list_of_tables plan[1].charge[1].tiers
tier as a number: TIERS -> tiers = [{ up_to = 10, price = "1" }, 5]
    missing_field plan[1].charge[1].tiers[2].price
    missing_field plan[1].charge[1].tiers[2].up_to
    not_a_table plan[1].charge[1].tiers[2]
tiers that fall: { up_to = "unlimited" -> { up_to = 9
    tiers_not_rising plan[1].charge[1].tiers[2].up_to
tiers that stay: { up_to = "unlimited" -> { up_to = 10
    tiers_not_rising plan[1].charge[1].tiers[2].up_to
a tier after the unlimited: up_to = 10 -> up_to = "unlimited"
    tiers_not_rising plan[1].charge[1].tiers[2].up_to
half a person: up_to = "unlimited" -> up_to = 10.5
    not_a_quantity plan[1].charge[1].tiers[2].up_to
fewer than nobody: up_to = "unlimited" -> up_to = -1
    not_a_quantity plan[1].charge[1].tiers[2].up_to
true people: up_to = "unlimited" -> up_to = true
    not_a_quantity plan[1].charge[1].tiers[2].up_to
a billion people: up_to = "unlimited" -> up_to = 1000000000
    not_a_quantity plan[1].charge[1].tiers[2].up_to
"""

# More than one line is put in.
LONGER = [
    pytest.param(
        LICENCES,
        LICENCES + LICENCES.replace("licences", "again"),
        {"meter_charged_twice plan[1].charge"},
        id="meter charged twice",
    ),
    pytest.param(LICENCES, f"{LICENCES}\n[[plan]]\n{MONTHLY}", {"key_twice plan"}, id="two plans of one key"),
]


CASES = [*cases_of_mistakes(MISTAKES, {"TIERS": TIERS, "ADDRESS": ADDRESS}), *LONGER]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_mistake_is_refused_by_code_and_place(old: str, new: str, expected: set[str]) -> None:
    found = mistakes(replaced(GOOD, old, new))
    assert {f"{code} {place}" for code, place in found} == expected
    assert len(found) == len(expected), "each refusal once"


@pytest.mark.skipif("HEADCOUNT_MUTANTS" in os.environ, reason="it reads sources, which are full of mutants then")
def test_every_code_of_the_reader_has_a_mistake_in_the_tests() -> None:
    readers = (catalog_file, plan_file, offer_file, names_file, document, terms)
    parsers = (parse_decimal, parse_price, parse_quantity, parse_interval, zone)
    sources = "".join(inspect.getsource(part) for part in (*readers, *parsers))
    said = set(re.findall(r'(?:note|refuse|Refusal)\(\s*"([a-z_]+)"', sources)) | {"unknown_product", "unknown_meter"}
    assert len(said) > 40
    assert said - codes([*CASES, *CASES_OF_PLANS, *CASES_OF_OFFERS]) == set()


def test_all_mistakes_of_a_file_are_named_at_once() -> None:
    wrong = GOOD.replace('"EUR"', '"Euro"').replace('"2.50"', "2.50").replace('"peak"', '"middle"')
    assert mistakes(wrong) == [
        ("not_a_currency", "organization.currency"),
        ("not_a_choice", "meter[2].reading"),
        ("price_not_exact", "plan[1].charge[2].price"),
    ]


def test_an_empty_file_misses_its_organization() -> None:
    assert ("missing_field", "organization") in mistakes("")


def test_two_products_without_a_key_do_not_share_one() -> None:
    found = mistakes(GOOD + "[[product]]\n[[product]]\n")
    assert found == [("missing_field", "product[2].key"), ("missing_field", "product[3].key")]


def test_a_mistyped_word_comes_with_the_nearest_known_one() -> None:
    with pytest.raises(Refused) as refused:
        read_catalog(tomllib.loads(GOOD.replace('product = "meal-plan"', 'product = "mealplan"')))
    assert refused.value.refusals[0].numbers == {"given": "mealplan", "nearest": "meal-plan"}


def test_two_charges_without_a_meter_share_none() -> None:
    unmetered = LICENCES.replace('meter = "licensed"\n', "")
    found = mistakes(GOOD.replace(LICENCES, unmetered + unmetered.replace("licences", "again")))
    assert found == [("missing_field", "plan[1].charge[2].meter"), ("missing_field", "plan[1].charge[3].meter")]


def test_a_tier_with_a_wrong_end_does_not_blame_the_next() -> None:
    found = mistakes(GOOD.replace("up_to = 10", "up_to = 10.5"))
    assert found == [("not_a_quantity", "plan[1].charge[1].tiers[1].up_to")]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param('"domestic"', '"domestik"', "organization.tax.treatment", id="treatment"),
        pytest.param('"status"', '"statuses"', "meter[2].counts", id="counts"),
        pytest.param('"brackets"', '"bracket"', "plan[1].charge[1].model", id="model"),
    ],
)
def test_a_mistyped_choice_is_one_mistake(old: str, new: str, place: str) -> None:
    assert mistakes(GOOD.replace(old, new)) == [("not_a_choice", place)]


def test_a_blank_name_is_refused() -> None:
    blank = mistakes(GOOD.replace('name = { en = "Meal Plan", de = "Ernährungsplan" }', 'name = " "'))
    assert blank == [("not_a_text", "product[1].name")]


@few
@given(catalogs())
def test_reading_what_was_written_gives_the_same_catalog(catalog: Catalog) -> None:
    assert read_catalog(write_catalog(catalog)) == catalog


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogs") / "catalog.toml"


@examples(15)
@given(catalogs())
def test_the_same_through_a_toml_file(exported: Path, catalog: Catalog) -> None:
    assert read_catalog(tomllib.loads(tomlkit.dumps(write_catalog(catalog)))) == catalog
    exported.write_text(write_toml(write_catalog(catalog)), encoding="utf-8")
    file = read_toml(exported)
    assert read_catalog(file.content) == catalog
    assert {"organization", "organization.key", "organization.address.city"} <= file.lines.keys()
    assert f"plan[{len(catalog.plans)}].billing_period" in file.lines or not catalog.plans


def test_overage_is_a_charge_of_its_own_in_the_plan_and_a_price_in_the_file() -> None:
    beyond = 'at_limit = "overage"\noverage_price = "3.00"'
    catalog = read_catalog(tomllib.loads(GOOD.replace(TIERS, f'tiers = [{{ up_to = 10, price = "25.00" }}]\n{beyond}')))
    (plan,) = catalog.plans
    assert [(charge.key, charge.basis, charge.included) for charge in plan.charges] == [
        ("base", "committed", ""),
        ("clients", "committed", ""),
        ("clients-overage", "counted", "clients"),
        ("licences", "counted", ""),
    ]
    assert plan.charge("clients-overage").price(2) == Decimal("6.00")
    assert read_catalog(write_catalog(catalog)) == catalog


def test_the_example_is_written_as_people_write_it() -> None:
    written = write_catalog(read_catalog(tomllib.loads(GOOD)))
    (plan,) = written["plan"]  # type: ignore[misc]
    assert plan["billing_period"] == "1 month"  # type: ignore[has-type]
    assert plan["base_fee"] == "9.90"  # type: ignore[has-type]
    assert plan["charge"][0]["tiers"][1] == {"up_to": "unlimited", "price": "99.00"}  # type: ignore[has-type]


def test_what_is_empty_is_not_written() -> None:
    organization = write_catalog(read_catalog(tomllib.loads(GOOD)))["organization"]
    assert isinstance(organization, dict)
    assert {"name", "vat_id", "tax_number"} & organization.keys() == {"name"}


@pytest.mark.parametrize(
    ("given_price", "written"),
    [("9", "9.00"), ("9.9", "9.90"), ("0.3330", "0.333"), ("0", "0.00")],
)
def test_prices_are_written_with_at_least_two_digits(given_price: str, written: str) -> None:
    tables = write_catalog(read_catalog(tomllib.loads(GOOD.replace('"19"', f'"{given_price}"'))))
    assert str(tables["organization"]).count(f"'rate': '{written}'") == 1
