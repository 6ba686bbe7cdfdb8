"""The audit: everything that is stored, against everything it was made from, all of it as it was at one moment.

Each check is a function over the books, in a file of its own; its docstring says what agreement proves. To add one is
to write the function and name it in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter_ns

from headcount.services.audit.books import Books, Check, Finding
from headcount.services.audit.counts import counts
from headcount.services.audit.documents import documents
from headcount.services.audit.due import due
from headcount.services.audit.evidence import evidence
from headcount.services.audit.journal import journal
from headcount.services.audit.ledger import ledger
from headcount.services.audit.limits import limits
from headcount.services.audit.numbers import numbers
from headcount.services.audit.payments import payments
from headcount.services.audit.seats import seats
from headcount.services.context import Context
from headcount.storage.recount import recount
from headcount.storage.transaction import frozen_view

__all__ = ["CHECKS", "Audited", "Finding", "audit"]

CHECKS: dict[str, Check] = {
    "evidence": evidence,
    "counts": counts,
    "limits": limits,
    "seats": seats,
    "ledger": ledger,
    "due": due,
    "documents": documents,
    "numbers": numbers,
    "journal": journal,
    "payments": payments,
}
"""In the order in which they are made."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One check that was made: how many rows it read, what it found, and how long it took."""

    check: str
    looked_at: int
    findings: tuple[Finding, ...]
    milliseconds: int

    @property
    def differences(self) -> int:
        return sum(not one.is_remark for one in self.findings)


def audit(context: Context) -> Iterator[Audited]:
    """Makes every check, one after the other. Changes nothing, and sees nothing that is recorded meanwhile."""
    with frozen_view(context.organization_id), recount() as engine:
        books = Books(context, engine)
        for name, check in CHECKS.items():
            books.looked_at, begin = 0, perf_counter_ns()
            findings = tuple(check(books))
            yield Audited(name, books.looked_at, findings, (perf_counter_ns() - begin) // 1_000_000)
