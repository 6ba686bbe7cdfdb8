"""What is wrong with a story file: all of it at once, each with file, line, key and the word that was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.conftest import CARE

Write = Callable[..., Path]
FIRST_STEP = CARE.count("\n") + 3
"""The line of `[[step]]`."""


def problems(path: Path) -> list[tuple[str, int | None, str, str]]:
    """(file, line, code, field) of everything that is wrong."""
    from headcount.stories.reading import read_story
    from headcount.stories.values import StoryRefused

    with pytest.raises(StoryRefused) as refused:
        read_story(path)
    return [
        (Path(one.file).name, one.refusal.line, one.refusal.code, one.refusal.field) for one in refused.value.problems
    ]


def nearest(path: Path) -> list[object]:
    from headcount.stories.reading import read_story
    from headcount.stories.values import StoryRefused

    with pytest.raises(StoryRefused) as refused:
        read_story(path)
    return [one.refusal.numbers.get("nearest") for one in refused.value.problems]


pytestmark = pytest.mark.usefixtures("database")


def test_everything_that_is_wrong_is_told_at_once(story: Write) -> None:
    path = story(
        """[[step]]
at = 2026-05-01
subscribe = { customer = "anna", plan = "care", start = "soon" }
expect.invoices = [{ net = 30.00 }, { nett = "30.00" }]

[[step]]
at = 2026-04-01
chance = { customer = "anna", limit = 5 }
expect.refused = 7
"""
    )
    assert problems(path) == [
        ("story.toml", FIRST_STEP + 2, "not_a_date", "step[1].subscribe.start"),
        ("story.toml", FIRST_STEP + 3, "price_not_exact", "step[1].expect.invoices[1].net"),
        ("story.toml", FIRST_STEP + 3, "unknown_field", "step[1].expect.invoices[2].nett"),
        ("story.toml", FIRST_STEP + 6, "steps_out_of_order", "step[2].at"),
        ("story.toml", FIRST_STEP + 7, "unknown_field", "step[2].chance"),
        ("story.toml", FIRST_STEP + 8, "not_a_refusal", "step[2].expect.refused"),
    ]


@pytest.mark.parametrize(
    ("step", "meant"),
    [
        ('subscrib = { customer = "anna", plan = "care" }', "subscribe"),
        ('subscribe = { custmer = "anna", customer = "anna", plan = "care" }', "customer"),
        ("expect.invoice = []", "invoices"),
        ('expect.counts = { customer = "a", meter = "b", peple = [] , count = 1 }', "people"),
        ('people = { customer = "a", members = 1, status = "actvated" }', "activated"),
    ],
)
def test_the_word_that_was_meant(story: Write, step: str, meant: str) -> None:
    assert nearest(story(f"[[step]]\nat = 2026-05-01\n{step}\nexpect.balances = {{}}\n")) == [meant]


def test_a_misspelt_key_of_the_file(story: Write) -> None:
    path = story("[[step]]\nat = 2026-05-01\nexpect.invoices = []\n", catalog=f'sektion = "4.3"\n{CARE}')
    assert problems(path) == [("story.toml", 2, "unknown_field", "sektion")]
    assert nearest(path) == ["section"]


@pytest.mark.parametrize(
    ("step", "code", "field"),
    [
        ('at = "2026-05-01"\nexpect.invoices = []', "not_a_time_of_a_story", "step[1].at"),
        ("expect.invoices = []", "missing_field", "step[1].at"),
        ('at = 2026-05-01\nexpect.net = "2.5"', "digits_of_the_currency", "step[1].expect.net"),
        ("at = 2026-05-01\nexpect.net = 2", "digits_of_the_currency", "step[1].expect.net"),
        ('at = 2026-05-01\nbill = "no"\nexpect.invoices = []', "not_true_or_false", "step[1].bill"),
        ('at = 2026-05-01\nexpect.counts = { customer = "a", meter = "b" }', "names_nothing", "step[1].expect.counts"),
        (
            'at = 2026-05-01\nactivity = { customer = "a", kind = "b", members = 0 }\nexpect.invoices = []',
            "not_a_number_of_people",
            "step[1].activity.members",
        ),
        (
            'at = 2026-05-01\nchange = { customer = "a", limit = 1, quantity = 1 }\nexpect.invoices = []',
            "limit_and_quantity",
            "step[1].change.quantity",
        ),
        (
            'at = 2026-05-01\napply = "none.toml"\nexpect.invoices = []',
            "no_such_file",
            "step[1].apply.catalog",
        ),
    ],
)
def test_fields_that_are_wrong(story: Write, step: str, code: str, field: str) -> None:
    found = problems(story(f"[[step]]\n{step}\n"))
    assert [(code, field) for _, _, code, field in found] == [(code, field)]


def test_a_story_that_expects_nothing(story: Write) -> None:
    path = story('[[step]]\nat = 2026-05-01\nsubscribe = { customer = "anna", plan = "care" }\n')
    assert problems(path) == [("story.toml", None, "story_expects_nothing", "")]


def test_what_is_no_toml(story: Write, tmp_path: Path) -> None:
    assert problems(story("[[step]\n")) == [("story.toml", FIRST_STEP, "not_toml", "")]
    assert problems(tmp_path / "nowhere.toml") == [("nowhere.toml", None, "no_such_file", "")]


def test_mistakes_of_the_catalog_name_the_file_that_holds_them(story: Write, tmp_path: Path) -> None:
    step = "[[step]]\nat = 2026-05-01\nexpect.invoices = []\n"
    (tmp_path / "catalog.toml").write_text(CARE.replace("30.00", "thirty"))
    catalog = 'catalog = "catalog.toml"\n[organization]\ncurrency = "euro"\n'
    assert problems(story(step, catalog=catalog)) == [
        ("story.toml", 4, "not_a_currency", "organization.currency"),
        ("catalog.toml", 9, "not_a_number", "plan[1].base_fee"),
    ]
    assert problems(story(step, catalog=CARE.replace("30.00", "thirty"))) == [
        ("story.toml", 10, "not_a_number", "plan[1].base_fee")
    ]


def test_a_catalog_comes_from_one_place(story: Write, tmp_path: Path) -> None:
    (tmp_path / "catalog.toml").write_text(CARE)
    step = "[[step]]\nat = 2026-05-01\nexpect.invoices = []\n"
    found = problems(story(step, catalog=f'catalog = "catalog.toml"\n{CARE}'))
    assert {code for _, _, code, _ in found} == {"catalog_and_tables"}
    assert problems(story(step, catalog='catalog = "catlog.toml"')) == [("story.toml", 2, "no_such_file", "catalog")]
