"""A second implementation of the billing rules, from SPEC and not from the code: day by day, person by person.

Slow and plain. It knows contracts, not subscriptions; it gives amounts, not lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

ONE_DAY = timedelta(days=1)
MINOR_UNIT = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}


@dataclass(frozen=True)
class Wish:
    """From `effective` on, so many of `what`; Headcount was told on `recorded`."""

    recorded: date
    effective: date
    what: str
    quantity: int


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


@dataclass(frozen=True)
class Contract:
    start: date
    cancelled: date | None  # the first day without
    months: int  # the billing period, in months or (if 0) in days
    days: int
    base: Decimal
    seat: Decimal  # price of a committed seat
    packages: tuple[tuple[int, Decimal], ...]  # up to so many clients for this price, smallest first
    active: Decimal  # price of a client active in a calendar month
    person: Decimal  # price of a person by status
    reading: str  # of the persons: start, end or peak
    wishes: tuple[Wish, ...] = ()
    edits: tuple[Edit, ...] = ()
    moves: tuple[Move, ...] = ()


def anchor(contract: Contract, number: int) -> date:
    """SPEC 4.1: start + n months, clipped to the month's last day."""
    if not contract.months:
        return contract.start + number * contract.days * ONE_DAY
    first = contract.start.replace(day=1)
    for _ in range(number * contract.months):
        first = (first + 31 * ONE_DAY).replace(day=1)
    clipped = first
    while clipped.day < contract.start.day and (clipped + ONE_DAY).month == first.month:
        clipped += ONE_DAY
    return clipped


def billing_periods(contract: Contract, last: date) -> list[tuple[date, date]]:
    """Those that have begun at the end of `last`, and while the contract ran."""
    found = []
    number = 0
    while anchor(contract, number) <= last:
        if contract.cancelled is None or anchor(contract, number) < contract.cancelled:
            found.append((anchor(contract, number), anchor(contract, number + 1)))
        number += 1
    return found


def rounded(amount: Decimal, currency: str) -> int:
    unit = MINOR_UNIT[currency]
    return int(amount.quantize(unit, ROUND_HALF_UP) / unit)


@cache
def one_day(price: Decimal, place: int, days: int, currency: str) -> int:
    """The rounding rule for day `place` (from 0) of a period of `days`."""
    return rounded(price * (place + 1) / days, currency) - rounded(price * place / days, currency)


def agreed(contract: Contract, what: str, on: date, today: date) -> int:
    """The quantity at the end of a day, as known today: of one day, what was recorded last."""
    quantity, since = 0, date.min
    for wish in contract.wishes:
        effective_by_then = wish.effective <= on and wish.effective <= today and wish.recorded <= today
        if wish.what == what and effective_by_then and wish.effective >= since:
            quantity, since = wish.quantity, wish.effective
    return quantity


def package_price(contract: Contract, clients: int) -> Decimal:
    if clients == 0:
        return Decimal(0)
    for most, price in contract.packages:
        if clients <= most:
            return price
    raise ValueError(clients)


def owed_in_advance(contract: Contract, today: date, currency: str) -> int:
    total = 0
    for start, end in billing_periods(contract, today):
        days = (end - start).days
        for place in range(days):
            on = start + place * ONE_DAY
            seats = agreed(contract, "seats", on, today)
            clients = agreed(contract, "clients", on, today)
            for price in (contract.base, contract.seat * seats, package_price(contract, clients)):
                total += one_day(price, place, days, currency)
    return total


def runs_on(contract: Contract, on: date) -> bool:
    return contract.start <= on and (contract.cancelled is None or on < contract.cancelled)


def last_day_of_month(on: date) -> date:
    while (on + ONE_DAY).month == on.month:
        on += ONE_DAY
    return on


def billed_by(contract: Contract, on: date, today: date) -> bool:
    """Whether a window whose last day is `on` belongs to a billing period that is over, or to a contract that is."""
    if contract.cancelled is not None and contract.cancelled <= today:
        return True
    return any(start <= on < end <= today for start, end in billing_periods(contract, today))


def owed_for_active_clients(contract: Contract, today: date, currency: str) -> int:
    """SPEC 1.1, 1.5, 1.11a: each client active in a month, inside the contract's own time, once."""
    paid: set[tuple[int, int, str]] = set()
    for edit in contract.edits:
        if (
            edit.recorded <= today
            and runs_on(contract, edit.on)
            and billed_by(contract, last_day_of_month(edit.on), today)
        ):
            paid.add((edit.on.year, edit.on.month, edit.client))
    months = {(year, month) for year, month, _ in paid}
    return sum(
        rounded(contract.active * len([one for one in paid if one[:2] == wanted]), currency) for wanted in months
    )


def people_at(contract: Contract, on: date, *, morning: bool) -> int:
    """How many are not inactive before noon, or at the end, of a day."""
    status: dict[str, str] = {}
    latest: dict[str, date] = {}
    for move in contract.moves:
        happened = move.on < on if morning else move.on <= on
        if happened and move.on >= latest.get(move.person, date.min):
            status[move.person], latest[move.person] = move.status, move.on
    return sum(1 for known in status.values() if known != "inactive")


def owed_for_persons(contract: Contract, today: date, currency: str) -> int:
    """SPEC 1.11: the reading of each billing period that is over, or of the part of it that the contract ran."""
    total = 0
    for start, end in billing_periods(contract, today):
        ran = [start + place * ONE_DAY for place in range((end - start).days)]
        ran = [on for on in ran if runs_on(contract, on)]
        if not billed_by(contract, ran[-1], today):
            continue
        if contract.reading == "start":
            count = people_at(contract, ran[0], morning=False)
        elif contract.reading == "end":
            count = people_at(contract, ran[-1], morning=False)
        else:
            moments = [
                people_at(contract, ran[0], morning=True),
                *(people_at(contract, on, morning=False) for on in ran),
            ]
            count = max(moments)
        for place in range(len(ran)):
            total += one_day(contract.person * count, place, (end - start).days, currency)
    return total


def owed(contract: Contract, today: date, currency: str) -> int:
    if contract.cancelled == contract.start:
        return 0
    return (
        owed_in_advance(contract, today, currency)
        + owed_for_active_clients(contract, today, currency)
        + owed_for_persons(contract, today, currency)
    )


def bills(contracts: list[Contract], until: date, currency: str) -> dict[date, int]:
    """What one customer is billed, asked again every evening. What was billed too much lowers the next bill."""
    today, so_far = min(contract.start for contract in contracts), 0
    made: dict[date, int] = {}
    while today <= until:
        total = sum(owed(contract, today, currency) for contract in contracts)
        if total > so_far:
            made[today] = total - so_far
            so_far = total
        today += ONE_DAY
    return made
