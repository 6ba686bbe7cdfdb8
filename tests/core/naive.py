"""A second implementation of the billing rules, from SPEC and not from the code: day by day, person by person.

Slow and plain. It knows contracts, not subscriptions; it gives amounts, not lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import count as count_up

ONE_DAY = timedelta(days=1)
NEVER = date(9999, 1, 1)
MINOR_UNIT = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}


@dataclass(frozen=True)
class Step:
    """Up to and including so many (None: no end) each costs `price`, or all of them in a bracket; `flat` once."""

    up_to: int | None
    price: Decimal
    flat: Decimal = Decimal(0)


@dataclass(frozen=True)
class Price:
    """`model`: flat, per unit, volume, graduated, brackets, or one of these "in blocks" of `size` people."""

    model: str
    steps: tuple[Step, ...]
    size: int = 1
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True)
class Charge:
    """`counts`: nothing (a committed quantity), or what is counted: statuses by a reading, or activity in a window."""

    key: str
    price: Price
    counts: str = ""  # "", "statuses", "activity"
    how: str = ""  # the reading or the window
    in_arrears: bool = False


@dataclass(frozen=True)
class Wish:
    """From `effective` on, so many of `what`; Headcount was told on `recorded` (None: it always knew)."""

    recorded: date | None
    effective: date
    what: str
    quantity: int


@dataclass(frozen=True)
class Ending:
    """Somebody cancels: to end `on` that day (the first one without), or when the terms allow (None)."""

    told: date | None
    on: date | None


@dataclass(frozen=True)
class Edit:
    """A client was edited on a day; Headcount was told on `recorded`."""

    recorded: date
    on: date
    client: str


@dataclass(frozen=True)
class Move:
    """From noon of a day on, a person has this status."""

    on: date
    person: str
    status: str


@dataclass(frozen=True, eq=False)
class Contract:
    start: date
    months: int  # the billing period, in months or (if 0) in days
    days: int
    charges: tuple[Charge, ...]
    billing_day: int | None = None
    duration: int | None = None  # in months or days, as the billing period
    renewal: int | None = None
    notice_months: int = 0
    notice_days: int = 0
    proration: str = "actual days"
    collection: str = "at once"
    ending: Ending | None = None
    wishes: tuple[Wish, ...] = ()
    edits: tuple[Edit, ...] = ()
    moves: tuple[Move, ...] = ()


# Dates (SPEC 4.1, 4.2, 4.10)


def in_month(first: date, day: int) -> date:
    """Day `day` of the month that begins on `first`, or its last day."""
    found = first
    while found.day < day and (found + ONE_DAY).month == first.month:
        found += ONE_DAY
    return found


def months_on(day: date, months: int, day_of_month: int) -> date:
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + 31 * ONE_DAY).replace(day=1)
    return in_month(first, day_of_month)


def later(contract: Contract, number: int) -> date:
    """So many months or days after the start, as the billing period is in months or days."""
    if contract.months:
        return months_on(contract.start, number, contract.start.day)
    return contract.start + number * ONE_DAY


@cache
def boundary(contract: Contract, number: int) -> date:
    """Where billing period `number` (from 0) begins."""
    if contract.billing_day is None:
        return later(contract, number * (contract.months or contract.days))
    first = contract.start
    while first != in_month(first.replace(day=1), contract.billing_day):
        first -= ONE_DAY
    return months_on(first, number * contract.months, contract.billing_day)


@cache
def period_of(contract: Contract, day: date) -> tuple[date, date]:
    number = 0
    while boundary(contract, number + 1) <= day:
        number += 1
    return boundary(contract, number), boundary(contract, number + 1)


def possible_ends(contract: Contract) -> Iterator[date]:
    if contract.duration is None and contract.renewal is None:
        yield from (boundary(contract, number) for number in count_up(1))
    elif contract.renewal is None:
        assert contract.duration
        yield later(contract, contract.duration)
    else:
        first = contract.renewal if contract.duration is None else contract.duration
        yield from (later(contract, first + number * contract.renewal) for number in count_up())


def with_notice(contract: Contract, day: date) -> date:
    return months_on(day, contract.notice_months, day.day) + contract.notice_days * ONE_DAY


@cache
def end_of(contract: Contract, ending: Ending | None) -> date:
    """The first day without the contract."""
    if ending is not None and ending.on is not None:
        return ending.on
    if contract.renewal is None and contract.duration is not None:
        return later(contract, contract.duration)
    if ending is None:
        return NEVER
    assert ending.told
    ends = possible_ends(contract)
    return next(end for end in ends if with_notice(contract, ending.told) <= end - ONE_DAY)


def known_end(contract: Contract, today: date) -> date:
    is_known = contract.ending is not None and (contract.ending.told is None or contract.ending.told <= today)
    return end_of(contract, contract.ending if is_known else None)


@cache
def may_end(contract: Contract, day: date) -> bool:
    return day == next((end for end in possible_ends(contract) if end >= day), None)


@cache
def term_end(contract: Contract, day: date) -> date:
    return next((end for end in possible_ends(contract) if end > day), NEVER)


def begun(contract: Contract, today: date) -> list[tuple[date, date]]:
    """The billing periods that have begun at the end of today, while the contract ran."""
    found: list[tuple[date, date]] = []
    for number in count_up():
        first = max(contract.start, boundary(contract, number))
        if first > today or first >= known_end(contract, today):
            return found
        found.append((boundary(contract, number), boundary(contract, number + 1)))
    raise AssertionError


# Money (SPEC "rounding rule", 3.2 to 3.5, 4.6)


def rounded(amount: Decimal, currency: str) -> int:
    unit = MINOR_UNIT[currency]
    return int(amount.quantize(unit, ROUND_HALF_UP) / unit)


def reached(steps: tuple[Step, ...], hundredths: int) -> Step:
    return next(step for step in steps if step.up_to is None or hundredths <= 100 * step.up_to)


def by_model(model: str, steps: tuple[Step, ...], hundredths: int) -> Decimal:
    """The price of so many hundredths of a person (or package)."""
    if model == "flat":
        return steps[0].price
    if not hundredths:
        return Decimal(0)
    if model == "brackets":
        return reached(steps, hundredths).price
    if model in ("per unit", "volume"):
        return reached(steps, hundredths).flat + reached(steps, hundredths).price * hundredths / 100
    total, steps_paid = Decimal(0), set()
    for hundredth in range(1, hundredths + 1):
        step = reached(steps, hundredth)
        total += step.price / 100 + (Decimal(0) if step in steps_paid else step.flat)
        steps_paid.add(step)
    return total


@cache
def price_of(price: Price, hundredths: int) -> Decimal:
    model = price.model.removesuffix(" in blocks")
    if model != price.model:
        packages = 0
        while 100 * packages * price.size < hundredths:
            packages += 1
        hundredths = 100 * packages
    amount = by_model(model, price.steps, hundredths)
    if price.minimum is not None:
        amount = max(amount, price.minimum)
    return amount if price.maximum is None else min(amount, price.maximum)


@dataclass(frozen=True)
class Cell:
    """What is charged as one: the days from `first` up to `stop`, `since` to `until` of the `whole` of a period."""

    first: date
    stop: date
    since: int
    until: int
    whole: int


def thirty_days(start: date, day: date) -> int:
    """Days from one to another in a year of 360."""
    return 360 * (day.year - start.year) + 30 * (day.month - start.month) + min(day.day, 30) - min(start.day, 30)


@cache
def cells(contract: Contract, period: tuple[date, date]) -> list[Cell]:
    """The parts in which a billing period can be paid."""
    start, end = period
    days = [start + place * ONE_DAY for place in range((end - start).days)]
    if contract.proration == "none":
        return [Cell(start, end, 0, 1, 1)]
    if contract.proration == "30-day months":
        whole = thirty_days(start, end)
        return [Cell(on, on + ONE_DAY, thirty_days(start, on), thirty_days(start, on + ONE_DAY), whole) for on in days]
    if contract.proration == "whole months":
        on_day = contract.billing_day or contract.start.day
        starts = [months_on(start, number, on_day) for number in range(contract.months + 1)]
        return [
            Cell(starts[number], starts[number + 1], number, number + 1, contract.months)
            for number in range(contract.months)
        ]
    return [Cell(on, on + ONE_DAY, place, place + 1, len(days)) for place, on in enumerate(days)]


@cache
def amount_of(price: Price, paid: tuple[tuple[Cell, int], ...], currency: str) -> int:
    """Cells, each with how many hundredths are paid in it."""
    total = 0
    for cell, hundredths in paid:
        whole_price = price_of(price, hundredths)
        total += rounded(whole_price * cell.until / cell.whole, currency)
        total -= rounded(whole_price * cell.since / cell.whole, currency)
    return total


# What was bought (SPEC 4.3 to 4.7, 4.10, 4.11)


@cache
def standing(contract: Contract, what: str, today: date) -> tuple[Wish, ...]:
    """What counts of what is known today: a later wish takes back what was still waiting when it was recorded."""
    known = [w for w in contract.wishes if w.what == what and (w.recorded is None or w.recorded <= today)]
    return tuple(
        wish
        for place, wish in enumerate(known)
        if not any(other.recorded is not None and other.recorded < wish.effective for other in known[place + 1 :])
    )


@cache
def collected_on(contract: Contract, effective: date, end: date) -> date:
    """When a change inside a billing period is billed."""
    day = {
        "at once": lambda: effective,
        "end of day": lambda: effective + ONE_DAY,
        "next invoice": lambda: period_of(contract, effective)[1],
        "end of term": lambda: term_end(contract, effective),
    }[contract.collection]()
    return min(day, end)


def agreed(contract: Contract, charge: Charge, on: date, first: date, today: date) -> int:
    """The quantity of a day that is paid today, in a period paid from its day `first` on; of one day the last wish."""
    end = known_end(contract, today)
    quantity, since = 0, date.min
    for wish in standing(contract, charge.key, today):
        counts = wish.effective <= first or (
            wish.effective < end and (charge.in_arrears or collected_on(contract, wish.effective, end) <= today)
        )
        if counts and since <= wish.effective <= on:
            quantity, since = wish.quantity, wish.effective
    return quantity


@cache
def paid_until(contract: Contract, charge: Charge, period: tuple[date, date], end: date) -> date:
    """A contract that ends early keeps what it has begun, but for what is paid in arrears."""
    if end < period[1] and (charge.in_arrears or may_end(contract, end)):
        return end
    return period[1]


def cells_paid(contract: Contract, charge: Charge, period: tuple[date, date], today: date) -> list[Cell]:
    """Of a committed charge; a begun month or period in full where the proration says so."""
    first = max(period[0], contract.start)
    stop = paid_until(contract, charge, period, known_end(contract, today))
    if charge.in_arrears and stop > today:
        return []
    return [cell for cell in cells(contract, period) if cell.stop > first and cell.first < stop]


def owed_for_commitment(contract: Contract, charge: Charge, today: date, currency: str) -> int:
    total = 0
    for period in begun(contract, today):
        first = max(period[0], contract.start)
        stop = paid_until(contract, charge, period, known_end(contract, today))
        paid = []
        for cell in cells_paid(contract, charge, period, today):
            on = first if contract.proration == "none" else min(cell.stop, stop) - ONE_DAY
            paid.append((cell, 100 * agreed(contract, charge, on, first, today)))
        total += amount_of(charge.price, tuple(paid), currency)
    return total


# What was counted (SPEC 1.1 to 1.12)


@cache
def windows(contract: Contract, how: str, today: date) -> list[tuple[date, date]]:
    """Those that have begun, from the one that holds the first day of the contract."""
    found = []
    start, number = contract.start, 0
    while start <= today:
        if how == "month":
            start = start.replace(day=1)
            end = (start + 31 * ONE_DAY).replace(day=1)
        elif how == "week":
            while start.isoweekday() != 1:
                start -= ONE_DAY
            end = start + 7 * ONE_DAY
        else:
            start, end = boundary(contract, number), boundary(contract, number + 1)
        found.append((start, end))
        start, number = end, number + 1
    return found


@cache
def people_at(contract: Contract, on: date, *, morning: bool) -> int:
    """How many are not inactive before noon, or at the end, of a day."""
    status: dict[str, str] = {}
    latest: dict[str, date] = {}
    for move in contract.moves:
        happened = move.on < on if morning else move.on <= on
        if happened and move.on >= latest.get(move.person, date.min):
            status[move.person], latest[move.person] = move.status, move.on
    return sum(1 for known in status.values() if known != "inactive")


@cache
def by_reading(contract: Contract, reading: str, first: date, stop: date) -> int:
    """Hundredths of people."""
    every = [people_at(contract, first + place * ONE_DAY, morning=False) for place in range((stop - first).days)]
    if reading == "start":
        return 100 * every[0]
    if reading == "end":
        return 100 * every[-1]
    if reading == "peak":
        return 100 * max([people_at(contract, first, morning=True), *every])
    return int((Decimal(100 * sum(every)) / len(every)).quantize(Decimal(1), ROUND_HALF_UP))


def active(contract: Contract, first: date, stop: date, today: date) -> int:
    return len({edit.client for edit in contract.edits if first <= edit.on < stop and edit.recorded <= today})


def owed_for_activity(contract: Contract, charge: Charge, period: tuple[date, date], today: date, currency: str) -> int:
    """Each window that ends in a billing period, in full; a minimum or maximum is about all of them (SPEC 3.5)."""
    end = known_end(contract, today)
    begins, ends = max(period[0], contract.start), min(period[1], end)
    if ends > today:
        return 0
    total = 0
    for window in windows(contract, charge.how, today):
        first, stop = max(window[0], contract.start), min(window[1], end)
        if first < stop and begins <= stop - ONE_DAY < ends:
            people = 100 * active(contract, first, stop, today)
            total += rounded(price_of(replace(charge.price, minimum=None, maximum=None), people), currency)
    paid = tuple((cell, 100) for cell in cells(contract, period) if cell.stop > begins and cell.first < ends)
    if charge.price.minimum is not None:
        total = max(total, amount_of(flat(charge.price.minimum), paid, currency))
    if charge.price.maximum is not None:
        total = min(total, amount_of(flat(charge.price.maximum), paid, currency))
    return total


def flat(price: Decimal) -> Price:
    return Price("flat", (Step(None, price),))


def owed_for_a_window(contract: Contract, charge: Charge, window: tuple[date, date], today: date, currency: str) -> int:
    end = known_end(contract, today)
    first, stop = max(window[0], contract.start), min(window[1], end)
    if first >= stop or min(period_of(contract, stop - ONE_DAY)[1], end) > today:
        return 0
    paid = [cell for cell in cells(contract, window) if cell.stop > first and cell.first < stop]
    if charge.how == "day by day":
        return amount_of(charge.price, tuple(day_by_day(contract, window, paid, first, stop)), currency)
    if charge.counts == "activity":
        since = max(contract.start, stop - int(charge.how.split()[0]) * ONE_DAY)
        people = 100 * active(contract, since, stop, today)
    else:
        people = by_reading(contract, charge.how, first, stop)
    return amount_of(charge.price, tuple((cell, people) for cell in paid), currency)


def day_by_day(
    contract: Contract, window: tuple[date, date], paid: list[Cell], first: date, stop: date
) -> Iterator[tuple[Cell, int]]:
    """Each day's count as its share. A begun month is paid as on its last day; without proration all days are paid."""
    if contract.proration == "none":
        days = (window[1] - window[0]).days
        paid = [
            Cell(window[0] + place * ONE_DAY, window[0] + (place + 1) * ONE_DAY, place, place + 1, days)
            for place in range(days)
        ]
    for cell in paid:
        on = max(first, min(cell.stop, stop) - ONE_DAY)
        yield cell, 100 * people_at(contract, on, morning=False)


def owed(contract: Contract, today: date, currency: str) -> int:
    if known_end(contract, today) == contract.start or today < contract.start:
        return 0
    total = 0
    for charge in contract.charges:
        if not charge.counts:
            total += owed_for_commitment(contract, charge, today, currency)
            continue
        if charge.how in ("month", "week", "billing period"):
            for period in begun(contract, today):
                total += owed_for_activity(contract, charge, period, today, currency)
            continue
        for window in windows(contract, charge.how, today):
            total += owed_for_a_window(contract, charge, window, today, currency)
    return total


def bills(contracts: list[Contract], until: date, currency: str) -> dict[date, int]:
    """What one customer is billed, asked again every evening; below zero: what is given back."""
    today, so_far = min(contract.start for contract in contracts), 0
    made: dict[date, int] = {}
    while today <= until:
        total = sum(owed(contract, today, currency) for contract in contracts)
        if total != so_far:
            made[today] = total - so_far
            so_far = total
        today += ONE_DAY
    return made
