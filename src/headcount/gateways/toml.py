"""TOML files, with the line of every field, so that a refusal can name its place."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from headcount.core.errors import Refusal, Refused, refuse
from headcount.gateways.toml_lines import field_lines


@dataclass(frozen=True, slots=True)
class TomlFile:
    """`lines` maps the path of a field, as refusals write it, to its line from 1."""

    content: dict[str, object]
    lines: dict[str, int]

    def placed(self, refused: Refused) -> Refused:
        """The same refusals, each with the line of its field or of the nearest table around it."""
        return Refused(*(refusal.on_line(self.line_of(refusal.field)) for refusal in refused.refusals))

    def line_of(self, field: str) -> int | None:
        """The line of a field, or of the nearest table around it."""
        while field:
            if field in self.lines:
                return self.lines[field]
            field = field[: max(field.rfind("."), field.rfind("["), 0)]
        return None


def read_toml(path: Path) -> TomlFile:
    """Refused: `no_such_file`, `file_not_readable`, `not_utf8`, `not_toml` with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return TomlFile(tomllib.loads(text), field_lines(text))
    except FileNotFoundError:
        raise refuse("no_such_file", "", file=str(path)) from None
    except OSError as problem:
        raise refuse("file_not_readable", "", file=str(path), problem=problem.strerror or "") from None
    except UnicodeDecodeError:
        raise refuse("not_utf8", "") from None
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"line (\d+)", str(problem))
        line = int(found[1]) if found else None
        raise Refused(Refusal("not_toml", line=line, numbers={"problem": str(problem)})) from None


def write_toml(content: dict[str, object]) -> str:
    """Tables and lists of tables as a person would write them."""
    document = tomlkit.document()
    for key, value in content.items():
        document[key] = _item(key, value)
    return tomlkit.dumps(document)


def _item(key: str, value: object) -> object:
    """Lists of tables become `[[...]]` blocks; tiers stay a line each, and the languages of a text one line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _rows(value) if key == "tiers" else _tables(value)
    if isinstance(value, dict):
        return _inline(value) if set(value) == {"en", "de"} else _table(value)
    return value


def _rows(tables: list[dict[str, object]]) -> Array:
    rows = tomlkit.array().multiline(multiline=True)
    for table in tables:
        rows.append(_inline(table))
    return rows


def _inline(content: dict[str, object]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(content)
    return table


def _tables(tables: list[dict[str, object]]) -> AoT:
    blocks = tomlkit.aot()
    for content in tables:
        blocks.append(_table(content))
    return blocks


def _table(content: dict[str, object]) -> Table:
    table = tomlkit.table()
    for key, value in content.items():
        table[key] = _item(key, value)
    return table
