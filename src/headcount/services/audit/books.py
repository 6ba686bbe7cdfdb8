"""What every check works with, and what it may find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from headcount.services.context import Context
from headcount.storage import audit, catalog
from headcount.storage.catalog import StoredCatalog
from headcount.storage.recount import Recount

REMARKS = frozenset({"id_twice"})
"""Worth knowing and allowed: they are listed, and agreement is agreement all the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not what it should be. `code` names the rule, `key` the row of `table`, all as text."""

    code: str
    table: str
    key: str
    expected: str
    found: str

    @property
    def is_remark(self) -> bool:
        return self.code in REMARKS


def finding(code: str, table: str, key: object, expected: object, found: object) -> Finding:
    return Finding(code, table, str(key), *("–" if value is None else str(value) for value in (expected, found)))


Rule = tuple[str, str, str]
"""(code, table, query): a rule that the database checks by itself; the query gives (key, expected, found)."""


class Books:
    """An organization at one moment, inside `frozen_view`. Checks add to `looked_at` how many rows they read."""

    def __init__(self, context: Context, engine: Recount) -> None:
        self.context, self.engine = context, engine
        self.looked_at = 0

    @cached_property
    def stored(self) -> StoredCatalog:
        return catalog.read_anew(self.context.organization_id)

    @cached_property
    def _names(self) -> Mapping[tuple[str, int], str]:
        """Loaded only when there is a finding to tell."""
        customers = {("customer", id): key for id, key in audit.customer_keys().items()}
        return customers | {("meter", id): key for key, id in self.stored.meter_ids.items()}

    def place(self, **ids: object) -> str:
        """Which row it is: `meter=clients customer=anna`; what has no name any more goes by its id."""
        return " ".join(f"{what}={self._names.get((what, id), id)}" for what, id in ids.items())  # type: ignore[arg-type]

    @cached_property
    def evidence(self) -> int:
        """All activity, copied to the second engine once. How many rows."""
        return self.engine.copy("activity", audit.ACTIVITY_COLUMNS, audit.ACTIVITY)

    def look_at(self, *tables: str) -> None:
        self.looked_at += sum(audit.size(table) for table in tables)

    def broken(self, rules: Iterable[Rule]) -> Iterator[Finding]:
        for code, table, query in rules:
            for row in audit.rows(query):
                yield finding(code, table, *row)


Check = Callable[[Books], Iterator[Finding]]
