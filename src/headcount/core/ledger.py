"""The ledger: what was billed, entry by entry, only ever added to. Some cover days, the others are amounts only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from headcount.core.coverage import Coverage, PricePoint

RULES = 1
"""The version of the rules by which days become amounts. Closed history keeps the one it was billed by."""

INVOICED = "invoiced"
CORRECTION = "correction"
CONCESSION = "concession"
PAID_BEFORE = "paid_before"
WAIVED = "waived"
MANUAL = "manual"
PROMOTION = "promotion"
MOVED = "moved"
COVERING = (INVOICED, CORRECTION, PAID_BEFORE, WAIVED)
"""Entries that say which days are charged. The others are amounts only: they change nothing that is expected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, signed as it changes what is owed.

    `coverage` of covering kinds; `reverses` the entry that a correction or concession is about; `adjustment` of a
    manual line; `credit` of what was used of a promotional credit. `times` of a manual line: -1 if it is taken back.
    """

    kind: str
    amount_minor: int
    coverage: Coverage | None = None
    reverses: int | None = None
    adjustment: int | None = None
    credit: int | None = None
    times: int | None = None

    def stamped(self, subscription: int) -> Entry:
        """The same entry, as that of another subscription of the same shape."""
        if self.coverage is None:
            return self
        point, covered = self.coverage.point, self.coverage
        own = PricePoint(
            subscription, point.plan_version, point.charge, point.period, point.quantity, point.price, point.currency,
            point.proration,
        )  # fmt: skip
        return Entry(self.kind, self.amount_minor, Coverage(own, covered.span, covered.times))


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as it stands in the ledger. `document`: the one that prints it, if any, on line `position`."""

    id: int
    document: int | None
    position: int | None
    tax_rate: Decimal
    entry: Entry


def invoiced(coverage: Coverage) -> Entry:
    return Entry(INVOICED, coverage.amount_minor, coverage)


def coverages(booked: Iterable[Booked]) -> list[Coverage]:
    """Which days were charged, and taken back."""
    return [one.entry.coverage for one in booked if one.entry.coverage is not None]
