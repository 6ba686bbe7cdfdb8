"""Whole runs for random customers, against the naive implementation and against each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from headcount.core.counting import Counted, tally
from headcount.core.coverage import Coverage, difference
from headcount.core.drafts import CREDIT_NOTE, INVOICE, Account, Draft, drafts, open_lines
from headcount.core.expected import Reading, readings
from headcount.core.members import BILLABLE, StatusChange, spans
from headcount.core.money import major
from headcount.core.subscriptions import CHANGE_QUANTITY, Change, Subscription

from . import naive
from .build import METERS, as_booked, as_originals, days_in_utc, examples, few, midnight
from .contracts import HORIZON, a_contract, as_subscription, customers, known_from_the_start, offsets
from .naive import Charge, Contract, Edit, Price, Step, Wish
from .test_money import currencies

Customer = list[Contract]
more, fewer = examples(90), examples(20)


def until(customer: Customer) -> date:
    return min(contract.start for contract in customer) + timedelta(days=HORIZON)


def count(contract: Contract, reading: Reading, today: date) -> list[Counted]:
    charge = next(charge for charge in contract.charges if charge.key == reading.charge)
    if charge.counts == "activity":
        edits = [edit for edit in contract.edits if edit.on in reading.counted and edit.recorded <= today]
        return [Counted(reading.counted, len({edit.client for edit in edits}))]
    ordered = sorted(enumerate(contract.moves), key=lambda move: move[1].person)
    people = {
        person: spans(
            StatusChange(midnight(move.on) + timedelta(hours=12), place, move.status) for place, move in moves
        )
        for person, moves in groupby(ordered, key=lambda move: move[1].person)
    }
    return tally(people, BILLABLE, charge.how, reading.counted, days_in_utc(reading.counted))


def an_account(
    customer: Customer, today: date, before: list[Draft], currency: str, last_run: date | None = None
) -> Account:
    """As everything was known at the end of `today`."""
    subscriptions = tuple(as_subscription(contract, number, today) for number, contract in enumerate(customer))
    counts = {
        reading: count(contract, reading, today)
        for contract, subscription in zip(customer, subscriptions, strict=True)
        for reading in readings(subscription, METERS, today)
    }
    booked, originals = as_booked(before), as_originals(before)
    return Account(1, currency, subscriptions, counts, booked, last_run, originals=originals)


def run(
    customer: Customer, today: date, before: list[Draft], currency: str, last_run: date | None = None
) -> list[Draft]:
    return drafts(an_account(customer, today, before, currency, last_run), METERS, today)


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
    """What each day comes to: an invoice, and what is given back."""
    sums: Counter[date] = Counter()
    for draft in made:
        sums[draft.billing_date] += draft.net_minor
    return {on: net for on, net in sums.items() if net}


def open_after(customer: Customer, made: list[Draft], currency: str) -> Account:
    return an_account(customer, until(customer), made, currency)


@fewer
@given(customers, currencies)
def test_billing_every_day_what_is_known_by_then_agrees_with_the_naive_implementation(
    customer: Customer, currency: str
) -> None:
    last = until(customer)
    made = run_on(every_day(customer), customer, currency)
    assert nets(made) == naive.bills(customer, last, currency)
    assert open_lines(open_after(customer, made, currency), METERS, last) == []
    owed = sum(naive.owed(contract, last, currency) for contract in customer)
    assert sum(nets(made).values()) == owed
    assert all(original.left_minor >= 0 for original in as_originals(made).values())


@more
@given(customers, currencies)
def test_billing_once_agrees_with_the_naive_implementation(customer: Customer, currency: str) -> None:
    settled = [known_from_the_start(contract) for contract in customer]
    assert nets(run(settled, until(settled), [], currency)) == naive.bills(settled, until(settled), currency)


@few
@given(customers, currencies, st.sets(offsets))
def test_billing_on_any_days_makes_the_documents_of_billing_once(
    customer: Customer, currency: str, some: set[int]
) -> None:
    """Whatever the collection: it moves a change to a day that depends on the contract, and not on the runs."""
    settled = [known_from_the_start(contract) for contract in customer]
    made: list[Draft] = []
    for place, today in enumerate(every_day(settled)):
        if place in some or place == HORIZON:
            made += run(settled, today, made, currency, last_document(made))
    at_once = run(settled, until(settled), [], currency)
    assert nets(made) == nets(at_once)
    assert difference(covered(made), covered(at_once)) == []


def covered(made: list[Draft]) -> list[Coverage]:
    return [entry.coverage for draft in made for entry in draft.entries if entry.coverage]


@few
@given(customers, currencies)
def test_spec_5_2a_what_is_given_back_names_the_document_that_charged_it(customer: Customer, currency: str) -> None:
    """Each day a run of its own: so the documents of the days before are known to it."""
    made: list[Draft] = []
    for place, today in enumerate(every_day(customer)):
        new = run(customer, today, made, currency, today - timedelta(days=1) if place else None)
        for note in (draft for draft in new if draft.kind == CREDIT_NOTE):
            assert note.original
            assert note.original.left_minor + note.net_minor >= 0
        made += new


@fewer
@given(customers, currencies)
def test_once_every_change_is_collected_the_collection_makes_no_difference(customer: Customer, currency: str) -> None:
    """To the total. Every period is over here, and so is every term."""

    def total(collection: str) -> int:
        ended = [
            replace(known_from_the_start(contract), collection=collection, duration=None, renewal=None)
            for contract in customer
        ]
        last = until(ended) + timedelta(days=HORIZON)
        account = an_account(ended, last, [], currency)
        made = drafts(account, METERS, last)
        return sum(draft.net_minor for draft in made)

    assert len({total(collection) for collection in ("at once", "end of day", "next invoice", "end of term")}) == 1


@few
@given(customers, currencies)
def test_billing_a_second_time_bills_nothing(customer: Customer, currency: str) -> None:
    made = run(customer, until(customer), [], currency)
    assert run(customer, until(customer), made, currency, until(customer)) == []
    assert run(customer, until(customer), made, currency, last_document(made)) == []


@few
@given(customers, currencies)
def test_every_line_is_units_times_price_and_entries_add_up_to_the_document(customer: Customer, currency: str) -> None:
    for draft in run(customer, until(customer), [], currency):
        assert draft.lines
        assert (draft.net_minor >= 0) == (draft.kind == INVOICE)
        assert draft.net_minor == sum(entry.amount_minor for line in draft.lines for entry in line.entries)
        for line in draft.lines:
            assert line.units * line.unit_price == major(line.amount_minor, currency)
            assert line.unit_price >= 0


FEE = Charge("fee", Price("per unit", (Step(None, Decimal("9.99")),)))


@few
@given(customers, st.booleans())
def test_no_day_is_billed_twice_and_none_is_left_out(customer: Customer, in_arrears: bool) -> None:
    fee = replace(FEE, in_arrears=in_arrears)
    sold = [replace(contract, charges=(fee,), wishes=(Wish(None, contract.start, "fee", 1),)) for contract in customer]
    times: Counter[tuple[int, date]] = Counter()
    made = run_on(every_day(sold), sold, "EUR")
    for entry in (entry for draft in made for entry in draft.entries):
        assert entry.coverage
        for place in range(entry.coverage.span.days):
            on = entry.coverage.span.start + timedelta(days=place)
            times[entry.coverage.point.subscription, on] += entry.coverage.times
    paid = {
        (number, cell.first + timedelta(days=place))
        for number, contract in enumerate(sold)
        if naive.known_end(contract, until(sold)) != contract.start
        for period in naive.begun(contract, until(sold))
        for cell in naive.cells_paid(contract, fee, period, until(sold))
        for place in range((cell.stop - cell.first).days)
    }
    assert {day: number for day, number in times.items() if number} == dict.fromkeys(paid, 1)


@few
@given(customers, currencies, st.data())
def test_there_and_back_on_one_day_costs_nothing(customer: Customer, currency: str, data: st.DataObject) -> None:
    settled = [known_from_the_start(contract) for contract in customer]
    last = until(settled)
    contract, straight = settled[0], as_subscription(settled[0], 0, last)
    charge = data.draw(st.sampled_from(["seats", "clients"]))
    on = contract.start + timedelta(days=data.draw(offsets))
    there = Change(90, CHANGE_QUANTITY, on, ((charge, data.draw(st.integers(0, 9))),))
    back = Change(91, CHANGE_QUANTITY, on, ((charge, straight.quantity_on(charge, on)),))
    detour = replace(straight, changes=(*straight.changes, there, back))

    def documents(subscription: Subscription) -> list[Draft]:
        account = an_account(settled[:1], last, [], currency)
        return drafts(replace(account, subscriptions=(subscription,)), METERS, last)

    assert documents(detour) == documents(straight)


@few
@given(customers, currencies, st.data())
def test_every_reading_is_of_days_on_which_the_subscription_runs(
    customer: Customer, currency: str, data: st.DataObject
) -> None:
    for number, contract in enumerate(customer):
        subscription = as_subscription(contract, number, until(customer))
        end = naive.known_end(contract, until(customer))
        found = readings(subscription, METERS, until(customer))
        for reading in found:
            assert contract.start <= reading.counted.start < reading.counted.end <= end
            assert reading.counted.last_day < reading.due_on <= until(customer)
        for _, of_one in groupby(found, key=lambda reading: reading.charge):
            for one, following in pairwise(of_one):
                assert one.period.end == following.period.start
                assert one.due_on <= following.due_on


def test_spec_4_3_by_the_naive_implementation() -> None:
    start, upgraded = date(2026, 4, 15), date(2026, 5, 10)
    packages = Price("brackets", (Step(10, Decimal("25.00")), Step(25, Decimal("39.00"))))
    wishes = (Wish(start, start, "clients", 10), Wish(upgraded, upgraded, "clients", 25))
    contract = a_contract(start, charges=(Charge("clients", packages),), wishes=wishes)
    assert naive.bills([contract], date(2026, 5, 31), "EUR") == {start: 2500, upgraded: 233, date(2026, 5, 15): 3900}


def test_spec_4_2_by_the_naive_implementation() -> None:
    start = date(2024, 5, 1)
    terms = a_contract(start, renewal=6, notice_months=2)
    for received, end in (("2024-08-31", "2024-11-01"), ("2024-09-01", "2025-05-01")):
        ending = naive.Ending(date.fromisoformat(received), None)
        assert naive.end_of(terms, ending) == date.fromisoformat(end)
    short = a_contract(date(2020, 12, 23), duration=1, renewal=1, notice_days=1)
    for received, end in (("2021-01-21", "2021-01-23"), ("2021-01-22", "2021-02-23")):
        ending = naive.Ending(date.fromisoformat(received), None)
        assert naive.end_of(short, ending) == date.fromisoformat(end)


def test_spec_4_6_settled_at_the_end_of_the_term_by_the_naive_implementation() -> None:
    start = date(2026, 1, 1)
    seats = Charge("seats", Price("per unit", (Step(None, Decimal("60.00")),)))
    wishes = tuple(
        Wish(on, on, "seats", number)
        for on, number in ((start, 10), (date(2026, 3, 16), 11), (date(2026, 7, 1), 10), (date(2026, 12, 31), 0))
    )
    contract = a_contract(start, months=12, duration=12, charges=(seats,), collection="end of term", wishes=wishes[:3])
    assert naive.bills([contract], date(2027, 3, 1), "EUR") == {start: 60000, date(2027, 1, 1): 1759}


def test_spec_1_11a_by_the_naive_implementation() -> None:
    april = tuple(Edit(date(2026, 4, 20), date(2026, 4, 20), f"a{number}") for number in range(8))
    may = tuple(Edit(date(2026, 5, 9), date(2026, 5, 9), f"m{number}") for number in range(5))
    active = Charge("active", Price("per unit", (Step(None, Decimal(1)),)), "activity", "month")
    contract = a_contract(date(2026, 4, 15), charges=(active,), edits=april + may)
    assert naive.bills([contract], date(2026, 6, 14), "EUR") == {date(2026, 5, 15): 800}
    cancelled = replace(contract, ending=naive.Ending(None, date(2026, 5, 10)))
    assert naive.bills([cancelled], date(2026, 6, 14), "EUR") == {date(2026, 5, 10): 1300}
