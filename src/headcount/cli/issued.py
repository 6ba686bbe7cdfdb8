"""Documents that were just issued, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from headcount.cli.output import print_rows
from headcount.core.money import major

if TYPE_CHECKING:
    from headcount.services.finalising import Issued

COLUMNS = ("number", "kind", "customer", "billing_date", "lines", "currency", "net", "gross")


def print_issued(
    issued: Iterable[Issued], output: str, *, numbered: bool = True, columns: tuple[str, ...] = COLUMNS
) -> None:
    """Without numbers where none was given for good."""
    rows = [_row(one, numbered=numbered) for one in issued]
    print_rows(columns, [[row[column] for column in columns] for row in rows], output)


def _row(one: Issued, *, numbered: bool) -> dict[str, object]:
    amounts = (major(one.net_minor, one.currency), major(one.gross_minor, one.currency))
    number = one.number if numbered else ""
    values = (number, one.kind, one.customer, one.billing_date, one.lines, one.currency, *amounts)
    return dict(zip(COLUMNS, values, strict=True))
