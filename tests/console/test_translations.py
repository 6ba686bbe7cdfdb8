"""Whatever pages say, they say in German too; and what is installed is what was written."""

from __future__ import annotations

import io
import re
from gettext import GNUTranslations
from typing import IO, Any

import pytest
from babel.messages import Catalog, mofile, pofile

from tests.console.messages import CONSOLE, messages, template_names

LANGUAGES = ("de", "en")
MARKUP = re.compile(r"<[^>]*>")
DONE = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')
NAMES = {"Headcount", "·  · Headcount", "headcount catalog apply catalog.toml"}


@pytest.fixture(autouse=True)
def django(database: None) -> None:
    """Set up by the database's fixture: whoever is first decides for all tests where Django finds it."""


def catalog(language: str) -> Catalog:
    with (CONSOLE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return pofile.read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogs_are_up_to_date(language: str) -> None:
    """pybabel compile --directory src/headcount/console/locale --domain django"""
    expected = io.BytesIO()
    mofile.write_mo(expected, catalog(language))
    expected.seek(0)
    with (CONSOLE / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as stored:
        assert texts(stored) == texts(expected)


def texts(compiled: IO[bytes]) -> dict[object, str]:
    """Without the header, which says when and by which version it was compiled."""
    found: Any = GNUTranslations(compiled)
    return {text: translated for text, translated in found._catalog.items() if text}


def test_every_text_of_a_page_is_there_in_german() -> None:
    german = catalog("de")
    wanted = messages() | {(None, "unlimited", None)}  # templatetags/wording.py
    for context, text, plural in wanted:
        message = german.get(text, context)
        assert message is not None, f"not in German: {text}"
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert len(strings) == (2 if plural else 1), text
        assert all(strings), f"not in German: {text}"
    written = {(message.context, message.id if isinstance(message.id, str) else message.id[0]) for message in german}
    assert written - {(context, text) for context, text, _ in wanted} == {(None, "")}


def test_german_texts_fill_the_same_gaps() -> None:
    for message in catalog("de"):
        if message.id:
            assert list(message.check(catalog("de"))) == []


@pytest.mark.parametrize("name", template_names())
def test_no_text_of_a_page_is_left_untranslated(name: str) -> None:
    source = DONE.sub("", (CONSOLE / "templates" / name).read_text())
    found = MARKUP.sub("\n", source).splitlines() + SPOKEN_ATTRIBUTE.findall(source)
    words = {text.strip() for text in found if re.search(r"[^\W\d_]{2,}", re.sub(r"&\w+;", "", text))}
    assert words <= NAMES
