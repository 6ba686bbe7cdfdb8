"""What a story shows when it is played, and what it says of itself: in words, as data, and by its exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from headcount.stories.values import Played
from tests.stories.conftest import CARE
from tests.vendor import run

Write = Callable[..., Path]
Play = Callable[[Path], Played]
HOLDS = """[[step]]
at = 2026-05-01
subscribe = { customer = "anna", plan = "care" }
expect.invoices = [{ customer = "anna", net = "30.00" }]
"""
DIFFERS = HOLDS.replace('net = "30.00"', 'net = "29.00"')


def differing(played: Played) -> list[tuple[str, str, str]]:
    assert not played.problems, played.problems
    return [(one.what, one.expected, one.actual) for one in played.findings if not one.holds]


pytestmark = pytest.mark.usefixtures("database")


def test_a_story_that_holds(story: Write) -> None:
    result = run("story", "run", str(story(HOLDS)))
    assert result.status == 0
    assert "anna subscribes to care from 2026-05-01" in result.out
    assert "the period 2026-05-01 to 2026-06-01 began" in result.out
    assert "✗" not in result.out
    assert result.err.strip() == "1 of 1 stories hold"


def test_a_story_that_does_not_hold_shows_both_sides(story: Write) -> None:
    path = story(DIFFERS)
    result = run("story", "run", str(path))
    assert result.status == 3
    (row,) = [line.split() for line in result.out.splitlines() if "invoices[1].net" in line]
    assert row == ["invoices[1].net", "29.00", "30.00", "✗"]
    assert result.err.strip() == "0 of 1 stories hold"


def test_german(story: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADCOUNT_LANGUAGE", "de")
    result = run("story", "run", str(story(DIFFERS)))
    assert "erwartet" in result.out
    assert "der Zeitraum 01.05.2026 bis 01.06.2026 begann" in result.out
    assert result.err.strip() == "0 von 1 Geschichten stimmen"


def test_a_file_that_cannot_be_read_does_not_stop_the_others(story: Write) -> None:
    good, bad = story(HOLDS, name="good.toml"), story("[[step]]\n", name="bad.toml")
    result = run("story", "run", "--workers", "1", str(bad), str(good))
    assert result.status == 1
    assert "good.toml" in result.out
    assert "story_expects_nothing" in result.err
    assert "bad.toml" in result.err


@pytest.mark.parametrize("output", ["json", "csv"])
def test_results_as_data(story: Write, output: str) -> None:
    path = story(DIFFERS)
    result = run("story", "run", str(path), "--format", output)
    rows = json.loads(result.out) if output == "json" else result.rows
    line = DIFFERS.splitlines().index('expect.invoices = [{ customer = "anna", net = "29.00" }]')
    assert [(row["what"], row["expected"], row["actual"], str(row["holds"])) for row in rows] == [
        ("invoices[1].customer", "anna", "anna", "True"),
        ("invoices[1].net", "29.00", "30.00", "False"),
    ]
    assert {(row["file"], str(row["step"])) for row in rows} == {(str(path), "1")}
    assert {path.read_text().splitlines()[int(row["line"]) - 1] for row in rows} == {DIFFERS.splitlines()[line]}


def test_stories_side_by_side_come_in_the_order_asked_for(story: Write) -> None:
    paths = [str(story(HOLDS if number % 2 else DIFFERS, name=f"{number}.toml")) for number in range(6)]
    result = run("story", "run", "--workers", "2", "--quiet", *paths)
    lines = result.out.splitlines()
    assert [line.split()[0] for line in lines] == ["✗", "✓"] * 3
    assert [path for path, line in zip(paths, lines, strict=True) if path in line] == paths
    assert (result.status, result.err.strip()) == (3, "3 of 6 stories hold")


def test_only_a_section(story: Write) -> None:
    title = 'section = "4.30"\n'
    other = story(HOLDS, name="other.toml")
    other.write_text(title + other.read_text())
    one = story(HOLDS, name="one.toml")
    one.write_text('section = "4.3"\n' + one.read_text())
    assert run("story", "run", "--section", "4.3", "--quiet", str(one), str(other)).err.strip() == "1 of 1 stories hold"
    assert run("story", "run", "--section", "4", "--quiet", str(one), str(other)).err.strip() == "2 of 2 stories hold"


def test_a_refusal_that_nobody_expected_ends_the_story(story: Write, play: Play) -> None:
    played = play(
        story(
            """[[step]]
at = 2026-05-01
subscribe = { customer = "anna", plan = "cure" }
expect.invoices = []

