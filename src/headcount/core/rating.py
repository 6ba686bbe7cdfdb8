"""Rating: what a quantity costs for one whole billing period. One small function a price model (SPEC 3.2 to 3.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from headcount.core.errors import refuse

MOST_DIGITS_OF_A_QUANTITY = 9
UNLIMITED = None
"""A quantity without a limit."""

Quantity = int | None


def is_less(one: Quantity, other: Quantity) -> bool:
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
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
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
class Bracket:
    """One price for everyone up to and including `up_to` people (None: no upper end)."""

    up_to: Quantity
    price: Decimal


@dataclass(frozen=True, slots=True)
class Brackets:
    """The price of the bracket that the quantity falls into; nothing for nobody."""

    tiers: tuple[Bracket, ...]

    def sizes(self) -> list[Quantity]:
        """The packages that can be bought, smallest first; None is the unlimited one."""
        return [tier.up_to for tier in self.tiers]


PriceModel = Flat | PerUnit | Brackets


def whole_price(model: PriceModel, quantity: Quantity) -> Decimal:
    """The price of `quantity` for a whole period, in major units, not rounded.

    Refused: `unlimited_not_priced` and `above_last_tier`.
    """
    match model:
        case Flat(price):
            return price
        case PerUnit(price):
            if quantity is UNLIMITED:
                raise refuse("unlimited_not_priced", "quantity")
            return price * quantity
        case Brackets(tiers):
            return _bracket_price(tiers, quantity)


def _bracket_price(tiers: tuple[Bracket, ...], quantity: Quantity) -> Decimal:
    if quantity == 0:
        return Decimal(0)
    for tier in tiers:
        if tier.up_to is UNLIMITED or (quantity is not UNLIMITED and quantity <= tier.up_to):
            return tier.price
    if quantity is UNLIMITED:
        raise refuse("unlimited_not_priced", "quantity")
    raise refuse("above_last_tier", "quantity", given=quantity, most=tiers[-1].up_to)


def unit_price(model: PriceModel, quantity: Quantity) -> tuple[Decimal, Decimal]:
    """Quantity x unit price as a document prints a whole period: people x price each, or 1 x the price."""
    if isinstance(model, PerUnit) and quantity is not UNLIMITED:
        return Decimal(quantity), model.price
    return Decimal(1), whole_price(model, quantity)
