"""Payments settle documents (SPEC 3.10): by reference, then oldest due first, never more than there is."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.errors import Refused
from headcount.core.payments import (
    Allocation,
    Receivable,
    Settled,
    Source,
    balance_minor,
    normalised,
    numbers_in,
    parse_amount,
    settle,
    standing,
    taken_back,
    usable,
)

DAY = date(2026, 4, 15)
RANGES = ["RE-2026", "RE-2025", "GS-2026"]


def receivable(id: int, open_minor: int, due: int = 0, number: str = "") -> Receivable:
    return Receivable(id, number or f"RE-2026-{id:06d}", DAY + timedelta(days=due), open_minor)


def payment(id: int, free_minor: int, day: int = 0) -> Source:
    return Source(id, None, free_minor, DAY + timedelta(days=day))


def credit_note(id: int, free_minor: int, original: int, day: int = 0) -> Source:
    return Source(None, id, free_minor, DAY + timedelta(days=day), original)


def pairs(allocations: list[Allocation]) -> list[tuple[int, int]]:
    return [(one.invoice_id, one.amount_minor) for one in allocations]


# --- Amounts and references


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [("119.00", "EUR", 11900), ("119", "EUR", 11900), ("0.5", "EUR", 50), ("7", "JPY", 7), ("1.234", "KWD", 1234)],
)
def test_an_amount_becomes_minor_units(text: str, currency: str, expected: int) -> None:
    assert parse_amount(text, currency, "amount") == expected


@pytest.mark.parametrize(
    ("text", "currency"),
    [("0", "EUR"), ("0.00", "EUR"), ("-1", "EUR"), ("1.005", "EUR"), ("1,5", "EUR"), ("1.", "EUR"), ("", "EUR"),
     ("1.0", "JPY"), ("1234567890123", "EUR"), ("１", "EUR")],
)  # fmt: skip
def test_what_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_amount(text, currency, "amount")
    (why,) = refused.value.refusals
    assert (why.code, why.field, why.numbers) == ("not_an_amount", "amount", {"given": text, "currency": currency})


def test_a_reference_is_normalised() -> None:
    assert normalised("re-2026/000 123 Köln") == "RE2026000123KLN"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("RE-2026-000123", [[("RE-2026", 123)]]),
        ("rechnung re 2026 000123KD-10042", [[("RE-2026", 123)]]),  # a bank's lines, joined without a space
        ("RE-2026-000123 RE-2025-000001", [[("RE-2026", 123)], [("RE-2025", 1)]]),
        ("RE-2026-000123 1.5.", [[("RE-2026", 123)]]),  # a number of six digits is never longer
        ("RE-2026-123456 1.5.", [[("RE-2026", 12345615), ("RE-2026", 1234561), ("RE-2026", 123456)]]),
        ("RE-2026-00123", []),
        ("RE-2024-000123", []),
        ("", []),
    ],
)
def test_numbers_are_found_in_a_reference(reference: str, expected: list[list[tuple[str, int]]]) -> None:
    assert numbers_in(reference, RANGES) == expected


def test_the_longest_range_is_meant_and_without_ranges_nothing() -> None:
    assert numbers_in("ARE-2026-000001", ["RE-2026", "ARE-2026"]) == [[("ARE-2026", 1)]]
    assert numbers_in("RE-2026-000001", []) == []


@given(st.sampled_from(RANGES), st.integers(1, 10**9), st.sampled_from(["", " ", "-", "/", "\n"]), st.text(" -./abc"))
def test_a_number_is_found_however_it_is_written(number_range: str, number: int, gap: str, before: str) -> None:
    written = gap.join(f"{number_range}-{number:06d}".split("-")).lower()
    (place,) = numbers_in(f"{before}{written} thanks", RANGES)
    assert place[0] == (number_range, number)


# --- Who is settled


def test_the_oldest_due_is_settled_first_then_the_lower_number() -> None:
    opened = [receivable(1, 100, due=2), receivable(2, 100, due=1, number="b"), receivable(3, 100, due=1, number="a")]
    assert pairs(settle(opened, [payment(1, 250)])) == [(3, 100), (2, 100), (1, 50)]


def test_the_last_cent_is_settled_too() -> None:
    assert pairs(settle([receivable(1, 1)], [payment(1, 1)])) == [(1, 1)]


def test_the_payer_s_word_wins_for_each_payment_before_anything_else() -> None:
    opened = [receivable(1, 100, due=1), receivable(2, 100, due=2)]
    found = settle(opened, [payment(1, 100), payment(2, 120)], {2: [2, 77]})
    assert found == [Allocation(2, 2, None, 100), Allocation(1, 1, None, 100)]
    assert pairs(settle(opened, [payment(1, 130)], {1: [2, 1]})) == [(1, 100), (2, 30)]  # those named in their order


def test_a_credit_note_settles_its_original_first() -> None:
    opened = [receivable(1, 100, due=1), receivable(2, 100, due=2)]
    found = settle(opened, [payment(1, 50), credit_note(9, 130, original=2)])
    assert found == [Allocation(2, None, 9, 100), Allocation(1, 1, None, 50), Allocation(1, None, 9, 30)]


def test_what_went_back_is_taken_from_the_oldest_that_is_free() -> None:
    sources = [payment(3, 40, day=2), payment(2, -50, day=3), payment(1, 30)]
    assert usable(sources) == [payment(3, 20, day=2)]
    assert usable([payment(1, 30), payment(2, -30)]) == []
    assert usable([payment(1, 30), payment(2, -50)]) == []
    assert balance_minor([payment(1, 30), payment(2, -50)], []) == -20


def test_a_returned_payment_gives_back_what_is_left_of_each() -> None:
    history = [Allocation(1, 7, None, 60), Allocation(2, 7, None, 40), Allocation(1, 7, None, -60)]
    assert taken_back(history) == [Allocation(2, 7, None, -40)]


# --- States


@pytest.mark.parametrize(
    ("paid", "credited", "cancelled", "days", "expected", "overdue"),
    [
        (0, 0, False, 0, "open", 0),
        (40, 0, False, 0, "partly_paid", 0),
        (0, 40, False, 0, "partly_paid", 0),
        (0, 0, False, 1, "overdue", 1),
        (40, 0, False, 3, "overdue", 3),
        (100, 0, False, 9, "paid", 0),
        (60, 40, False, 9, "paid", 0),
        (0, 100, False, 9, "credited", 0),
        (0, 100, True, 9, "cancelled", 0),
        (100, 0, True, 9, "cancelled", 0),
    ],
)
def test_states(paid: int, credited: int, cancelled: bool, days: int, expected: str, overdue: int) -> None:
    settled = Settled(100, DAY, paid, credited, cancelled)
    today = DAY + timedelta(days=days)
    assert (settled.state(today), settled.days_overdue(today)) == (expected, overdue)
    assert (settled.settled_minor, settled.open_minor) == (paid + credited, 100 - paid - credited)


def test_nothing_to_pay_is_paid() -> None:
    assert Settled(0, DAY).state(DAY + timedelta(days=9)) == "paid"


# --- Of a day


def test_the_standing_of_a_day_keeps_what_was_given_out_and_settles_the_rest() -> None:
    """A returned payment still counted; the one that replaced it, recorded later for an earlier day, is free."""
    opened = [receivable(1, 119), receivable(2, 50, due=30)]
    was_given = [Allocation(1, 1, None, 119), Allocation(1, 2, None, 119), Allocation(3, 1, None, 5)]
    found = standing(opened, [payment(1, 119), payment(2, 119)], was_given)
    assert found == [Allocation(1, 1, None, 119), Allocation(2, 2, None, 50)]
    assert balance_minor([payment(1, 119), payment(2, 119)], found) == 69
    assert standing(opened, [payment(2, 119)], was_given) == [Allocation(1, 2, None, 119)]


# --- Properties

amounts = st.integers(1, 500)
receivables = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5)), max_size=6).map(
    lambda drawn: [receivable(id, open_minor, due) for id, (open_minor, due) in enumerate(drawn, 1)]
)
sources = st.lists(st.tuples(amounts, st.integers(0, 5), st.none() | st.integers(1, 6)), max_size=6).map(
    lambda drawn: [
        payment(id, free, day) if original is None else credit_note(id, free, original, day)
        for id, (free, day, original) in enumerate(drawn, 101)
    ]
)
named = st.dictionaries(st.integers(101, 106), st.lists(st.integers(1, 6), max_size=3))


def open_after(opened: list[Receivable], allocations: list[Allocation]) -> dict[int, int]:
    left = {one.invoice_id: one.open_minor for one in opened}
    for one in allocations:
        left[one.invoice_id] -= one.amount_minor
    return left


@given(receivables, sources, named)
def test_nothing_is_given_out_twice_and_nobody_owes_whose_money_is_held(
    opened: list[Receivable], free: list[Source], wanted: dict[int, list[int]]
) -> None:
    found = settle(opened, free, wanted)
    assert all(one.amount_minor > 0 for one in found)
    assert len({(one.invoice_id, one.payment_id, one.credit_note_id) for one in found}) == len(found)
    left = open_after(opened, found)
    assert all(minor >= 0 for minor in left.values())
    for source in free:
        spent = sum(one.amount_minor for one in found if (one.payment_id, one.credit_note_id) == source.key)
        assert spent <= source.free_minor
    owed, money = sum(one.open_minor for one in opened), sum(one.free_minor for one in free)
    assert sum(left.values()) == max(0, owed - money)
    assert balance_minor(free, found) == max(0, money - owed)


@given(receivables, sources, named, st.randoms())
def test_any_order_of_the_same_money_leaves_the_same_open_in_all(
    opened: list[Receivable], free: list[Source], wanted: dict[int, list[int]], random: Random
) -> None:
    shuffled = [*free]
    random.shuffle(shuffled)
    one_by_one: list[Allocation] = []
    for source in shuffled:
        left = open_after(opened, one_by_one)
        still = [receivable(one.invoice_id, left[one.invoice_id]) for one in opened]
        one_by_one += settle(still, [source], wanted)
    at_once = settle(opened, free, wanted)
    assert sum(open_after(opened, one_by_one).values()) == sum(open_after(opened, at_once).values())


@given(receivables, sources, named, amounts)
def test_reversing_a_payment_returns_to_the_state_before(
    opened: list[Receivable], free: list[Source], wanted: dict[int, list[int]], amount: int
) -> None:
    before = settle(opened, free, wanted)
    left = open_after(opened, before)
    still = [Receivable(one.invoice_id, one.number, one.due_on, left[one.invoice_id]) for one in opened]
    of_payment = settle(still, [payment(900, amount)], {900: [2, 1]})
    back = taken_back(of_payment)
    assert open_after(opened, [*before, *of_payment, *back]) == left


@given(receivables, sources, named, st.integers(0, 300))
def test_the_standing_of_today_is_what_was_given_out(
    opened: list[Receivable], free: list[Source], wanted: dict[int, list[int]], paid_back: int
) -> None:
    back = [payment(900, -paid_back, day=9)] if paid_back else []
    was_given = settle(opened, usable([*free, *back]), wanted)
    found = standing(opened, [*free, *back], was_given)
    assert found == was_given
    assert balance_minor([*free, *back], found) == sum(s.free_minor for s in [*free, *back]) - sum(
        one.amount_minor for one in was_given
    )
