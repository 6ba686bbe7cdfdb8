"""The algorithm pages as data: tables that are checked, with the TOML block that stands before each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "algorithms"
_MARKER = re.compile(r"<!-- checked: ([a-z ]+) -->")


@dataclass(frozen=True)
class Table:
    """`rows` have a cell a column, as text. `toml` is the last block above the table."""

    page: str
    line: int
    marker: str
    toml: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return f"{self.page}:{self.line} {self.marker}"


def tables() -> list[Table]:
    return [table for path in sorted(PAGES.glob("*.md")) for table in _tables(path)]


def toml_blocks() -> list[str]:
    return [block for path in sorted(PAGES.glob("*.md")) for block in _blocks(path.read_text(encoding="utf-8"))]


def markers() -> int:
    """How many markers there are, whatever follows them."""
    return sum(len(re.findall("<!--", path.read_text(encoding="utf-8"))) for path in PAGES.glob("*.md"))


def _blocks(text: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", text, re.DOTALL)


def _tables(path: Path) -> Iterator[Table]:
    text = path.read_text(encoding="utf-8")
    for found in _MARKER.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        lines = text[found.end() :].lstrip("\n").split("\n")
        body = [_cells(row) for row in lines[: next(n for n, row in enumerate(lines) if not row.startswith("|"))]]
        blocks = _blocks(text[: found.start()])
        yield Table(path.name, line, found[1], blocks[-1] if blocks else "", body[0], tuple(body[2:]))


def _cells(row: str) -> tuple[str, ...]:
    return tuple(cell.strip().strip("`") for cell in row.strip().strip("|").split("|"))
