"""Drafts: everything that should be billed, minus what was billed, is what the next documents say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headcount.core.catalog import Meter
from headcount.core.counting import Counted
from headcount.core.coverage import Coverage, difference
from headcount.core.expected import Reading, due_dates, expected
from headcount.core.lines import Line, lines
from headcount.core.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that has no number yet: what a customer owes on `billing_date` and was not billed before."""

    customer: int
    billing_date: date
    currency: str
    lines: tuple[Line, ...]

    @property
    def net_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about one customer that a draft is made from. `billed_until`: the last day that was billed, if any."""

    customer: int
    currency: str
    subscriptions: tuple[Subscription, ...]
    counts: Mapping[Reading, Sequence[Counted]]
    billed: tuple[Coverage, ...]
    billed_until: date | None


def drafts(account: Account, meters: Mapping[str, Meter], until: date) -> list[Draft]:
    """The documents that are missing up to `until`, one for each day on which something fell due, in order.

    What changed after its day was billed (late activity, a back-dated change) is found on the next such day. A
    difference below zero is not a document: it stays open and lowers the next one.
    """
    billed, made = list(account.billed), []
    for day in open_days(account.subscriptions, meters, account.billed_until, until):
        missing = _missing(account, billed, meters, day)
        draft = Draft(account.customer, day, account.currency, tuple(lines(missing, account.subscriptions, day)))
        if draft.lines and draft.net_minor >= 0:
            made.append(draft)
            billed += [entry for line in draft.lines for entry in line.entries]
    return made


def carried_minor(account: Account, made: Iterable[Draft], meters: Mapping[str, Meter], until: date) -> int:
    """What stays open after these documents: zero, or a credit below zero that waits for the next one."""
    return sum(line.amount_minor for line in open_lines(account, made, meters, until))


def open_lines(account: Account, made: Iterable[Draft], meters: Mapping[str, Meter], until: date) -> list[Line]:
    """The lines of what stays open after these documents."""
    now_billed = [entry for draft in made for line in draft.lines for entry in line.entries]
    missing = _missing(account, [*account.billed, *now_billed], meters, until)
    return lines(missing, account.subscriptions, until)


def _missing(account: Account, billed: Iterable[Coverage], meters: Mapping[str, Meter], day: date) -> list[Coverage]:
    should_be = [
        coverage
        for subscription in account.subscriptions
        for coverage in expected(subscription, account.currency, meters, account.counts, day)
    ]
    return difference(should_be, billed)


def open_days(
    subscriptions: Iterable[Subscription], meters: Mapping[str, Meter], billed_until: date | None, until: date
) -> list[date]:
    """The days after the last billed one on which something of a customer falls due, and `until` itself.

    A day before `billed_until` is over: what is found out about it later is billed on an open day.
    """
    if billed_until is not None and until < billed_until:
        return []
    days = {until}.union(*(due_dates(subscription, meters, until) for subscription in subscriptions))
    return sorted(day for day in days if billed_until is None or day > billed_until or day == until)
