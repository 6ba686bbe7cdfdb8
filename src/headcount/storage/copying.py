"""Many rows at once: by COPY into a temporary table, since row-level security refuses COPY into its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def copy_rows(cursor: CursorWrapper, table: str, columns: str, lines: Iterable[str]) -> None:
    """Fills a temporary table, which is empty again after the transaction. `lines` are as COPY reads them."""
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT DELETE ROWS")
    cursor.execute(f"DELETE FROM {table}")
    with cursor.copy(f"COPY {table} ({names(columns)}) FROM STDIN") as copy:
        copy.write("".join(lines).encode())


def names(columns: str) -> str:
    """Of columns with their types, the names."""
    return ", ".join(column.split()[0] for column in columns.split(", "))


NULL = "\\N"


def or_null(value: object) -> object:
    """A value for a line of COPY."""
    return NULL if value is None else value


def escaped(text: str) -> str:
    """A text that may hold anything, for a line of COPY."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def array(values: Iterable[object]) -> str:
    """Numbers or days as the text of an array, which the statement casts; psycopg takes each of them in its hand."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
