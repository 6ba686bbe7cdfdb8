"""Plans as tables of a catalog file: terms, prices, and every mistake by its code, place and numbers."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from headcount.core.catalog import Catalog, Charge, Plan, Text
from headcount.core.catalog_file import read_catalog
from headcount.core.catalog_writing import write_catalog
from headcount.core.plan_writing import write_decimal, write_price_model
from headcount.core.rating import Blocks, Graduated, PerUnit, PriceModel, Tier, Volume

from .build import interval
from .mistakes import cases_of_mistakes, refusals, replaced, with_numbers

GOOD = """
[organization]
key = "publisher"
name = "Publisher AG"
time_zone = "Europe/Berlin"
currency = "EUR"

[[meter]]
key = "users"
counts = "status"

[[meter]]
key = "guests"
counts = "status"

[[meter]]
key = "committers"
counts = "activity"
kinds = ["commit"]
window = "billing period"

[[product]]
key = "portal"

[[plan]]
key = "team"
product = "portal"
billing_period = "3 months"
billing_day = 15
duration = "12 months"
renewal = "6 months"
notice = "2 weeks"
proration = "30-day months"
collection = "next invoice"
decrease = "at once"
base_fee = "50.00"

[[plan.charge]]
key = "users"
basis = "counted"
meter = "users"
model = "graduated"
tiers = [{ up_to = 10, price = "2.50" }, { up_to = 50, price = "2.00", flat = "5.00" }, { up_to = 99, flat = "90.00" }]
minimum = "10.00"
maximum = "500.00"
maximum_members = 200

[[plan.charge]]
key = "guests"
basis = "committed"
billed = "in arrears"
model = "blocks"
size = 10
tiered = "volume"
tiers = [{ up_to = 2, price = "7.00" }, { up_to = "unlimited", price = "6.00" }]

