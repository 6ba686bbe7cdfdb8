"""A second engine for audits: rows copied out of PostgreSQL are counted again by DuckDB, which shares no code with it.

They lie in a folder that only this account can read, and are gone at the end. DuckDB may use a gigabyte of memory and
writes what is beyond it there too. Instants are whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from django.db import connection

# Nothing is fetched from anywhere.
_SETTINGS = (
    "SET memory_limit = '1GB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
)
_BATCH = 10_000


class Recount:
    """Tables of one organization inside DuckDB."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._duck = duckdb.connect(str(folder.joinpath("recount.duckdb")))
        for setting in _SETTINGS:
            self._duck.execute(setting)

    def copy(self, table: str, columns: Mapping[str, str], select: str) -> int:
        """A table of DuckDB (column -> type) from a query of PostgreSQL. Returns how many rows it has."""
        file = self._folder.joinpath(f"{table}.csv")
        with file.open("wb") as out, connection.cursor() as cursor, cursor.copy(_to_stdout(select)) as rows:
            for row in rows:
                out.write(row)
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        self._duck.execute(
            f"CREATE TABLE {table} AS FROM read_csv(?, columns = {{{types}}}, auto_detect = false, header = false,"
            " delim = ',', quote = '\"', escape = '\"')",
            [str(file)],
        )
        file.unlink()
        return self.number(f"SELECT count(*) FROM {table}")

    def fill(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        """A small table of values."""
        self._duck.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        if rows:
            self._duck.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})", rows)

    def run(self, statement: str) -> None:
        self._duck.execute(statement)

    def number(self, query: str) -> int:
        row = self._duck.execute(query).fetchone()
        return int(row[0]) if row else 0

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """A batch at a time. Read to the end before the next query."""
        found = self._duck.execute(query)
        while batch := found.fetchmany(_BATCH):
            yield from batch

    def close(self) -> None:
        self._duck.close()


def _to_stdout(select: str) -> str:
    return f"COPY ({select}) TO STDOUT (FORMAT csv)"


@contextmanager
def recount() -> Iterator[Recount]:
    with tempfile.TemporaryDirectory(prefix="headcount-audit-") as folder:
        engine = Recount(Path(folder))
        try:
            yield engine
        finally:
            engine.close()
