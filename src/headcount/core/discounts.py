"""What else comes onto the next document: lines that somebody added, and promotional credit (SPEC 3.10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headcount.core.ledger import MANUAL, PROMOTION, Entry
from headcount.core.lines import Line, amount_line


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line that somebody wants on the next document: `units` x `unit_price` (major units) = `amount_minor`."""

    id: int
    text: str
    units: Decimal
    unit_price: Decimal
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Credit:
    """What is left of a promotional credit: a discount before tax on days from `valid_from` to before `expires_on`."""

    id: int
    text: str
    left_minor: int
    currency: str
    valid_from: date
    expires_on: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.expires_on is None or day < self.expires_on)


def adjustment_line(adjustment: Adjustment, day: date) -> Line:
    entry = Entry(MANUAL, adjustment.amount_minor, adjustment=adjustment.id, times=1)
    return amount_line(entry, day, adjustment.currency, adjustment.text, (adjustment.units, adjustment.unit_price))


def adjustment_lines(
    adjustments: Iterable[Adjustment], before: Iterable[Entry], net_minor: int, day: date, currency: str
) -> list[Line]:
    """Each adjustment once, as long as the document stays at zero or above; the others wait for the next one."""
    done = {entry.adjustment for entry in before}
    found: list[Line] = []
    for adjustment in adjustments:
        if adjustment.currency == currency and adjustment.id not in done and net_minor + adjustment.amount_minor >= 0:
            net_minor += adjustment.amount_minor
            found.append(adjustment_line(adjustment, day))
    return found


def used_credits(
    credits: Iterable[Credit], before: Iterable[Entry], net_minor: int, day: date, currency: str
) -> list[Line]:
    """The first to expire is used first, and none below zero."""
    used: Counter[int] = Counter()
    for entry in before:
        if entry.credit is not None:
            used[entry.credit] += entry.amount_minor
    found: list[Line] = []
    for credit in sorted(credits, key=lambda one: (one.expires_on or date.max, one.id)):
        part = min(net_minor, credit.left_minor + used[credit.id])
        if part > 0 and credit.currency == currency and credit.holds_on(day):
            net_minor -= part
            found.append(amount_line(Entry(PROMOTION, -part, credit=credit.id), day, currency, credit.text))
    return found
