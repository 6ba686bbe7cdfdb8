"""Tax: domestic VAT or none, computed once for each rate of a document, never line by line (EN 16931 BT-117)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from headcount.core.errors import refuse
from headcount.core.money import percent_minor

if TYPE_CHECKING:
    from headcount.core.catalog import TaxRule

DOMESTIC = "domestic"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Totals:
    """One VAT group: all amounts in minor units."""

    rate: Decimal
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


def rate_for(rule: TaxRule, seller_country: str, buyer_country: str) -> Decimal:
    """The VAT rate in percent. Refused: a buyer abroad under a domestic rule (`tax_undecided`)."""
    if rule.treatment == NONE:
        return Decimal(0)
    if buyer_country not in ("", seller_country):
        raise refuse("tax_undecided", "country", buyer=buyer_country, seller=seller_country)
    return rule.rate


def totals_of_note(net_minor: int, left_minor: int, rate: Decimal) -> Totals:
    """What is given back, below zero, on a document of which `left_minor` net was left.

    The tax is what the tax on what is left changes by, so that several notes never give back a cent too much.
    """
    return Totals(rate, net_minor, percent_minor(left_minor + net_minor, rate) - percent_minor(left_minor, rate))


def totals(net_minor: int, rate: Decimal) -> Totals:
    """2.33 at 19 %: tax 0.44, gross 2.77."""
    return Totals(rate, net_minor, percent_minor(net_minor, rate))
