"""Drafts: everything that should be billed, minus what was billed, is what the next documents say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headcount.core.calendar import Period
from headcount.core.catalog import Charge, Meter
from headcount.core.coverage import Coverage, difference
from headcount.core.expected import Reading, due_dates, expected
from headcount.core.money import major
from headcount.core.rating import Quantity, unit_price
from headcount.core.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Line:
    """What a document prints: `units` x `unit_price` (major units) = `amount_minor` for the days `period`.

    `instead_of` is the count billed before if the line corrects a count, else None. `entries` go into the ledger.
    """

    subscription: int
    charge: str
    period: Period
    quantity: Quantity
    instead_of: int | None
    units: Decimal
    unit_price: Decimal
    amount_minor: int
    entries: tuple[Coverage, ...]


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
    counts: Mapping[Reading, int]
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
        draft = Draft(account.customer, day, account.currency, tuple(_lines(missing, account)))
        if draft.lines and draft.net_minor >= 0:
            made.append(draft)
            billed += [entry for line in draft.lines for entry in line.entries]
    return made


def carried_minor(account: Account, made: Iterable[Draft], meters: Mapping[str, Meter], until: date) -> int:
    """What stays open after these documents: zero, or a credit below zero that waits for the next one."""
    now_billed = [entry for draft in made for line in draft.lines for entry in line.entries]
    return sum(run.amount_minor for run in _missing(account, [*account.billed, *now_billed], meters, until))


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


def _lines(missing: Iterable[Coverage], account: Account) -> list[Line]:
    """By subscription, charge and time: sections are contiguous, each in the order of its plan."""
    order = {
        (subscription.id, charge.key): (place, charge_place)
        for place, subscription in enumerate(account.subscriptions)
        for charge_place, charge in enumerate(subscription.plan.charges)
    }
    found = sorted(
        _unsorted_lines(missing, account),
        key=lambda line: (*order[line.subscription, line.charge], line.period.start),
    )
    return [line for line in found if line.amount_minor or line.instead_of is None]


def _unsorted_lines(missing: Iterable[Coverage], account: Account) -> Iterator[Line]:
    plans = {subscription.id: subscription.plan for subscription in account.subscriptions}
    counts: dict[tuple[int, str, Period], list[Coverage]] = defaultdict(list)
    for run in missing:
        charge = plans[run.point.subscription].charge(run.point.charge)
        if charge.basis == "counted":
            counts[run.point.subscription, charge.key, run.point.period].append(run)
        else:
            yield _line(run, charge)
    for (subscription, key, _), runs in counts.items():
        yield _line(runs[0], plans[subscription].charge(key)) if _is_first(runs) else _correction(runs)


def _is_first(runs: list[Coverage]) -> bool:
    return len(runs) == 1 and runs[0].times > 0


def _line(run: Coverage, charge: Charge) -> Line:
    units, price = unit_price(charge.model, run.point.quantity)
    if not run.is_whole or abs(run.times) != 1:
        units, price = Decimal(1), major(abs(run.amount_minor), run.point.currency)
    signed = units if run.amount_minor >= 0 else -units
    point = run.point
    return Line(
        point.subscription, point.charge, run.span, point.quantity, None, signed, price, run.amount_minor, (run,)
    )


def _correction(runs: list[Coverage]) -> Line:
    """One line for a count that is another than the one billed: its amount is the difference (SPEC 1.5)."""
    point, amount = runs[0].point, sum(run.amount_minor for run in runs)
    counted = next((run.point.quantity for run in runs if run.times > 0), 0)
    before = next((run.point.quantity for run in runs if run.times < 0), 0)
    units = Decimal(1 if amount >= 0 else -1)
    price = major(abs(amount), point.currency)
    span = Period(min(run.span.start for run in runs), max(run.span.end for run in runs))
    return Line(point.subscription, point.charge, span, counted, before, units, price, amount, tuple(runs))
