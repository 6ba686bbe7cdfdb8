"""Limits: sums of grants, what is told when a count rises, and which size comes next (SPEC 2.1 to 2.6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headcount.core.catalog import Charge, Text
from headcount.core.limits import NEAR, OVER, REACHED, Grant, Limit, crossed, last_size, next_size
from headcount.core.rating import Blocks, Bracket, Brackets, Graduated, PerUnit, PriceModel, Quantity, Tier, is_less

ONE = Decimal(1)
SIZES = Brackets((Bracket(20, ONE), Bracket(30, ONE), Bracket(50, ONE)))
OPEN = Brackets((Bracket(10, ONE), Bracket(None, ONE)))


def sold(model: PriceModel, maximum: int | None = None) -> Charge:
    return Charge("c", Text("c", "c"), "committed", "m", model, maximum_members=maximum)


def limit(*grants: tuple[Quantity, str]) -> Limit:
    return Limit(tuple(Grant(number, *grant) for number, grant in enumerate(grants)), is_sold=True)


@pytest.mark.parametrize(
    ("held", "quantity", "at_limit"),
    [
        (Limit((), is_sold=False), None, "block"),
        (Limit((), is_sold=True), 0, "block"),
        (limit((10, "block")), 10, "block"),
        (limit((10, "block"), (25, "block")), 35, "block"),
        (limit((10, "block"), (None, "block")), None, "block"),
        (limit((None, "none")), None, "block"),
        (limit((10, "block"), (None, "none")), 10, "block"),
        (limit((10, "block"), (5, "extend")), 15, "extend"),
        (limit((10, "extend"), (5, "warn")), 15, "warn"),
        (limit((10, "warn"), (5, "overage")), 15, "overage"),
    ],
)
def test_a_limit_is_the_sum_of_what_holds_and_the_mildest_of_what_is_said(
    held: Limit, quantity: Quantity, at_limit: str
) -> None:
    assert (held.quantity, held.at_limit) == (quantity, at_limit)
    assert held.has_room_for(0 if quantity is None else quantity)
    assert quantity is None or not held.has_room_for(quantity + 1)


@pytest.mark.parametrize(
    ("most", "before", "after", "told"),
    [
        (20, 15, 16, [NEAR]),
        (20, 14, 15, []),
        (20, 16, 19, []),
        (20, 19, 20, [REACHED]),
        (20, 20, 21, [OVER]),
        (20, 0, 30, [NEAR, REACHED, OVER]),
        (20, 21, 22, []),
        (20, 20, 19, []),
        (1, 0, 1, [NEAR, REACHED]),
        (0, 0, 1, [OVER]),
        (None, 0, 1_000_000, []),
        (3, 1, 2, []),
        (10, 7, 8, [NEAR]),
    ],
)
def test_notices_are_told_where_they_become_true(most: Quantity, before: int, after: int, told: list[str]) -> None:
    assert crossed(most, before, after) == told


@given(st.integers(1, 500), st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_however_a_count_rises_each_notice_is_told_once(most: int, steps: list[int]) -> None:
    count, told = 0, []
    for step in steps:
        told += crossed(most, count, count + step)
        count += step
    assert sorted(told) == sorted(crossed(most, 0, count))


@pytest.mark.parametrize(
    ("charge", "wanted", "size"),
    [
        (sold(SIZES), 1, 20),
        (sold(SIZES), 20, 20),
        (sold(SIZES), 21, 30),
        (sold(SIZES), 50, 50),
        (sold(SIZES), 51, None),
        (sold(OPEN), 11, 11),
        (sold(OPEN), 10, 10),
        (sold(PerUnit(ONE)), 7, 7),
        (sold(PerUnit(ONE), 25), 25, 25),
        (sold(PerUnit(ONE), 25), 26, None),
        (sold(Graduated((Tier(10, ONE), Tier(50, ONE)))), 50, 50),
        (sold(Graduated((Tier(10, ONE), Tier(50, ONE)))), 51, None),
        (sold(Blocks(10, PerUnit(ONE))), 11, 20),
        (sold(Blocks(10, PerUnit(ONE))), 10, 10),
        (sold(Blocks(10, Graduated((Tier(3, ONE),)))), 31, None),
        (sold(SIZES, 25), 21, None),
    ],
)
def test_the_next_size_is_the_smallest_that_fits(charge: Charge, wanted: int, size: int | None) -> None:
    assert next_size(charge, wanted) == size


@pytest.mark.parametrize(
    ("charge", "size"),
    [
        (sold(SIZES), 50),
        (sold(SIZES, 25), 25),
        (sold(SIZES, 75), 50),
        (sold(OPEN), None),
        (sold(PerUnit(ONE)), None),
        (sold(PerUnit(ONE), 25), 25),
        (sold(Blocks(10, Graduated((Tier(3, ONE),)))), 30),
    ],
)
def test_the_last_size_is_the_largest_on_sale(charge: Charge, size: Quantity) -> None:
    assert last_size(charge) == size


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_size_that_fits_more_is_never_smaller(wanted: int, more: int) -> None:
    small, large = next_size(sold(SIZES), wanted), next_size(sold(SIZES), wanted + more)
    assert large is None or (small is not None and not is_less(large, small))
