"""Keys and windows as parts of an address."""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"~([0-9A-F]{2})")


class KeyConverter:
    """A key of the vendor's own choice: it may hold a slash, or be a dot, which addresses cannot carry even encoded."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """No page (ValueError) for what can be no key, as PostgreSQL would not even look for it."""
        key = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        if any(character < " " for character in key):
            raise ValueError(key)
        return key

    def to_url(self, value: str) -> str:
        plain = value.replace("~", "~7E").replace("/", "~2F")
        return f"~2E{plain[1:]}" if plain.startswith(".") else plain


_DAY = r"\d{4}-(?:W\d\d|\d\d(?:-\d\d)?)"


class WindowConverter:
    """A month, a week, a day, or `2026-05-15--2026-06-15`: ISO 8601 lets `--` stand for the slash of a period."""

    regex = rf"{_DAY}(?:--{_DAY})?"

    def to_python(self, value: str) -> str:
        return value.replace("--", "/")

    def to_url(self, value: str) -> str:
        return value.replace("/", "--")
