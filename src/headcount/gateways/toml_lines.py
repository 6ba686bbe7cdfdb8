"""Where each table, key and list entry of a TOML text stands: `step[2].expect.invoices[1].net` -> line 17.

The text has been parsed before, so that only places are looked for here and nothing is checked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_STRING = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}'
    r"|'''(?:(?!''').)*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


def field_lines(text: str) -> dict[str, int]:
    """The path of every field, as refusals write it, with its line from 1."""
    return _Places(text).lines


class _Places:
    """One walk over the text. `lines` keeps the first place of each path."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text, self._at = text, 0
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._counters: Counter[str] = Counter()
        self._document()

    def _document(self) -> None:
        table = ""
        while self._skip_blank():
            if self._peek() == "[":
                table = self._header()
            else:
                self._field(table)

    def _skip_blank(self) -> bool:
        """Goes on to the next thing; whether there is one."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at < len(self._text)

    def _peek(self) -> str:
        return self._text[self._at]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found, self._text[self._at : self._at + 40]
        self._at = found.end()
        return found[0]

    def _note(self, path: str) -> None:
        self.lines.setdefault(path, bisect_right(self._ends, self._at - 1) + 1)

    def _header(self) -> str:
        is_list = self._text.startswith("[[", self._at)
        start = self._at
        self._at += 2 if is_list else 1
        path = ""
        parts = self._key()
        for depth, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            if is_list and depth == len(parts) - 1:
                self._counters[path] += 1
            if self._counters[path]:
                path = f"{path}[{self._counters[path]}]"
        end, self._at = self._at + (2 if is_list else 1), start
        self._note(path)
        self._at = end
        return path

    def _key(self) -> list[str]:
        """The parts of a dotted key, up to what follows it."""
        parts = []
        while True:
            self._skip_blank()
            parts.append(self._take(_STRING)[1:-1] if self._peek() in "\"'" else self._take(_BARE))
            self._skip_blank()
            if self._peek() != ".":
                return parts
            self._at += 1

    def _field(self, table: str) -> None:
        start, path = self._at, table
        parts = self._key()
        end, self._at = self._at + 1, start
        for part in parts:
            path = f"{path}.{part}" if path else part
            self._note(path)
        self._at = end
        self._value(path)

    def _value(self, path: str) -> None:
        self._skip_blank()
        match self._peek():
            case "[":
                self._list(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _list(self, path: str) -> None:
        self._at += 1
        number = 0
        while self._skip_blank() and self._peek() != "]":
            number += 1
            self._note(f"{path}[{number}]")
            self._value(f"{path}[{number}]")
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: str) -> None:
        self._at += 1
        while self._skip_blank() and self._peek() != "}":
            self._field(path)
            self._skip_comma()
        self._at += 1

    def _skip_comma(self) -> None:
        if self._skip_blank() and self._peek() == ",":
            self._at += 1
