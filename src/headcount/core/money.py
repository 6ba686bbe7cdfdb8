"""Money: whole minor units of one currency, rounded half-up, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from headcount.core.errors import refuse

# Digits after the point, ISO 4217. Only currencies that do not have two.
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
         "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip

MOST_DIGITS_OF_A_PRICE = 12
"""Before the point, and after it."""


def exponent(currency: str) -> int:
    """How many digits a currency has after the point: EUR 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency, 2)


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator; a tie goes away from zero. The denominator is above zero."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def share_minor(price: Decimal, currency: str, part: int, whole: int) -> int:
    """R(price x part / whole) in minor units: the one place where a price becomes an amount (SPEC "rounding rule").

    `price` is in major units and may have any number of digits; 0 <= part <= whole, whole > 0.
    """
    numerator, denominator = price.as_integer_ratio()
    return half_up(numerator * part * 10 ** exponent(currency), denominator * whole)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole minor units. Adding two currencies is a mistake of the caller, not a refusal."""

    amount_minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __str__(self) -> str:
        return str(major(self.amount_minor, self.currency))


def major(amount_minor: int, currency: str) -> Decimal:
    """Minor units as a decimal with the digits of the currency: 1250 EUR is 12.50, 1250 JPY is 1250."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def exact_minor(amount: Decimal, currency: str, field: str = "amount") -> int:
    """Major units as minor ones. Refused: more digits than the currency has (`digits_of_the_currency`)."""
    scaled = amount.scaleb(exponent(currency))
    if scaled != int(scaled):
        raise refuse("digits_of_the_currency", field, given=str(amount), currency=currency, digits=exponent(currency))
    return int(scaled)


def percent_minor(amount_minor: int, percent: Decimal) -> int:
    """Half-up share of an amount: 233 at 19 % is 44."""
    numerator, denominator = percent.as_integer_ratio()
    return half_up(amount_minor * numerator, denominator * 100)


def parse_decimal(text: object, field: str) -> Decimal:
    """A decimal from a catalog: text such as "2.50" or a whole number; a TOML float is refused, it is not exact."""
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise refuse("price_not_exact", field, given=repr(text))
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(text)):
        raise refuse("not_a_number", field, given=text)
    if any(len(part) > MOST_DIGITS_OF_A_PRICE for part in str(text).lstrip("-").split(".")):
        raise refuse("too_many_digits", field, given=text, most=MOST_DIGITS_OF_A_PRICE)
    return Decimal(text)


def parse_price(text: object, field: str) -> Decimal:
    """A price in major units, zero or above."""
    value = parse_decimal(text, field)
    if value < 0:
        raise refuse("negative_price", field, given=str(value))
    return value
