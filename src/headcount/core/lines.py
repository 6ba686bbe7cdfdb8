"""Lines: what is missing, as a document prints it. Units x unit price is the amount of every line (EN 16931)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from headcount.core.calendar import Period
from headcount.core.catalog import END_OF_TERM, IN_ADVANCE, Charge
from headcount.core.ledger import Entry, invoiced
from headcount.core.money import major, share_minor
from headcount.core.rating import UNLIMITED, Part, RatedQuantity
from headcount.core.subscriptions import paid_days
from headcount.core.terms import term_of

if TYPE_CHECKING:
    from headcount.core.coverage import Coverage
    from headcount.core.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Line:
    """What a document prints: `units` x `unit_price` (major units) = `amount_minor` for the days `period`.

    `window` is the whole period that was priced. `instead_of` is the count billed before if the line corrects a count,
    else None. `first` and `last`: which of the counted a graduated line is about. `settles`: the line is the sum of
    all changes of a term. `bound`: what makes the counted of a billing period come to its `minimum` or `maximum`.
    `text`: what somebody wrote, of a line that no subscription asks for; then `subscription` is 0. `like`: the printed
    line that is given back. `entries` go into the ledger.
    """

    subscription: int
    charge: str
    window: Period
    period: Period
    quantity: RatedQuantity
    units: Decimal
    unit_price: Decimal
    amount_minor: int
    entries: tuple[Entry, ...]
    instead_of: RatedQuantity = None
    first: int | None = None
    last: RatedQuantity = None
    settles: bool = False
    bound: str = ""
    text: str = ""
    like: Mapping[str, str] | None = None

    def stamped(self, subscription: int) -> Line:
        """The same line, as that of another subscription of the same shape."""
        return Line(
            subscription, self.charge, self.window, self.period, self.quantity, self.units, self.unit_price,
            self.amount_minor, tuple(entry.stamped(subscription) for entry in self.entries), self.instead_of,
            self.first, self.last, self.settles, self.bound, self.text, self.like,
        )  # fmt: skip


def lines(missing: Iterable[Coverage], subscriptions: Sequence[Subscription], billing_date: date) -> list[Line]:
    """By subscription, charge and time: sections are contiguous, each in the order of its plan."""
    order = {
        (subscription.id, charge.key): (place, charge_place)
        for place, subscription in enumerate(subscriptions)
        for charge_place, charge in enumerate(subscription.plan.charges)
    }
    found = sorted(
        _unsorted(missing, {subscription.id: subscription for subscription in subscriptions}, billing_date),
        key=lambda line: (*order[line.subscription, line.charge], line.period.start),
    )
    return [line for line in found if line.amount_minor or (line.instead_of is None and not line.settles)]


def _unsorted(
    missing: Iterable[Coverage], subscriptions: dict[int, Subscription], billing_date: date
) -> Iterator[Line]:
    """Runs of days, but for two kinds that are one line for a whole period: a corrected count, and what is settled."""
    together: dict[tuple[int, str, Period, bool], list[Coverage]] = defaultdict(list)
    for run in missing:
        charge = subscriptions[run.point.subscription].plan.charge(run.point.charge)
        is_bound = charge.basis == "counted" and run.point.quantity is UNLIMITED
        together[run.point.subscription, charge.key, run.point.period, is_bound].append(run)
    for (subscription, key, period, is_bound), runs in together.items():
        agreed = subscriptions[subscription]
        charge = agreed.plan.charge(key)
        if is_bound:
            yield _bound(runs)
        elif _is_settled(agreed, charge, runs, billing_date):
            yield _settlement(runs, paid_days(agreed, charge, period))
        elif charge.basis == "counted" and _is_correction(runs):
            yield _correction(runs)
        else:
            yield from (line for run in runs for line in _of_run(run, charge))


def _is_settled(subscription: Subscription, charge: Charge, runs: Sequence[Coverage], billing_date: date) -> bool:
    """What is found out when a term is over about a period that was billed when it began: its changes."""
    if subscription.plan.collection != END_OF_TERM or charge.billed != IN_ADVANCE:
        return False
    period, end = runs[0].point.period, subscription.end_on or date.max
    term = term_of(subscription.plan.terms, subscription.start_on, max(period.start, subscription.start_on))
    is_over = min(period.end, term.end, end) <= billing_date
    return is_over and not all(run.is_whole and run.times > 0 for run in runs)


def _is_correction(runs: Sequence[Coverage]) -> bool:
    """One count that is another than the one billed; of counts day by day each run of days has its own lines."""
    return any(run.times < 0 for run in runs) and len({run.span for run in runs}) == 1


def _of_run(run: Coverage, charge: Charge) -> list[Line]:
    """A whole period in its parts; some days of one, a credit, or an average that is no whole number of people as one
    amount with the count in its text.
    """
    quantity = run.point.quantity
    if run.is_whole and run.times == 1 and (quantity is UNLIMITED or quantity == int(quantity)):
        by_part = _of_parts(run, charge.parts(run.point.quantity))
        if sum(line.amount_minor for line in by_part) == run.amount_minor:
            return by_part
    return [_line(run)]


def _of_parts(run: Coverage, parts: Sequence[Part]) -> list[Line]:
    """Each part as its own units and price, if that is exact; the ledger knows only the whole."""
    currency = run.point.currency
    made: list[Line] = []
    for part in parts:
        amount = share_minor(part.units * part.unit_price, currency, 1, 1)
        exact = major(amount, currency) == part.units * part.unit_price
        units, price = (part.units, part.unit_price) if exact else (Decimal(1), major(amount, currency))
        line = replace(_line(run), units=units, unit_price=price, amount_minor=amount, first=part.first, last=part.last)
        made.append(line if not made else replace(line, entries=()))
    return made


def _line(run: Coverage) -> Line:
    point, amount = run.point, run.amount_minor
    return Line(
        subscription=point.subscription,
        charge=point.charge,
        window=point.period,
        period=run.span,
        quantity=point.quantity,
        units=_sign(amount),
        unit_price=major(abs(amount), point.currency),
        amount_minor=amount,
        entries=(invoiced(run),),
    )


def amount_line(
    entry: Entry, day: date, currency: str, text: str = "", units_at: tuple[Decimal, Decimal] | None = None
) -> Line:
    """A line that is an amount and covers no days: what somebody wrote, a promotional credit, a concession.

    `units_at`: units and unit price, if it is not one amount.
    """
    period = Period(day, day + timedelta(days=1))
    units, unit_price = units_at or (_sign(entry.amount_minor), major(abs(entry.amount_minor), currency))
    return Line(
        subscription=0,
        charge="",
        window=period,
        period=period,
        quantity=UNLIMITED,
        units=units,
        unit_price=unit_price,
        amount_minor=entry.amount_minor,
        entries=(entry,),
        text=text,
    )


def _sign(amount_minor: int) -> Decimal:
    return Decimal(1 if amount_minor >= 0 else -1)


def _correction(runs: Sequence[Coverage]) -> Line:
    """One line for a count that is another than the one billed: its amount is the difference (SPEC 1.5)."""
    counted = next((run.point.quantity for run in runs if run.times > 0), 0)
    before = next((run.point.quantity for run in runs if run.times < 0), 0)
    return replace(_together(runs), quantity=counted, instead_of=before)


def _bound(runs: Sequence[Coverage]) -> Line:
    """What is missing to the minimum of a billing period, or is beyond its maximum."""
    return replace(_together(runs), bound="maximum" if runs[0].point.price < 0 else "minimum")


def _settlement(runs: Sequence[Coverage], paid: Period) -> Line:
    """All changes of a period in one line, dated when the term is over (SPEC 4.6)."""
    return replace(_together(runs), period=paid, quantity=runs[-1].point.quantity, settles=True)


def _together(runs: Sequence[Coverage]) -> Line:
    amount = sum(run.amount_minor for run in runs)
    span = Period(min(run.span.start for run in runs), max(run.span.end for run in runs))
    price = major(abs(amount), runs[0].point.currency)
    return replace(
        _line(runs[0]),
        period=span,
        units=_sign(amount),
        unit_price=price,
        amount_minor=amount,
        entries=tuple(map(invoiced, runs)),
    )
