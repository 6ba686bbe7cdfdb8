"""Rating: what a quantity costs for one whole billing period. One small function a price model (SPEC 3.2 to 3.5).

Every model answers with parts, units x unit price each, as a document prints them; their sum is the price.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from headcount.core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_DIGITS_OF_A_QUANTITY = 9
MOST = 10**MOST_DIGITS_OF_A_QUANTITY
UNLIMITED = None
"""A quantity without a limit."""

Quantity = int | None
"""How many people are bought."""

RatedQuantity = int | Decimal | None
"""How many are priced: an average has up to two digits after the point, everything else is a whole number."""


def is_less(one: RatedQuantity, other: RatedQuantity) -> bool:
    """Whether one quantity is below another; nothing is above unlimited."""
    if one is UNLIMITED:
        return False
    return other is UNLIMITED or one < other


def parse_quantity(value: object, field: str) -> Quantity:
    """A whole number of people, or `unlimited`."""
    if value == "unlimited":
        return UNLIMITED
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST:
        raise refuse("not_a_quantity", field, given=str(value))
    return value


@dataclass(frozen=True, slots=True)
class Flat:
    """One price, whatever the quantity."""

    price: Decimal


@dataclass(frozen=True, slots=True)
class PerUnit:
    """The same price for each person."""

    price: Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to and including `up_to` (None: no upper end) each one costs `price`; `flat` is paid once for the tier."""

    up_to: Quantity
    price: Decimal
    flat: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Volume:
    """All at the price of the tier that is reached."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Graduated:
    """Each tier's people at its own price."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Packages of `size` people, begun ones in full; the number of packages is priced by `packages`."""

    size: int
    packages: PerUnit | Volume | Graduated


@dataclass(frozen=True, slots=True)
class Bracket:
    """One price for everyone up to and including `up_to` people (None: no upper end)."""

    up_to: Quantity
    price: Decimal


@dataclass(frozen=True, slots=True)
class Brackets:
    """The price of the bracket that the quantity falls into; nothing for nobody."""

    tiers: tuple[Bracket, ...]


PriceModel = Flat | PerUnit | Volume | Graduated | Blocks | Brackets


@dataclass(frozen=True, slots=True)
class Part:
    """`units` x `unit_price` in major units. `first` and `last`: which of the counted it is about, if not all."""

    units: Decimal
    unit_price: Decimal
    first: int | None = None
    last: RatedQuantity = None


def total(priced: Sequence[Part]) -> Decimal:
    """In major units, not rounded."""
    return sum((part.units * part.unit_price for part in priced), Decimal(0))


def parts(model: PriceModel, quantity: RatedQuantity) -> list[Part]:
    """What the price is made of; what costs nothing is left out.

    Refused: `unlimited_not_priced`, and `above_last_tier` for quantities that the tiers do not reach.
    """
    return [part for part in _parts(model, quantity) if part.units and part.unit_price]


def _parts(model: PriceModel, quantity: RatedQuantity) -> list[Part]:
    match model:
        case Flat(price):
            return [Part(Decimal(1), price)]
        case Brackets(brackets):
            return _bracket(brackets, quantity)
    if quantity is UNLIMITED:
        raise refuse("unlimited_not_priced", "quantity")
    match model:
        case PerUnit(price):
            return [Part(Decimal(quantity), price)]
        case Volume(tiers):
            return _volume(tiers, quantity)
        case Graduated(tiers):
            return list(_graduated(tiers, quantity))
        case Blocks(size, packages):
            return _blocks(size, packages, quantity)


def _bracket(tiers: Sequence[Bracket], quantity: RatedQuantity) -> list[Part]:
    if quantity == 0:
        return []
    for tier in tiers:
        if not is_less(tier.up_to, quantity):
            return [Part(Decimal(1), tier.price)]
    if quantity is UNLIMITED:
        raise refuse("unlimited_not_priced", "quantity")
    raise refuse("above_last_tier", "quantity", given=quantity, most=tiers[-1].up_to)


def _volume(tiers: Sequence[Tier], quantity: int | Decimal) -> list[Part]:
    if not quantity:
        return []
    reached = next((tier for tier in tiers if not is_less(tier.up_to, quantity)), None)
    if reached is None:
        raise refuse("above_last_tier", "quantity", given=quantity, most=tiers[-1].up_to)
    return [Part(Decimal(1), reached.flat), Part(Decimal(quantity), reached.price)]


def _graduated(tiers: Sequence[Tier], quantity: int | Decimal) -> Iterator[Part]:
    below: int | Decimal = 0
    for tier in tiers:
        if quantity <= below:
            return
        inside = quantity if is_less(quantity, tier.up_to) else tier.up_to
        assert inside is not UNLIMITED
        yield Part(Decimal(1), tier.flat, int(below) + 1, inside)
        yield Part(Decimal(inside - below), tier.price, int(below) + 1, inside)
        below = inside
    if quantity > below:
        raise refuse("above_last_tier", "quantity", given=quantity, most=tiers[-1].up_to)


def _blocks(size: int, packages: PerUnit | Volume | Graduated, quantity: int | Decimal) -> list[Part]:
    full, left = divmod(quantity, size)
    begun = int(full) + (1 if left else 0)
    most = last_priced(packages)
    if most is not UNLIMITED and begun > most:
        raise refuse("above_last_tier", "quantity", given=quantity, most=most * size)
    return [Part(part.units, part.unit_price, *_people(part, size, quantity)) for part in _parts(packages, begun)]


def _people(part: Part, size: int, quantity: int | Decimal) -> tuple[int | None, RatedQuantity]:
    """Packages 2 to 3 of 10 are people 11 to 30, as far as there are so many."""
    if part.first is None or part.last is None:
        return None, None
    return (part.first - 1) * size + 1, min(part.last * size, quantity)


def last_priced(model: PriceModel) -> Quantity:
    """The largest quantity that has a price; None: any."""
    match model:
        case Volume(tiers) | Graduated(tiers):
            return tiers[-1].up_to
        case Brackets(brackets):
            return brackets[-1].up_to
        case Blocks(size, packages):
            most = last_priced(packages)
            return None if most is UNLIMITED else most * size
        case _:
            return UNLIMITED


def steps(model: PriceModel) -> list[int]:
    """The last quantity of every tier that is followed by another: where the price of one more is another one."""
    match model:
        case Volume(tiers) | Graduated(tiers):
            ends = [tier.up_to for tier in tiers[:-1]]
        case Brackets(brackets):
            ends = [bracket.up_to for bracket in brackets[:-1]]
        case Blocks(size, packages):
            return [number * size for number in steps(packages)]
        case _:
            return []
    return [end for end in ends if end is not UNLIMITED]
