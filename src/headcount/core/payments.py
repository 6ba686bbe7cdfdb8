"""Payments: which documents money settles, and what is open of them. Open and state are derived, never stored.

Money is a payment or a credit note; both are sources. A source settles at most its amount, a document is settled at
most up to its gross amount, and currencies are never mixed: every function here works on one customer and currency.
Wherever something is open and something is free, it is settled, so that nobody owes whose money is held.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from headcount.core.errors import refuse
from headcount.core.money import exponent, share_minor

METHODS = ("transfer", "cash", "card", "debit", "other")
OPEN, PARTLY_PAID, OVERDUE, PAID, CREDITED, CANCELLED = (
    "open", "partly_paid", "overdue", "paid", "credited", "cancelled",
)  # fmt: skip
FEWEST_DIGITS, MOST_DIGITS = 6, 12
"""How many digits a number has in its range: 000123, and more only where six do not suffice."""

SourceKey = tuple[int | None, int | None]
"""(payment, credit note): one of them."""
Numbered = tuple[str, int]
"""(number range, number in it), such as ("RE-2026", 123)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Money that can settle documents. `free_minor` below zero: paid back. `original_id`: of a credit note."""

    payment_id: int | None
    credit_note_id: int | None
    free_minor: int
    day: date
    original_id: int | None = None

    @property
    def key(self) -> SourceKey:
        return self.payment_id, self.credit_note_id


@dataclass(frozen=True, slots=True)
class Receivable:
    """A document to be paid. `open_minor` > 0 is what is not settled yet."""

    invoice_id: int
    number: str
    due_on: date
    open_minor: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """`amount_minor` of a payment or a credit note settles that much of a document; below zero takes it back."""

    invoice_id: int
    payment_id: int | None
    credit_note_id: int | None
    amount_minor: int


def parse_amount(text: str, currency: str, field: str) -> int:
    """`119.00` in minor units, above zero, with no more digits than the currency has. Refused: `not_an_amount`."""
    digits = exponent(currency)
    fraction = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
    if not re.fullmatch(rf"[0-9]{{1,12}}{fraction}", text) or not Decimal(text):
        raise refuse("not_an_amount", field, given=text, currency=currency)
    return share_minor(Decimal(text), currency, 1, 1)


def normalised(text: str) -> str:
    """Upper case, and nothing but A-Z and 0-9: banks drop and add spaces and hyphens."""
    return re.sub("[^A-Z0-9]", "", text.upper())


def numbers_in(reference: str, ranges: Iterable[str]) -> list[list[Numbered]]:
    """The numbers of documents that a reference may name: for each place the readings, the longest first.

    Digits may run on into what follows ("RE-2026-000123 2026-05-01"), so there may be several.
    """
    named = {normalised(one): one for one in ranges}
    known = "|".join(re.escape(one) for one in sorted(named, key=len, reverse=True))
    if not known:
        return []
    places = re.finditer(f"({known})([0-9]{{{FEWEST_DIGITS},}})", normalised(reference))
    return [[(named[found[1]], number) for number in _readings(found[2])] for found in places]


def _readings(digits: str) -> list[int]:
    most = FEWEST_DIGITS if digits.startswith("0") else min(len(digits), MOST_DIGITS)
    return [int(digits[:length]) for length in range(most, FEWEST_DIGITS - 1, -1)]


def settle(
    receivables: Sequence[Receivable], sources: Sequence[Source], named: Mapping[int, Collection[int]] | None = None
) -> list[Allocation]:
    """What is free settles what is open. Both are those of one customer and currency; sources in their order.

    First what payers said: `named` are documents by payment, and a credit note belongs to its original. Then each
    source settles the oldest due: by `due_on`, then by number. What is left over stays free.
    """
    purse = _Purse(receivables)
    for source in sources:
        purse.settle_named(source, _named_by(source, named or {}))
    for source in sources:
        purse.settle_oldest(source)
    return purse.allocations


def _named_by(source: Source, named: Mapping[int, Collection[int]]) -> Collection[int]:
    if source.payment_id is not None:
        return named.get(source.payment_id, ())
    return () if source.original_id is None else (source.original_id,)


class _Purse:
    """What is still open, oldest due first, and still free while money is given out."""

    def __init__(self, receivables: Iterable[Receivable]) -> None:
        in_order = sorted(receivables, key=lambda one: (one.due_on, one.number))
        self._place = {one.invoice_id: place for place, one in enumerate(in_order)}
        self._open = {one.invoice_id: one.open_minor for one in in_order if one.open_minor > 0}
        self._spent: dict[SourceKey, int] = {}
        self.allocations: list[Allocation] = []

    def settle_named(self, source: Source, invoice_ids: Collection[int]) -> None:
        known = (one for one in invoice_ids if one in self._open)
        for invoice_id in sorted(known, key=lambda one: self._place[one]):
            self.give(source, invoice_id, self.left_of(source))

    def settle_oldest(self, source: Source) -> None:
        while self._open and self.left_of(source) > 0:
            self.give(source, next(iter(self._open)), self.left_of(source))

    def open_of(self, receivable: Receivable) -> int:
        return self._open.get(receivable.invoice_id, 0)

    def left_of(self, source: Source) -> int:
        return source.free_minor - self._spent.get(source.key, 0)

    def give(self, source: Source, invoice_id: int, most_minor: int) -> None:
        amount = min(most_minor, self.left_of(source), self._open.get(invoice_id, 0))
        if amount <= 0:
            return
        self._spent[source.key] = self._spent.get(source.key, 0) + amount
        self._open[invoice_id] -= amount
        if not self._open[invoice_id]:
            del self._open[invoice_id]
        self.allocations.append(Allocation(invoice_id, *source.key, amount))


def usable(sources: Iterable[Source]) -> list[Source]:
    """What can be given out: money that was paid back is taken from the oldest that is free."""
    ordered = sorted(sources, key=lambda one: (one.day, one.credit_note_id or 0, one.payment_id or 0))
    paid_back = -sum(one.free_minor for one in ordered if one.free_minor < 0)
    return list(_after(paid_back, (one for one in ordered if one.free_minor > 0)))


def _after(paid_back: int, sources: Iterable[Source]) -> Iterator[Source]:
    for source in sources:
        taken = min(paid_back, source.free_minor)
        paid_back -= taken
        if taken < source.free_minor:
            yield replace(source, free_minor=source.free_minor - taken)


def balance_minor(sources: Iterable[Source], allocations: Iterable[Allocation]) -> int:
    """What is free of a customer's money. Below zero if money was paid back that was later returned."""
    return sum(one.free_minor for one in sources) - sum(one.amount_minor for one in allocations)