[[plan.charge]]
key = "sites"
basis = "committed"
model = "blocks"
size = 5
price = "5.00"
"""
PACKAGES = 'tiers = [{ up_to = 2, price = "7.00" }, { up_to = "unlimited", price = "6.00" }]'
BANDS = GOOD[GOOD.index("tiers = ") : GOOD.index("\nminimum")]
TERMS = GOOD[GOOD.index("billing_day") : GOOD.index('collection = "next')]


def read(toml: str) -> Catalog:
    return read_catalog(tomllib.loads(toml))


def team(*replacements: tuple[str, str]) -> Plan:
    toml = GOOD
    for old, new in replacements:
        toml = replaced(toml, old, new)
    (plan,) = read(toml).plans
    return plan


def charge(key: str, *replacements: tuple[str, str]) -> Charge:
    return team(*replacements).charge(key)


def test_spec_3_1_terms_are_read() -> None:
    agreed = team().terms
    assert (agreed.billing_period, agreed.billing_day) == (interval("3 months"), 15)
    assert (agreed.duration, agreed.renewal, agreed.notice) == (
        interval("12 months"),
        interval("6 months"),
        interval("2 weeks"),
    )


def test_how_a_plan_bills_changes_is_read() -> None:
    plan = team()
    assert (plan.proration, plan.collection, plan.decrease) == ("30-day months", "next invoice", "at once")


def test_what_a_plan_may_leave_out() -> None:
    plan = team((TERMS, ""), ('collection = "next invoice"\ndecrease = "at once"\n', ""))
    assert (plan.proration, plan.collection, plan.decrease) == ("actual days", "at once", "at renewal")
    terms = plan.terms
    assert (terms.billing_day, terms.duration, terms.renewal, terms.notice) == (None, None, None, None)


def test_a_base_fee_is_the_first_charge_and_in_advance() -> None:
    fee = team().charges[0]
    assert (fee.key, fee.name, fee.basis, fee.billed) == (
        "base",
        Text("Base fee", "Grundgebühr"),
        "committed",
        "in advance",
    )


def test_spec_4_11_what_is_counted_is_billed_in_arrears_and_what_is_bought_in_advance() -> None:
    assert [c.billed for c in team().charges[1:]] == ["in arrears", "in arrears", "in advance"]


def test_spec_3_5_tiers_with_flat_amounts_beside_or_instead_of_unit_prices() -> None:
    assert charge("users").model == Graduated(
        (
            Tier(10, Decimal("2.50")),
            Tier(50, Decimal("2.00"), Decimal("5.00")),
            Tier(99, Decimal(0), Decimal("90.00")),
        )
    )


def test_spec_3_5_blocks_at_one_price() -> None:
    assert charge("sites").model == Blocks(5, PerUnit(Decimal("5.00")))


@pytest.mark.parametrize(("tiered", "kind"), [("volume", Volume), ("graduated", Graduated)])
def test_spec_3_5_blocks_by_number_of_packages(tiered: str, kind: type[Volume | Graduated]) -> None:
    packages = kind((Tier(2, Decimal("7.00")), Tier(None, Decimal("6.00"))))
    assert charge("guests", ('tiered = "volume"', f'tiered = "{tiered}"')).model == Blocks(10, packages)


def test_minimum_maximum_and_most_members_are_read() -> None:
    users, guests = charge("users"), charge("guests")
    assert (users.minimum, users.maximum, users.maximum_members) == (Decimal(10), Decimal(500), 200)
    assert (guests.minimum, guests.maximum, guests.maximum_members) == (None, None, None)


def test_spec_2_5_no_maximum_of_members_is_unlimited() -> None:
    assert charge("users", ("maximum_members = 200", 'maximum_members = "unlimited"')).maximum_members is None


def test_a_minimum_may_be_the_maximum() -> None:
    assert charge("users", ('minimum = "10.00"', 'minimum = "500.00"')).minimum == Decimal(500)


@pytest.mark.parametrize(
    ("period", "duration", "renewal"),
    [
        pytest.param("3 months", "12 months", "6 months", id="the period divides both"),
        pytest.param("3 months", "3 months", "1 month", id="the renewal divides the period"),
        pytest.param("1 year", "24 months", "1 year", id="months and years are one family"),
        pytest.param("2 weeks", "28 days", "1 day", id="days and weeks are one family"),
        pytest.param("6 months", "1 year", "2 months", id="a year is twelve months"),
    ],
)
def test_spec_3_1_terms_that_fit(period: str, duration: str, renewal: str) -> None:
    terms = f'billing_period = "{period}"\nduration = "{duration}"\nrenewal = "{renewal}"\n'
    assert with_numbers(GOOD.replace('billing_period = "3 months"\n', terms).replace(TERMS, "")) == []


@pytest.mark.parametrize("notice", ["1 day", "8 weeks", "2 months", "1 year"])
def test_spec_3_1_the_notice_may_be_of_either_family(notice: str) -> None:
    assert team(('"2 weeks"', f'"{notice}"')).terms.notice == interval(notice)


# A name, what is replaced in the example by what; below it, every refusal that must come, with its numbers.
MISTAKES = r"""
SPEC 3.1 duration of another family: "12 months" -> "12 weeks"
    another_family plan[1].duration given=12 weeks | billing_period=3 months
SPEC 3.1 renewal of another family: "6 months" -> "30 days"
    another_family plan[1].renewal given=30 days | billing_period=3 months
SPEC 3.1 the billing period does not divide the duration: "12 months" -> "10 months"
    does_not_divide plan[1].duration given=10 months | billing_period=3 months
SPEC 3.1 a duration shorter than the billing period: "12 months" -> "1 month"
    does_not_divide plan[1].duration given=1 month | billing_period=3 months
SPEC 3.1 neither divides the other: "6 months" -> "2 months"
    does_not_divide plan[1].renewal given=2 months | billing_period=3 months
SPEC 3.1 several at once: "3 months" -> "2 weeks"
    another_family plan[1].duration given=12 months | billing_period=2 weeks
    another_family plan[1].renewal given=6 months | billing_period=2 weeks
    billing_day_needs_months plan[1].billing_day billing_period=2 weeks
    proration_needs_months plan[1].proration given=30-day months | billing_period=2 weeks
no billing period: billing_period = "3 months"\n ->
    missing_field plan[1].billing_period
duration in words: "12 months" -> "one year"
    not_an_interval plan[1].duration given=one year
duration of nothing: "12 months" -> "0 months"
    not_an_interval plan[1].duration given=0 months
duration of a century and a month: "12 months" -> "1201 months"
    not_an_interval plan[1].duration given=1201 months
