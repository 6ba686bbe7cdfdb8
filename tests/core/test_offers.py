"""Offers: what is sold side by side, and what follows what (SPEC 3.6)."""

from __future__ import annotations

import tomllib

import pytest

from headcount.core.catalog import Offer, Text
from headcount.core.catalog_file import read_catalog
from headcount.core.catalog_writing import write_catalog

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

[[product]]
key = "portal"

[[product]]
key = "archive"

[[plan]]
key = "portal-trial"
product = "portal"
billing_period = "1 month"
duration = "1 month"

[[plan]]
key = "portal-year"
product = "portal"
billing_period = "3 months"
billing_day = 1
duration = "12 months"
renewal = "6 months"
notice = "2 months"

[[plan.charge]]
key = "users"
basis = "counted"
meter = "users"
model = "per unit"
price = "2.50"
maximum_members = 25

[[plan]]
key = "archive-year"
product = "archive"
billing_period = "3 months"
billing_day = 1
duration = "1 year"
renewal = "6 months"
notice = "2 months"

[[plan.charge]]
key = "readers"
basis = "counted"
meter = "users"
model = "per unit"
price = "0.50"
maximum_members = 25

[[offer]]
key = "both"
name = { en = "Portal and archive", de = "Portal und Archiv" }
kind = "bundle"

[[offer.step]]
plans = ["portal-trial"]

[[offer.step]]
plans = ["portal-year", "archive-year"]
"""
ARCHIVE = GOOD[GOOD.index('key = "archive-year"') : GOOD.index("[[offer]]")]
LAST = "offer[1].step[2].plans"
STEPS = GOOD[GOOD.index("[[offer.step]]") :]


def archive(old: str, new: str) -> str:
    """The example with a change of the second of the two plans side by side."""
    return replaced(GOOD, ARCHIVE, replaced(ARCHIVE, old, new))


def separate(toml: str) -> str:
    return replaced(toml, 'kind = "bundle"', 'kind = "separate"')


def test_the_example_is_read() -> None:
    assert refusals(GOOD) == []
    assert read_catalog(tomllib.loads(GOOD)).offers == (
        Offer(
            "both",
            Text("Portal and archive", "Portal und Archiv"),
            "bundle",
            (("portal-trial",), ("portal-year", "archive-year")),
        ),
    )


def test_a_catalog_without_offers_does_not_mention_them() -> None:
    assert "offer" in write_catalog(read_catalog(tomllib.loads(GOOD)))
    assert "offer" not in write_catalog(read_catalog(tomllib.loads(GOOD[: GOOD.index("[[offer]]")])))


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        (
            'billing_period = "3 months"',
            'billing_period = "1 month"',
            "billing_period | given=1 month | wanted=3 months",
        ),
        ("billing_day = 1", "billing_day = 2", "billing_day | given=2 | wanted=1"),
        ("billing_day = 1", "", "billing_day | given=– | wanted=1"),
        ('duration = "1 year"', 'duration = "2 years"', "duration | given=2 years | wanted=12 months"),
        ('duration = "1 year"', "", "duration | given=– | wanted=12 months"),
        ('renewal = "6 months"', 'renewal = "1 year"', "renewal | given=1 year | wanted=6 months"),
        ('notice = "2 months"', 'notice = "60 days"', "notice | given=60 days | wanted=2 months"),
        ('notice = "2 months"', "", "notice | given=– | wanted=2 months"),
    ],
)
@pytest.mark.parametrize("kind", ["bundle", "separate"])
def test_spec_3_6_side_by_side_the_field_of_the_terms_that_differs_is_named(
    old: str, new: str, numbers: str, kind: str
) -> None:
    other = archive(old, new)
    assert with_numbers(other if kind == "bundle" else separate(other)) == [
        f"terms_differ offer[1].step[2].plans plan=portal-year | other=archive-year | term={numbers}"
    ]


def test_spec_3_6_every_field_that_differs_is_named() -> None:
    other = archive('renewal = "6 months"\nnotice = "2 months"', 'renewal = "3 months"')
    assert [refusal.numbers["term"] for refusal in refusals(other)] == ["renewal", "notice"]


def test_a_year_and_twelve_months_are_equal_terms() -> None:
    year, twelve = archive('duration = "1 year"', 'duration = "1 year"'), archive("1 year", "12 months")
    assert year != twelve
    assert refusals(year) == refusals(twelve) == []


def test_spec_3_6_separate_products_may_differ_in_maximum_users() -> None:
    assert refusals(separate(archive("maximum_members = 25", "maximum_members = 50"))) == []


@pytest.mark.parametrize(
    ("maximum", "given"), [("maximum_members = 50", "50"), ("", "unlimited"), ("maximum_members = 24", "24")]
)
def test_spec_3_6_in_a_bundle_maximum_users_are_equal(maximum: str, given: str) -> None:
    assert with_numbers(archive("maximum_members = 25", maximum)) == [
        f"maximum_differs {LAST} plan=portal-year | other=archive-year | meter=users | given={given} | wanted=25"
    ]


def test_a_bundle_may_count_different_people_up_to_different_maxima() -> None:
    other = archive('meter = "users"', 'meter = "guests"')
    assert refusals(other.replace('"0.50"\nmaximum_members = 25', '"0.50"\nmaximum_members = 50')) == []


def test_spec_3_6_steps_may_differ_in_their_terms() -> None:
    trial, year = read_catalog(tomllib.loads(GOOD)).plans[:2]
    assert trial.terms != year.terms


def test_spec_3_6_the_last_step_may_go_on_for_ever() -> None:
    for_ever = GOOD.replace('duration = "12 months"\n', "").replace('duration = "1 year"\n', "")
    assert refusals(for_ever) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('duration = "1 month"', "", id="until revoked"),
        pytest.param('duration = "1 month"', 'duration = "1 month"\nrenewal = "1 month"', id="renewed"),
    ],
)
def test_spec_3_6_nothing_follows_what_never_ends(old: str, new: str) -> None:
    assert with_numbers(replaced(GOOD, old, new)) == ["step_never_ends offer[1].step[1].plans plan=portal-trial"]


def test_spec_3_6_each_plan_of_a_step_that_never_ends_is_named() -> None:
    first, last = STEPS.strip().split("\n\n")
    assert with_numbers(replaced(GOOD, STEPS, f"{last}\n{first}\n")) == [
        "step_never_ends offer[1].step[1].plans plan=portal-year",
        "step_never_ends offer[1].step[1].plans plan=archive-year",
    ]


def test_a_third_plan_is_compared_with_the_first() -> None:
    third = ARCHIVE.replace('"archive-year"', '"archive-plus"').replace('"2 months"', '"1 month"')
    more = replaced(GOOD, "[[offer]]", f"[[plan]]\n{third}\n[[offer]]").replace(
        '"archive-year"]', '"archive-year", "archive-plus"]'
    )
    assert with_numbers(more) == [
        f"terms_differ {LAST} plan=portal-year | other=archive-plus | term=notice | given=1 month | wanted=2 months"
    ]


MISTAKES = r"""
kind: kind = "bundle" -> kind = "bundel"
    not_a_choice offer[1].kind given=bundel | choices=bundle, separate | nearest=bundle