def standing(
    receivables: Sequence[Receivable], sources: Sequence[Source], given: Iterable[Allocation]
) -> list[Allocation]:
    """What settled what on a day: documents and whole sources of that day, and what was given out at any time.

    What was given out holds as far as both sides were there; the rest is settled as it would have been.
    """
    purse = _Purse(receivables)
    by_key = {one.key: one for one in sources}
    for one in given:
        source = by_key.get((one.payment_id, one.credit_note_id))
        if source is not None:
            purse.give(source, one.invoice_id, one.amount_minor)
    still_open = [replace(one, open_minor=left) for one in receivables if (left := purse.open_of(one))]
    free = usable(replace(one, free_minor=left) for one in sources if (left := purse.left_of(one)))
    return purse.allocations + settle(still_open, free)


def taken_back(given: Iterable[Allocation]) -> list[Allocation]:
    """What a returned payment no longer settles: everything that is left of what it was given out for."""
    left: dict[tuple[int, SourceKey], int] = {}
    for one in given:
        key = one.invoice_id, (one.payment_id, one.credit_note_id)
        left[key] = left.get(key, 0) + one.amount_minor
    return [Allocation(invoice_id, *source, -amount) for (invoice_id, source), amount in left.items() if amount]


@dataclass(frozen=True, slots=True)
class Settled:
    """How far a document is settled, by payments and by credit notes. `is_cancelled`: by a cancellation."""

    gross_minor: int
    due_on: date
    paid_minor: int = 0
    credited_minor: int = 0
    is_cancelled: bool = False

    @property
    def settled_minor(self) -> int:
        return self.paid_minor + self.credited_minor

    @property
    def open_minor(self) -> int:
        return self.gross_minor - self.settled_minor

    def days_overdue(self, today: date) -> int:
        """0 where nothing is open, and up to and including the day on which it is due."""
        return max(0, (today - self.due_on).days) if self.open_minor else 0

    def state(self, today: date) -> str:
        """Overdue says more than partly paid; credited is what was settled without money."""
        if self.open_minor:
            if self.days_overdue(today):
                return OVERDUE
            return PARTLY_PAID if self.settled_minor else OPEN
        if self.is_cancelled:
            return CANCELLED
        return CREDITED if self.credited_minor and not self.paid_minor else PAID