renewal as a number: "6 months" -> 6
    not_an_interval plan[1].renewal given=6
notice in hours: "2 weeks" -> "48 hours"
    not_an_interval plan[1].notice given=48 hours
billing day 0: billing_day = 15 -> billing_day = 0
    not_a_billing_day plan[1].billing_day given=0
billing day 32: billing_day = 15 -> billing_day = 32
    not_a_billing_day plan[1].billing_day given=32
billing day as a text: billing_day = 15 -> billing_day = "15"
    not_a_billing_day plan[1].billing_day given=15
true billing day: billing_day = 15 -> billing_day = true
    not_a_billing_day plan[1].billing_day given=True
proration: "30-day months" -> "30 day months"
    not_a_choice plan[1].proration given=30 day months | choices=actual days, 30-day months, whole months, none | nearest=30-day months
collection: "next invoice" -> "next invoices"
    not_a_choice plan[1].collection given=next invoices | choices=at once, end of day, next invoice, end of term | nearest=next invoice
decrease: decrease = "at once" -> decrease = "now"
    not_a_choice plan[1].decrease given=now | choices=at renewal, at once | nearest=
base fee below zero: "50.00" -> "-50.00"
    negative_price plan[1].base_fee given=-50.00
base fee as a float: "50.00" -> 50.5
    price_not_exact plan[1].base_fee given=50.5
unknown product: product = "portal" -> product = "portals"
    unknown_product plan[1].product given=portals | nearest=portal
unknown meter: meter = "users" -> meter = "user"
    unknown_meter plan[1].charge[1].meter given=user | nearest=users
plan field: notice = -> notise =
    unknown_field plan[1].notise nearest=notice
charge field: maximum_members -> maximum_member
    unknown_field plan[1].charge[1].maximum_member nearest=maximum_members
tier field: flat = "5.00" -> flap = "5.00"
    unknown_field plan[1].charge[1].tiers[2].flap nearest=flat
a charge called base: key = "sites" -> key = "base"
    key_is_taken plan[1].charge[3].key given=base
two charges of one key: key = "sites" -> key = "guests"
    key_twice plan[1].charge given=guests
counted and billed before: basis = "counted" -> basis = "counted"\nbilled = "in advance"
    counted_in_advance plan[1].charge[1].billed charge=users
billed at some other time: "in arrears" -> "afterwards"
    not_a_choice plan[1].charge[2].billed given=afterwards | choices=in advance, in arrears | nearest=
model: model = "graduated" -> model = "graduate"
    not_a_choice plan[1].charge[1].model given=graduate | choices=flat, per unit, volume, graduated, blocks, brackets | nearest=graduated
minimum above maximum: minimum = "10.00" -> minimum = "500.01"
    minimum_above_maximum plan[1].charge[1].minimum given=500.01 | maximum=500.00
minimum below zero: minimum = "10.00" -> minimum = "-1"
    negative_price plan[1].charge[1].minimum given=-1
maximum in words: maximum = "500.00" -> maximum = "none"
    not_a_number plan[1].charge[1].maximum given=none
maximum as a float: maximum = "500.00" -> maximum = 500.5
    price_not_exact plan[1].charge[1].maximum given=500.5
half a member: maximum_members = 200 -> maximum_members = 2.5
    not_a_quantity plan[1].charge[1].maximum_members given=2.5
fewer members than none: maximum_members = 200 -> maximum_members = -1
    not_a_quantity plan[1].charge[1].maximum_members given=-1
members as nothing: maximum_members = 200 -> maximum_members = ""
    not_a_quantity plan[1].charge[1].maximum_members given=
blocks of nobody: size = 10 -> size = 0
    not_a_size plan[1].charge[2].size given=0
blocks of everybody: size = 10 -> size = "unlimited"
    not_a_size plan[1].charge[2].size given=unlimited
blocks of half a person: size = 10 -> size = 0.5
    not_a_quantity plan[1].charge[2].size given=0.5
blocks without a size: size = 10\n ->
    missing_field plan[1].charge[2].size
blocks in tiers of no kind: tiered = "volume"\n ->
    missing_field plan[1].charge[2].tiered
