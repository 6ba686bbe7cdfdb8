"""Hints: where the neighbouring tiers begin, seen from a count (SPEC 2.1)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from headcount.core.catalog import Charge, Text
from headcount.core.hints import Hints, Step, hints
from headcount.core.rating import (
    Blocks,
    Bracket,
    Brackets,
    Flat,
    Graduated,
    PerUnit,
    PriceModel,
    Quantity,
    Tier,
    Volume,
)

BRACKETS = Brackets((Bracket(10, Decimal(25)), Bracket(25, Decimal(39)), Bracket(50, Decimal(59))))
OPEN = Brackets((Bracket(10, Decimal(25)), Bracket(None, Decimal(99))))
TIERS = (Tier(10, Decimal("2.50")), Tier(50, Decimal(2)), Tier(None, Decimal("1.50")))
BLOCKS = Blocks(10, PerUnit(Decimal(5)))


def priced(model: PriceModel, basis: str, maximum_members: int | None = None) -> Charge:
    return Charge("clients", Text("Clients", "Klienten"), basis, "clients", model, maximum_members=maximum_members)


def step(people: int, size: int, price: str) -> Step:
    return Step(people, size, Decimal(price))


@pytest.mark.parametrize(
    ("model", "committed", "count", "fewer", "more"),
    [
        (BRACKETS, 10, 4, None, step(7, 25, "39")),
        (BRACKETS, 25, 12, step(2, 10, "25"), step(14, 50, "59")),
        (BRACKETS, 25, 10, step(0, 10, "25"), step(16, 50, "59")),
        (BRACKETS, 25, 30, step(20, 10, "25"), step(0, 50, "59")),
        (BRACKETS, 50, 50, step(25, 25, "39"), None),
        (OPEN, None, 700, step(690, 10, "25"), None),
        (OPEN, 10, 3, None, step(8, 11, "99")),
        (Volume(TIERS), 12, 5, step(0, 10, "25"), step(8, 13, "26")),
        (BLOCKS, 20, 15, step(5, 10, "5"), step(6, 30, "15")),
        (BLOCKS, 10, 3, None, step(8, 20, "10")),
        (PerUnit(Decimal(3)), 5, 2, None, step(4, 6, "18")),
    ],
)
def test_of_a_licence(
    model: PriceModel, committed: Quantity, count: int, fewer: Step | None, more: Step | None
) -> None:
    assert hints(priced(model, "committed"), committed, count) == Hints(fewer, more)


@pytest.mark.parametrize(
    ("model", "count", "fewer", "more"),
    [
        (Volume(TIERS), 10, None, step(1, 11, "22")),
        (Volume(TIERS), 11, step(1, 10, "25"), step(40, 51, "76.5")),
        (Graduated(TIERS), 60, step(10, 50, "105"), None),
        (Graduated(TIERS), 0, None, step(11, 11, "27")),
        (BRACKETS, 26, step(1, 25, "39"), None),
        (BRACKETS, 11, step(1, 10, "25"), step(15, 50, "59")),
        (BLOCKS, 11, step(1, 10, "5"), step(10, 30, "15")),
        (BLOCKS, 10, None, step(1, 20, "10")),
        (PerUnit(Decimal(3)), 5, None, None),
        (Flat(Decimal(3)), 5, None, None),
    ],
)
def test_of_what_is_counted(model: PriceModel, count: int, fewer: Step | None, more: Step | None) -> None:
    assert hints(priced(model, "counted"), 0, count) == Hints(fewer, more)


def test_there_is_no_tier_beyond_what_can_be_sold() -> None:
    assert hints(priced(BRACKETS, "committed", maximum_members=25), 25, 12).more is None
