"""Reading a document of tables without stopping at the first mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headcount.core.calendar import parse_date
from headcount.core.document import Table
from headcount.core.errors import Refused

from .build import day

if TYPE_CHECKING:
    from collections.abc import Callable


def noted(table: Table) -> list[tuple[str, str]]:
    return [(refusal.code, refusal.field) for refusal in table.refusals]


def test_a_text_is_stripped() -> None:
    assert Table({"key": "  anna "}).text("key") == "anna"


def test_paths_go_down_the_document() -> None:
    top = Table({"plan": [{}, {"charge": [{"tiers": {}}]}]})
    charge = top.tables("plan")[1].tables("charge")[0]
    assert charge.at("price") == "plan[2].charge[1].price"
    assert charge.table("tiers").at("up_to") == "plan[2].charge[1].tiers.up_to"


def test_all_tables_of_a_document_share_their_refusals() -> None:
    top = Table({"plan": [{}]})
    top.tables("plan")[0].text("key")
    top.text("name")
    assert noted(top) == [("missing_field", "plan[1].key"), ("missing_field", "name")]


@pytest.mark.parametrize(
    ("read", "instead", "code", "path"),
    [
        pytest.param(lambda t: t.text("missing"), "", "missing_field", "missing", id="missing text"),
        pytest.param(lambda t: t.text("number"), "", "not_a_text", "number", id="number as text"),
        pytest.param(lambda t: t.text("blank"), "", "not_a_text", "blank", id="blank text"),
        pytest.param(lambda t: t.choice("word", ("one", "two")), "tow", "not_a_choice", "word", id="no choice"),
        pytest.param(lambda t: t.texts("word"), (), "not_a_list_of_texts", "word", id="text as list"),
        pytest.param(lambda t: t.texts("numbers"), (), "not_a_list_of_texts", "numbers", id="list of numbers"),
        pytest.param(lambda t: t.texts("blanks"), (), "not_a_list_of_texts", "blanks", id="list with a blank"),
        pytest.param(lambda t: t.table("word").path, "word", "not_a_table", "word", id="text as table"),
        pytest.param(lambda t: t.tables("table"), [], "not_a_list_of_tables", "table", id="table as list of tables"),
        pytest.param(lambda t: t.tables("word"), [], "not_a_list_of_tables", "word", id="text as list of tables"),
        pytest.param(
            lambda t: len(t.tables("numbers")), 1, "not_a_table", "numbers[1]", id="list of numbers as tables"
        ),
        pytest.param(lambda t: t.parsed("word", parse_date, None), None, "not_a_date", "word", id="not parsed"),
        pytest.param(lambda t: t.parsed("missing", parse_date, None), None, "missing_field", "missing", id="unparsed"),
    ],
)
def test_a_mistake_is_noted_and_replaced_by_something_harmless(
    read: Callable[[Table], object], instead: object, code: str, path: str
) -> None:
    table = Table({"number": 5, "blank": "  ", "word": "tow", "numbers": [7], "blanks": ["a", " "], "table": {}})
    assert read(table) == instead
    assert noted(table) == [(code, path)]


def test_defaults_are_no_mistakes() -> None:
    table = Table({})
    found = (
        table.text("a", "x"),
        table.text("b", ""),
        table.choice("c", ("one", "two"), "two"),
        table.texts("d", ("w",)),
        table.tables("e"),
        table.parsed("f", parse_date, None, "2026-05-01"),
        table.get("g", 7),
    )
    assert found == ("x", "", "two", ("w",), [], day("2026-05-01"), 7)
    assert noted(table) == []


def test_a_field_nobody_asked_for_is_unknown_and_the_nearest_is_named() -> None:
    table = Table({"key": "a", "bas_fee": "1"})
    table.text("key")
    table.get("base_fee", "0")
    table.no_more()
    assert [(one.code, one.field, one.numbers) for one in table.refusals] == [
        ("unknown_field", "bas_fee", {"nearest": "base_fee"})
    ]


def test_finish_raises_everything() -> None:
    table = Table({})
    table.text("a")
    table.text("b")
    with pytest.raises(Refused) as refused:
        table.finish()
    assert [refusal.field for refusal in refused.value.refusals] == ["a", "b"]


def test_finish_without_mistakes() -> None:
    Table({}).finish()


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda t: t.text("key"), id="text"),
        pytest.param(lambda t: t.texts("key"), id="texts"),
        pytest.param(lambda t: t.table("key"), id="table"),
        pytest.param(lambda t: t.parsed("key", parse_date, None), id="parsed"),
    ],
)
def test_null_is_noted(read: Callable[[Table], object]) -> None:
    table = Table({"key": None})
    read(table)
    assert len(table.refusals) == 1


def test_after_a_wrong_choice_nothing_is_said_about_what_depends_on_it() -> None:
    table = Table({"model": "volum", "tiers": []})
    table.choice("model", ("flat", "volume"))
    table.parsed("price", parse_date, None)
    table.no_more()
    assert [(one.code, one.field, one.numbers) for one in table.refusals] == [
        ("not_a_choice", "model", {"given": "volum", "choices": "flat, volume", "nearest": "volume"})
    ]


def test_a_wrong_choice_of_one_table_excuses_no_other() -> None:
    top = Table({"charge": [{"model": "volum"}, {}]})
    for table in top.tables("charge"):
        table.choice("model", ("flat", "volume"))
    assert noted(top) == [("not_a_choice", "charge[1].model"), ("missing_field", "charge[2].model")]


def test_null_in_a_field_that_may_be_left_out_is_left_out() -> None:
    assert Table({"key": None}).text("key", "instead") == "instead"


def test_notes_carry_numbers() -> None:
    table = Table({}, "plan[1]")
    table.note("key_twice", "charge", given="a")
    assert [(one.code, one.field, one.numbers) for one in table.refusals] == [
        ("key_twice", "plan[1].charge", {"given": "a"})
    ]
