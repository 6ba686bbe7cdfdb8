"""The page about stories is complete, and every whole story on it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from headcount.core.document import Table
from headcount.stories.values import Played
from tests.stories.test_story_files import differences

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "stories.md").read_text(encoding="utf-8")
STORIES = [block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if block.startswith("title")]


def keys_asked_for(read: Callable[[Table], object]) -> set[str]:
    """The keys that a reader looks for in an empty table."""
    table = Table({})
    read(table)
    return table._read


def section(heading: str) -> str:
    """The text below a heading, up to the next one of the page."""
    found = re.search(rf"^#+ [^\n]*{re.escape(heading)}\b[^\n]*\n(.*?)(?=^#+ |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"no heading for {heading}"
    return found[1]


def test_the_page_has_several_whole_stories() -> None:
    assert len(STORIES) >= 4


@pytest.mark.parametrize("number", range(len(STORIES)))
def test_the_stories_of_the_page_hold(play: Callable[[Path], Played], tmp_path: Path, number: int) -> None:
    path = tmp_path / "story.toml"
    path.write_text(STORIES[number], encoding="utf-8")
    assert differences(play(path)) == []


def test_every_action_and_each_of_its_keys_is_on_the_page(database: None, tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    from headcount.stories.actions import ACTIONS
    from headcount.stories.values import Terms

    terms = Terms(ZoneInfo("Europe/Berlin"), "EUR", tmp_path)
    for word, read in ACTIONS.items():
        text = section(word)
        keys = keys_asked_for(lambda table, read=read: read([table], terms))  # type: ignore[misc]
        assert keys, word
        assert [key for key in keys if f"`{key}`" not in text] == [], word


def test_every_expectation_and_each_of_its_keys_is_on_the_page(database: None, tmp_path: Path) -> None:
    from headcount.stories import actual
    from headcount.stories.expectations import EXPECTATIONS
    from headcount.stories.expected_payments import RECEIVABLE
    from headcount.stories.expected_refusals import KEYS

    for word in (*EXPECTATIONS, "refused"):
        assert section(f"expect.{word}")
    known = {
        "invoices": (*actual.INVOICE, *actual.LINE, "lines"),
        "net": tuple(actual.PREVIEW_LINE),
        "counts": ("customer", "meter", "window", "subscription", "count", "people"),
        "limits": ("customer", "meter", *actual.LIMIT),
        "subscriptions": ("customer", "subscription", *actual.SUBSCRIPTION),
        "receivables": tuple(RECEIVABLE),
        "refused": KEYS,
    }
    for word, keys in known.items():
        text = section(f"expect.{word}")
        assert [key for key in keys if f"`{key}`" not in text] == [], word


def test_the_keys_of_the_file_and_of_a_step_are_on_the_page(database: None) -> None:
    from headcount.stories.reading import WORDS

    text = section("Keys of the file") + section("Steps and time")
    assert [word for word in (*WORDS, "at", "bill") if not re.search(rf"`\[*{word}\]*`", text)] == []


def test_every_field_of_a_result_and_each_exit_status_is_on_the_page() -> None:
    from headcount.cli.story import COLUMNS

    text = section("Playing stories")
    assert [column for column in COLUMNS if f"`{column}`" not in text] == []
    assert re.findall(r"^\| (\d) \|", text, re.MULTILINE) == ["0", "1", "2", "3"]