blocks in tiers of another kind: tiered = "volume" -> tiered = "brackets"
    not_a_choice plan[1].charge[2].tiered given=brackets | choices=volume, graduated | nearest=
blocks in tiers and at one price: tiered = "volume" -> tiered = "volume"\nprice = "5.00"
    unknown_field plan[1].charge[2].price nearest=
blocks at one price with a kind of tiers: size = 5 -> size = 5\ntiered = "volume"
    unknown_field plan[1].charge[3].tiered nearest=
blocks without a price: price = "5.00"\n ->
    missing_field plan[1].charge[3].price
blocks of no tiers: PACKAGES -> tiers = []
    no_tiers plan[1].charge[2].tiers
numbers of packages that stay: PACKAGES -> tiers = [{ up_to = 2, price = "7" }, { up_to = 2, price = "6" }]
    tiers_not_rising plan[1].charge[2].tiers[2].up_to given=2 | before=2
no tiers: BANDS ->
    no_tiers plan[1].charge[1].tiers
a first tier of nobody: BANDS -> tiers = [{ up_to = 0, price = "1" }, { up_to = 5, price = "1" }]
    tiers_not_rising plan[1].charge[1].tiers[1].up_to given=0 | before=0
tiers that fall: BANDS -> tiers = [{ up_to = 9, price = "1" }, { up_to = 5, price = "1" }, { up_to = 4, price = "1" }]
    tiers_not_rising plan[1].charge[1].tiers[2].up_to given=5 | before=9
    tiers_not_rising plan[1].charge[1].tiers[3].up_to given=4 | before=5
a tier after the unlimited: BANDS -> tiers = [{ up_to = "unlimited", price = "1" }, { up_to = 5, price = "1" }]
    tiers_not_rising plan[1].charge[1].tiers[2].up_to given=5 | before=unlimited
two unlimited tiers: BANDS -> tiers = [{ up_to = "unlimited", price = "1" }, { up_to = "unlimited", price = "1" }]
    tiers_not_rising plan[1].charge[1].tiers[2].up_to given=unlimited | before=unlimited
a tier at no price: BANDS -> tiers = [{ up_to = 9 }]
    missing_field plan[1].charge[1].tiers[1].price
a tier without an end: BANDS -> tiers = [{ price = "1.00" }]
    missing_field plan[1].charge[1].tiers[1].up_to
a flat amount below zero: BANDS -> tiers = [{ up_to = 9, flat = "-5" }]
    negative_price plan[1].charge[1].tiers[1].flat given=-5
a flat amount as a float: BANDS -> tiers = [{ up_to = 9, flat = 0.5 }]
    price_not_exact plan[1].charge[1].tiers[1].flat given=0.5
a flat amount of a bracket: model = "graduated" -> model = "brackets"
    missing_field plan[1].charge[1].tiers[3].price
    unknown_field plan[1].charge[1].tiers[2].flat nearest=
    unknown_field plan[1].charge[1].tiers[3].flat nearest=
tiers at one price per unit: model = "graduated" -> model = "per unit"\nprice = "1.00"
    unknown_field plan[1].charge[1].tiers nearest=meter
window in words: "billing period" -> "quarter"
    not_a_window meter[3].window given=quarter | choices=month, week, billing period
window of no day: "billing period" -> "0 days"
    not_a_window meter[3].window given=0 days | choices=month, week, billing period
window of ten years and more: "billing period" -> "3661 days"
    not_a_window meter[3].window given=3661 days | choices=month, week, billing period
window of a status: key = "guests"\ncounts -> key = "guests"\nwindow = "week"\ncounts
    unknown_field meter[2].window nearest=
SPEC 1.12 bought by billing periods: billed = "in arrears" -> meter = "committers"
    no_limit_by_billing_period plan[1].charge[2].meter meter=committers
