"""Keys and names as tables of a catalog file write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from headcount.core.catalog import Noun, Text
from headcount.core.document import Table
from headcount.core.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
NO_TEXT = Text("", "")


def read_key(table: Table) -> str:
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.note("not_a_key", "key", given=key)
    return key


def note_doubles(table: Table, kind: str, keys: Sequence[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1 and key:
            table.note("key_twice", kind, given=key)


def one_of(table: Table, key: str, known: Sequence[str]) -> str:
    """The key of something that the file defines."""
    value = table.text(key)
    if value and value not in known:
        table.note(f"unknown_{key}", key, given=value, nearest=nearest(value, known))
    return value


def read_text(table: Table, key: str, default: object = "\0") -> Text:
    """A name: one text for all languages, or a table with one for each. By default the key with spaces."""
    fallback = table.get("key", "") if default == "\0" else default
    value = table.get(key, str(fallback).replace("-", " "))
    if isinstance(value, Mapping):
        languages = Table(value, table.at(key), table.refusals)
        text = Text(languages.text("en"), languages.text("de"))
        languages.no_more()
        return text
    if not isinstance(value, str) or (key in table and not value.strip() and default != ""):
        table.note("not_a_text", key, given=repr(value))
        return NO_TEXT
    return Text(value.strip(), value.strip())


def read_noun(table: Table) -> Noun:
    """`people = "active client | active clients"`: what one and what many of the counted are called."""
    text = read_text(table, "people", "member | members")
    parts = [[part.strip() for part in words.split("|")] for words in (text.en, text.de)]
    if any(len(part) != 2 or not all(part) for part in parts):
        table.note("not_one_and_many", "people", given=text.en)
        return Noun(text, text)
    return Noun(Text(parts[0][0], parts[1][0]), Text(parts[0][1], parts[1][1]))