[[step]]
at = 2026-06-01
expect.invoices = [{ net = "30.00" }]
"""
        )
    )
    assert differing(played) == [
        ("refused", "–", "unknown_plan (plan)"),
        ("invoices", "…", "not reached"),
        ("invoices", "…", "not reached"),
    ]


@pytest.mark.parametrize(
    ("refused", "wrong"),
    [
        ('"unknown_plan"', []),
        ('{ code = "unknown_plan", field = "plan", given = "cure", nearest = "care" }', []),
        ('[{ code = "unknown_plan" }]', []),
        ('"unknown_meter"', [("refused", "unknown_meter", "unknown_plan")]),
        ("[]", [("refused[1]", "–", "unknown_plan")]),
        ('["unknown_plan", "plan_retired"]', [("refused[2]", "plan_retired", "–")]),
    ],
)
def test_an_expected_refusal(story: Write, play: Play, refused: str, wrong: list[tuple[str, str, str]]) -> None:
    step = (
        f'[[step]]\nat = 2026-05-01\nsubscribe = {{ customer = "anna", plan = "cure" }}\nexpect.refused = {refused}\n'
    )
    assert differing(play(story(step + "[[step]]\nat = 2026-06-01\nexpect.invoices = []\n"))) == wrong


def test_nothing_was_refused(story: Write, play: Play) -> None:
    step = (
        '[[step]]\nat = 2026-05-01\nsubscribe = { customer = "anna", plan = "care" }\nexpect.refused = "unknown_plan"\n'
    )
    assert differing(play(story(step))) == [("refused", "unknown_plan", "–")]


def test_the_list_of_invoices_is_complete(story: Write, play: Play) -> None:
    both = HOLDS.replace('{ customer = "anna", plan = "care" }', '[{ customer = "anna", plan = "care" }, '
                         '{ customer = "berta", plan = "care" }]')  # fmt: skip
    assert differing(play(story(both))) == [("invoices[2]", "–", "berta 30.00 2026-05-01")]
    none = HOLDS.replace('{ customer = "anna", net = "30.00" }', '{ net = "30.00" }, { customer = "x", net = "1.00" }')
    assert differing(play(story(none))) == [("invoices[2]", "x 1.00", "–")]
    assert differing(play(story(HOLDS.replace('{ customer = "anna", net = "30.00" }', "")))) == [
        ("invoices[1]", "–", "anna 30.00 2026-05-01")
    ]


def test_a_customer_with_several_subscriptions(story: Write, play: Play) -> None:
    played = play(
        story(
            """[[step]]
at = 2026-05-01
subscribe = [{ customer = "anna", plan = "care" }, { customer = "anna", plan = "care" }]
expect.subscriptions = [{ subscription = "anna", end = "none" }, { subscription = "anna-2", start = 2026-05-01 }]

[[step]]
at = 2026-05-02
cancel = { customer = "anna" }
expect.refused = { code = "which_subscription", known = "anna, anna-2" }

[[step]]
at = 2026-05-03
cancel = { subscription = "anna-2" }
expect.subscriptions = [{ subscription = "anna-2", end = 2026-06-01, cancel_by = "none" }]
"""
        )
    )
    assert differing(played) == []


def test_a_step_that_is_not_billed_at_once(story: Write, play: Play) -> None:
    steps = HOLDS.replace(
        'expect.invoices = [{ customer = "anna", net = "30.00" }]', "bill = false\nexpect.invoices = []"
    )
    after = '\n[[step]]\nat = 2026-05-01\nexpect.invoices = [{ customer = "anna", date = 2026-05-01, net = "30.00" }]\n'
    assert differing(play(story(steps + after))) == []


def test_another_catalog_later(story: Write, play: Play, tmp_path: Path) -> None:
    (tmp_path / "dearer.toml").write_text(CARE.replace("30.00", "40.00"))
    (tmp_path / "broken.toml").write_text(CARE.replace("30.00", "forty"))
    steps = """
[[step]]
at = 2026-05-02
apply = "dearer.toml"
subscribe = { customer = "berta", plan = "care" }
expect.invoices = [{ customer = "berta", net = "40.00" }]

[[step]]
at = 2026-05-03
apply = { catalog = "broken.toml" }
expect.refused = { code = "not_a_number", field = "plan[1].base_fee", line = 9 }
"""
    assert differing(play(story(HOLDS + steps))) == []


def test_a_catalog_that_must_be_refused(story: Write, play: Play) -> None:
    expect = '[expect]\nrefused = [{ code = "unknown_product", field = "plan[1].product", given = "cure" }]\n'
    wrong = CARE.replace('product = "care"', 'product = "cure"')
    assert differing(play(story(expect, catalog=wrong))) == []
    assert differing(play(story(expect))) == [("refused[1]", "unknown_product", "–")]
    assert differing(play(story("[expect]\nrefused = []\n", catalog=wrong))) == [("refused[1]", "–", "unknown_product")]