"""  # noqa: E501

CASES = list(cases_of_mistakes(MISTAKES, {"PACKAGES": PACKAGES, "BANDS": BANDS}))


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_mistake_is_refused_by_code_place_and_numbers(old: str, new: str, expected: set[str]) -> None:
    found = with_numbers(replaced(GOOD, old, new))
    assert set(found) == expected
    assert len(found) == len(expected), "each refusal once"


def test_the_example_has_no_mistake() -> None:
    assert refusals(GOOD) == []


def test_all_mistakes_of_a_plan_are_named_at_once() -> None:
    wrong = GOOD
    for old, new in [
        ('"12 months"', '"10 months"'),
        ('"6 months"', '"4 weeks"'),
        ('"50.00"', "50.00"),
        ('minimum = "10.00"', 'minimum = "501"'),
        ("size = 10", "size = 0"),
        ("up_to = 50", "up_to = 5"),
        ('price = "5.00"\n', 'price = "5,00"\nprize = "5.00"\n'),
    ]:
        wrong = replaced(wrong, old, new)
    assert [(refusal.code, refusal.field) for refusal in refusals(wrong)] == [
        ("does_not_divide", "plan[1].duration"),
        ("another_family", "plan[1].renewal"),
        ("price_not_exact", "plan[1].base_fee"),
        ("tiers_not_rising", "plan[1].charge[1].tiers[2].up_to"),
        ("minimum_above_maximum", "plan[1].charge[1].minimum"),
        ("not_a_size", "plan[1].charge[2].size"),
        ("not_a_number", "plan[1].charge[3].price"),
        ("unknown_field", "plan[1].charge[3].prize"),
    ]


def test_terms_that_cannot_be_read_are_not_blamed_for_what_follows_from_them() -> None:
    weekly = replaced(replaced(GOOD, '"12 months"', '"12 weeks"'), '"6 months"', '"6 weeks"')
    assert with_numbers(replaced(weekly, '"3 months"', '"quarterly"')) == [
        "not_an_interval plan[1].billing_period given=quarterly"
    ]


def test_the_maximum_is_not_compared_with_a_minimum_that_is_no_price() -> None:
    wrong = replaced(replaced(GOOD, 'minimum = "10.00"', 'minimum = "9,00"'), '"500.00"', '"1.00"')
    assert with_numbers(wrong) == ["not_a_number plan[1].charge[1].minimum given=9,00"]


def test_people_are_not_counted_twice_for_money() -> None:
    sites = GOOD[GOOD.rindex("[[plan.charge]]") :]
    again = sites.replace("committed", "counted").replace('key = "sites"', 'key = "sites"\nmeter = "users"')
    assert with_numbers(replaced(GOOD, sites, again)) == ["meter_charged_twice plan[1].charge given=users"]


def test_a_plan_says_only_what_differs_from_what_is_usual() -> None:
    fields = {"key", "product", "name", "billing_period", "base_fee", "charge"}
    terms = {"billing_day", "duration", "renewal", "notice"}
    (full,) = write_catalog(read(GOOD))["plan"]  # type: ignore[misc]
    assert full.keys() == fields | terms | {"proration", "collection", "decrease"}  # type: ignore[has-type]
    short = GOOD.replace(TERMS, "").replace('collection = "next invoice"\ndecrease = "at once"\n', "")
    (plan,) = write_catalog(read(short))["plan"]  # type: ignore[misc]
    assert plan.keys() == fields  # type: ignore[has-type]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        pytest.param(
            "users",
            {
                "model": "graduated",
                "tiers": [
                    {"up_to": 10, "price": "2.50"},
                    {"up_to": 50, "price": "2.00", "flat": "5.00"},
                    {"up_to": 99, "price": "0.00", "flat": "90.00"},
                ],
            },
            id="tiers",
        ),
        pytest.param(
            "guests",
            {
                "model": "blocks",
                "size": 10,
                "tiered": "volume",
                "tiers": [{"up_to": 2, "price": "7.00"}, {"up_to": "unlimited", "price": "6.00"}],
            },
            id="packages",
        ),
        pytest.param("sites", {"model": "blocks", "size": 5, "price": "5.00"}, id="packages at one price"),
    ],
)
def test_a_price_model_is_written_as_it_is_read(key: str, written: dict[str, object]) -> None:
    model: PriceModel = charge(key).model
    assert write_price_model(model) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0E+3", "0.00"),
        ("1E+3", "1000.00"),
        ("0.10", "0.10"),
        ("0.100000000001", "0.100000000001"),
        ("123456789012.000000000001", "123456789012.000000000001"),
    ],
)
def test_a_price_is_written_without_an_exponent_and_without_loss(value: str, written: str) -> None:
    assert write_decimal(Decimal(value)) == written
