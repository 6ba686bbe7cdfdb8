"""Drafts: what is missing, as documents. Expected minus billed for one payer, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from headcount.core.coverage import Coverage, difference
from headcount.core.discounts import Adjustment, Credit, adjustment_lines, used_credits
from headcount.core.expected import due_dates, expected
from headcount.core.ledger import Booked, Entry
from headcount.core.lines import Line, lines
from headcount.core.originals import Original, credit_notes, less
from headcount.core.shapes import of_shape

if TYPE_CHECKING:
    from headcount.core.catalog import Meter
    from headcount.core.counting import Counted
    from headcount.core.expected import Reading
    from headcount.core.subscriptions import Subscription

INVOICE, CREDIT_NOTE, CANCELLATION = "invoice", "credit_note", "cancellation"


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that has no number yet: what a customer owes on `billing_date` and was not billed before.

    A credit note is below zero, corrects `original` and goes to whoever got that; without one it is about what was
    billed elsewhere.
    """

    customer: int
    billing_date: date
    currency: str
    lines: tuple[Line, ...]
    purchase_order: str = ""
    kind: str = INVOICE
    original: Original | None = None

    @property
    def net_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    @property
    def entries(self) -> Iterator[Entry]:
        return (entry for line in self.lines for entry in line.entries)


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that a payer's drafts are made from.

    `customer` pays for `subscriptions`. `booked`: the entries of the days that are looked at, which are those from
    `open_from` on, by subscription; without one, all. `billed_until`: the last day that was billed, if any.
    `drafted_on`: the days of drafts that still wait. `originals`: the documents of these entries. `adjustments` and
    `credits` are what waits for the next document.
    """

    customer: int
    currency: str
    subscriptions: tuple[Subscription, ...]
    counts: Mapping[Reading, Sequence[Counted]]
    booked: tuple[Booked, ...]
    billed_until: date | None
    drafted_on: tuple[date, ...] = ()
    open_from: Mapping[int, date] = field(default_factory=dict)
    originals: Mapping[int, Original] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    credits: tuple[Credit, ...] = ()


def drafts(account: Account, meters: Mapping[str, Meter], until: date) -> list[Draft]:
    """The documents that are missing up to `until`, for each day on which something fell due, in order.

    What changed after its day was billed (late activity, a back-dated change) is found on the next such day.
    """
    if not _is_plain(account):
        return _drafts(account, meters, until)
    (one,) = account.subscriptions
    question = ("drafts", account.currency, account.billed_until, account.open_from.get(one.id), until)
    drawn = of_shape(one, question, lambda: _drafts(account, meters, until))
    return [_stamped(draft, account.customer, one) for draft in drawn]


def _drafts(account: Account, meters: Mapping[str, Meter], until: date) -> list[Draft]:
    made: list[Draft] = []
    for day in open_days(account, until):
        made += _drafts_of_day(account, made, meters, day)
    return made


def _is_plain(account: Account) -> bool:
    """Whether its drafts depend on nothing but the shape of its only contract."""
    particular = account.booked or account.counts or account.adjustments or account.credits or account.drafted_on
    return len(account.subscriptions) == 1 and not particular


def _stamped(draft: Draft, customer: int, subscription: Subscription) -> Draft:
    """The draft of a contract of the same shape, as that of another one."""
    stamped = tuple(line.stamped(subscription.id) for line in draft.lines)
    return Draft(customer, draft.billing_date, draft.currency, stamped, subscription.purchase_order, draft.kind)


def open_days(account: Account, until: date) -> list[date]:
    """The days after the last billed one on which something of a payer falls due or was found, and `until` itself.

    A day before `billed_until` is over: what is found out about it later is billed on an open day.
    """
    last = account.billed_until
    if last is not None and until < last:
        return []
    after = last or date.min
    found = {until, *(day for day in account.drafted_on if day < until)}
    return sorted(found.union(*(due_dates(subscription, until, after) for subscription in account.subscriptions)))


def open_lines(account: Account, meters: Mapping[str, Meter], day: date) -> list[Line]:
    """What of a day no document says yet; empty right after billing it.

    A count that is another one, but at the same price, is no line.
    """
    return lines(missing(account, [], meters, day), account.subscriptions, day)


def missing(account: Account, made: Iterable[Draft], meters: Mapping[str, Meter], day: date) -> list[Coverage]:
    """Expected on a day, minus what is booked and on the documents made before."""
    should_be = [
        coverage
        for subscription in account.subscriptions
        for coverage in expected(
            subscription,
            account.currency,
            meters,
            account.counts,
            day,
            account.open_from.get(subscription.id, date.min),
        )
    ]
    entries = [*(one.entry for one in account.booked), *(entry for draft in made for entry in draft.entries)]
    return difference(should_be, [entry.coverage for entry in entries if entry.coverage is not None])


def _drafts_of_day(account: Account, made: Sequence[Draft], meters: Mapping[str, Meter], day: date) -> list[Draft]:
    """One invoice for each purchase order, and what is given back as credit notes (SPEC 5.2, 5.2a)."""
    found = lines(missing(account, made, meters, day), account.subscriptions, day)
    orders = {subscription.id: subscription.purchase_order for subscription in account.subscriptions}
    by_order: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        by_order[orders[line.subscription]].append(line)
    drafted: list[Draft] = []
    for order, its_lines in sorted(by_order.items()):
        drafted += _of_order(account, [*made, *drafted], day, order, its_lines)
    return drafted


def _of_order(account: Account, made: Sequence[Draft], day: date, order: str, found: list[Line]) -> list[Draft]:
    charged, returned = (found, []) if _sum(found) >= 0 else _parted(found)
    draft = Draft(account.customer, day, account.currency, tuple(charged), order)
    notes = [
        replace(
            draft,
            customer=original.customer if original else draft.customer,
            kind=CREDIT_NOTE,
            lines=tuple(its_lines),
            original=original,
        )
        for original, its_lines in credit_notes(returned, account.booked, _left(account, made), account.currency)
    ]
    return [*([_with_extras(account, made, draft)] if charged else []), *notes]


def _left(account: Account, made: Iterable[Draft]) -> dict[int, Original]:
    """The documents of an account, less what drafts made before give back on them."""
    left = dict(account.originals)
    for draft in made:
        if draft.original:
            left[draft.original.id] = less(left[draft.original.id], draft.lines)
    return left


def _with_extras(account: Account, made: Sequence[Draft], draft: Draft) -> Draft:
    """With what somebody added, and less promotional credit; never below zero."""
    before = [entry for one in made for entry in one.entries]
    added = adjustment_lines(account.adjustments, before, draft.net_minor, draft.billing_date, draft.currency)
    net_minor = draft.net_minor + _sum(added)
    credits = used_credits(account.credits, before, net_minor, draft.billing_date, draft.currency)
    return replace(draft, lines=(*draft.lines, *added, *credits))


def _parted(found: Iterable[Line]) -> tuple[list[Line], list[list[Line]]]:
    """What is charged, and what is given back: by charge and period, as one change is one sum."""
    groups: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in found:
        groups[line.subscription, line.charge, line.window].append(line)
    charged = [line for group in groups.values() if _sum(group) >= 0 for line in group]
    return charged, [group for group in groups.values() if _sum(group) < 0]


def _sum(found: Iterable[Line]) -> int:
    return sum(line.amount_minor for line in found)
