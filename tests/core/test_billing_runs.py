"""Whole runs for random customers, against the naive implementation and against each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headcount.core.calendar import Interval
from headcount.core.catalog import Plan
from headcount.core.counting import Stretch, read_status
from headcount.core.drafts import Account, Draft, drafts
from headcount.core.expected import Reading, readings
from headcount.core.members import BILLABLE, STATUSES, StatusChange, spans
from headcount.core.money import major
from headcount.core.rating import Bracket, Brackets, Flat, PerUnit
from headcount.core.subscriptions import CANCEL, CHANGE_QUANTITY, SUBSCRIBE, Change, Subscription

from . import naive
from .build import METERS, committed, counted, few, text
from .naive import MINOR_UNIT, Contract, Edit, Move, Wish
from .test_money import currencies

HORIZON = 64
Customer = list[Contract]

fees = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 9999), st.integers(0, 3))
offsets = st.integers(0, HORIZON)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    start = draw(st.dates(date(2024, 1, 25), date(2024, 2, 10)))
    lasts = draw(st.none() | st.integers(0, HORIZON))
    months, days = draw(st.sampled_from([(1, 0), (1, 0), (2, 0), (0, 7), (0, 14), (0, 10)]))

    def later(limit: int = HORIZON) -> date:
        return start + timedelta(days=draw(st.integers(0, limit)))

    running = HORIZON if lasts is None else max(0, lasts - 1)
    wished = [
        Wish(later(), later(running), draw(st.sampled_from(["seats", "clients"])), draw(st.integers(0, 9)))
        for _ in range(draw(st.integers(0, 6)))
    ]
    edits = [
        Edit(later(), start + timedelta(days=draw(st.integers(-9, HORIZON))), draw(st.sampled_from("abcd")))
        for _ in range(draw(st.integers(0, 12)))
    ]
    moves = [
        Move(start + timedelta(days=draw(st.integers(-5, HORIZON))), draw(st.sampled_from("xyz")), draw(status))
        for _ in range(draw(st.integers(0, 8)))
    ]
    return Contract(
        start=start,
        cancelled=None if lasts is None else start + timedelta(days=lasts),
        months=months,
        days=days,
        base=draw(fees),
        seat=draw(fees),
        packages=((3, draw(fees)), (6, draw(fees)), (9, draw(fees))),
        active=draw(fees),
        person=draw(fees),
        reading=draw(st.sampled_from(["start", "end", "peak"])),
        wishes=tuple(sorted(wished, key=lambda wish: wish.recorded)),
        edits=tuple(edits),
        moves=tuple(moves),
    )


status = st.sampled_from(STATUSES)
customers = st.lists(contracts(), min_size=1, max_size=2)


def known_from_the_start(contract: Contract) -> Contract:
    wishes = tuple(replace(wish, recorded=contract.start) for wish in contract.wishes)
    edits = tuple(replace(edit, recorded=contract.start) for edit in contract.edits)
    return replace(contract, wishes=wishes, edits=edits)


def until(customer: Customer) -> date:
    return min(contract.start for contract in customer) + timedelta(days=HORIZON)


def as_plan(contract: Contract) -> Plan:
    tiers = (*(Bracket(most, price) for most, price in contract.packages), Bracket(None, Decimal(0)))
    charges = (
        committed(Flat(contract.base), "base"),
        committed(PerUnit(contract.seat), "seats"),
        committed(Brackets(tiers)),
        counted(PerUnit(contract.active), "active", "active"),
        counted(PerUnit(contract.person), contract.reading, "persons"),
    )
    period = Interval(contract.months, "month") if contract.months else Interval(contract.days, "day")
    return Plan("plan", "product", text("plan"), period, charges)


def as_subscription(contract: Contract, number: int, today: date) -> Subscription:
    """As it was known at the end of `today`."""
    wishes = [
        Change(place, CHANGE_QUANTITY, wish.effective, ((wish.what, wish.quantity),))
        for place, wish in enumerate(contract.wishes, 2)
        if wish.recorded <= today
    ]
    ends = [Change(99, CANCEL, contract.cancelled)] if contract.cancelled else []
    changes = (Change(1, SUBSCRIBE, contract.start), *wishes, *ends)
    return Subscription(number, f"s{number}", 1, 1, as_plan(contract), contract.start, changes)


def midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)


def count(contract: Contract, reading: Reading, today: date) -> int:
    if reading.charge == "active":
        return len({edit.client for edit in contract.edits if edit.on in reading.counted and edit.recorded <= today})
    ordered = sorted(enumerate(contract.moves), key=lambda move: move[1].person)
    people = {
        person: spans(
            StatusChange(midnight(move.on) + timedelta(hours=12), place, move.status) for place, move in moves
        )
        for person, moves in groupby(ordered, key=lambda move: move[1].person)
    }
    start, end = midnight(reading.counted.start), midnight(reading.counted.end)
    stretch = Stretch(start, start + timedelta(days=1), end)
    return len(read_status(people, BILLABLE, contract.reading, stretch))


def run(
    customer: Customer, today: date, before: list[Draft], currency: str, last_run: date | None = None
) -> list[Draft]:
    subscriptions = [as_subscription(contract, number, today) for number, contract in enumerate(customer)]
    counts = {
        reading: count(contract, reading, today)
        for contract, subscription in zip(customer, subscriptions, strict=True)
        for reading in readings(subscription, METERS, today)
    }
    billed = tuple(entry for draft in before for line in draft.lines for entry in line.entries)
    return drafts(Account(1, currency, tuple(subscriptions), counts, billed, last_run), METERS, today)


def run_on(days: list[date], customer: Customer, currency: str) -> list[Draft]:
    made: list[Draft] = []
    for last_run, today in zip([None, *days], days, strict=False):
        made += run(customer, today, made, currency, last_run)
    return made


def last_document(made: list[Draft]) -> date | None:
    return max((draft.billing_date for draft in made), default=None)


def every_day(customer: Customer) -> list[date]:
    last = until(customer)
    return [last - timedelta(days=back) for back in range(HORIZON, -1, -1)]


def nets(made: list[Draft]) -> dict[date, int]:
    assert len({draft.billing_date for draft in made}) == len(made)
    return {draft.billing_date: draft.net_minor for draft in made if draft.net_minor}


@few
@given(customers, currencies)
def test_billing_every_day_what_is_known_by_then_agrees_with_the_naive_implementation(
    customer: Customer, currency: str
) -> None:
    assert nets(run_on(every_day(customer), customer, currency)) == naive.bills(customer, until(customer), currency)


@few
@given(customers, currencies)
def test_billing_once_agrees_with_the_naive_implementation(customer: Customer, currency: str) -> None:
    settled = [known_from_the_start(contract) for contract in customer]
    assert nets(run(settled, until(settled), [], currency)) == naive.bills(settled, until(settled), currency)


@few
@given(customers, currencies, st.sets(offsets))
def test_billing_on_any_days_makes_the_documents_of_billing_once(
    customer: Customer, currency: str, some: set[int]
) -> None:
    settled = [known_from_the_start(contract) for contract in customer]
    made: list[Draft] = []
    for place, today in enumerate(every_day(settled)):
        if place in some or place == HORIZON:
            made += run(settled, today, made, currency, last_document(made))
    assert made == run(settled, until(settled), [], currency)


@few
@given(customers, currencies)
def test_billing_a_second_time_bills_nothing(customer: Customer, currency: str) -> None:
    made = run(customer, until(customer), [], currency)
    assert run(customer, until(customer), made, currency, until(customer)) == []
    assert run(customer, until(customer), made, currency, last_document(made)) == []


@few
@given(customers, currencies)
def test_every_line_is_units_times_price_and_the_sum_of_its_entries(customer: Customer, currency: str) -> None:
    for draft in run_on(every_day(customer), customer, currency):
        assert draft.lines
        assert draft.net_minor >= 0
        for line in draft.lines:
            assert sum(entry.amount_minor for entry in line.entries) == line.amount_minor
            printed = (line.units * line.unit_price).quantize(MINOR_UNIT[currency], ROUND_HALF_UP)
            assert printed == major(line.amount_minor, currency)


def a_contract(start: date, **changed: Any) -> Contract:
    nothing = Decimal(0)
    plain = Contract(start, None, 1, 0, nothing, nothing, (), nothing, nothing, "end")
    return replace(plain, **changed)


def test_spec_4_3_by_the_naive_implementation() -> None:
    start, upgraded = date(2026, 4, 15), date(2026, 5, 10)
    packages = ((10, Decimal("25.00")), (25, Decimal("39.00")))
    wishes = (Wish(start, start, "clients", 10), Wish(upgraded, upgraded, "clients", 25))
    made = naive.bills([a_contract(start, packages=packages, wishes=wishes)], date(2026, 5, 31), "EUR")
    assert made == {start: 2500, upgraded: 233, date(2026, 5, 15): 3900}


def test_spec_1_11a_by_the_naive_implementation() -> None:
    april = tuple(Edit(date(2026, 4, 20), date(2026, 4, 20), f"a{number}") for number in range(8))
    may = tuple(Edit(date(2026, 5, 9), date(2026, 5, 9), f"m{number}") for number in range(5))
    contract = a_contract(date(2026, 4, 15), active=Decimal(1), edits=april + may)
    assert naive.bills([contract], date(2026, 6, 14), "EUR") == {date(2026, 5, 15): 800}
    cancelled = replace(contract, cancelled=date(2026, 5, 10))
    assert naive.bills([cancelled], date(2026, 6, 14), "EUR") == {date(2026, 5, 10): 1300}