no kind: kind = "bundle" ->
    missing_field offer[1].kind
no key: key = "both" ->
    missing_field offer[1].key
key with a blank: key = "both" -> key = "b oth"
    not_a_key offer[1].key given=b oth
name as a number: name = { en = "Portal and archive", de = "Portal und Archiv" } -> name = 7
    not_a_text offer[1].name given=7
unknown field: kind = "bundle" -> kind = "bundle"\nsteps = 2
    unknown_field offer[1].steps nearest=step
unknown plan: "archive-year"] -> "archiv-year"]
    unknown_plan offer[1].step[2].plans given=archiv-year | nearest=archive-year
a plan twice: "archive-year"] -> "portal-year"]
    key_twice offer[1].step[2].plans given=portal-year
no plans: ["portal-trial"] -> []
    no_plans offer[1].step[1].plans
plans missing: plans = ["portal-trial"] ->
    missing_field offer[1].step[1].plans
plans as a text: ["portal-trial"] -> "portal-trial"
    not_a_list_of_texts offer[1].step[1].plans given='portal-trial'
a field of a step: plans = ["portal-trial"] -> plans = ["portal-trial"]\nplan = "portal-trial"
    unknown_field offer[1].step[1].plan nearest=plans
no steps: STEPS ->
    no_steps offer[1].step
no steps in the list: STEPS -> step = []
    no_steps offer[1].step
steps as a text: STEPS -> step = "portal-trial"
    not_a_list_of_tables offer[1].step given='portal-trial'
a step as a text: STEPS -> step = ["portal-trial"]
    not_a_table offer[1].step[1] given='portal-trial'
    missing_field offer[1].step[1].plans
two offers of one key: STEPS -> step = [{ plans = ["portal-trial"] }]\n[[offer]]\nkey = "both"\nkind = "bundle"\nstep = [{ plans = ["portal-trial"] }]
    key_twice offer given=both
step that never ends: duration = "1 month" ->
    step_never_ends offer[1].step[1].plans plan=portal-trial
billing period of one: product = "archive"\nbilling_period = "3 months" -> product = "archive"\nbilling_period = "6 months"
    terms_differ offer[1].step[2].plans plan=portal-year | other=archive-year | term=billing_period | given=6 months | wanted=3 months
maximum of one: "0.50"\nmaximum_members = 25 -> "0.50"\nmaximum_members = 26
    maximum_differs offer[1].step[2].plans plan=portal-year | other=archive-year | meter=users | given=26 | wanted=25
"""  # noqa: E501

CASES = list(cases_of_mistakes(MISTAKES, {"STEPS": STEPS}))


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_mistake_is_refused_by_code_place_and_numbers(old: str, new: str, expected: set[str]) -> None:
    found = with_numbers(replaced(GOOD, old, new))
    assert set(found) == expected
    assert len(found) == len(expected), "each refusal once"


def test_a_wrong_kind_is_not_blamed_for_its_maximum() -> None:
    other = replaced(archive("maximum_members = 25", "maximum_members = 50"), '"bundle"', '"bundel"')
    assert [refusal.code for refusal in refusals(other)] == ["not_a_choice"]


def test_all_mistakes_of_all_offers_are_named_at_once() -> None:
    wrong = archive('notice = "2 months"', "").replace('duration = "1 month"\n', "").replace("= 25", "= 26", 1)
    more = '\n[[offer]]\nkey = "none"\nkind = "separate"\n'
    assert [(refusal.code, refusal.field) for refusal in refusals(wrong + more)] == [
        ("terms_differ", "offer[1].step[2].plans"),
        ("maximum_differs", "offer[1].step[2].plans"),
        ("step_never_ends", "offer[1].step[1].plans"),
        ("no_steps", "offer[2].step"),
    ]
