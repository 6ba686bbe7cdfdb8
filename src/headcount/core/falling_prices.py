"""Warnings when a plan is made: more people that cost less (SPEC 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from headcount.core.errors import Refusal
from headcount.core.rating import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headcount.core.catalog import Catalog, Charge


@dataclass(frozen=True, slots=True)
class Fall:
    """From `first` to `last` people (None: without end) cost less than `fewer` people do."""

    fewer: int
    price: Decimal
    first: int
    first_price: Decimal
    last: int | None


def warnings(catalog: Catalog) -> list[Refusal]:
    """What is allowed in a catalog and worth a second look, with the place as refusals name it."""
    return [
        Refusal("price_falls", f"plan[{plan_number}].charge[{number}]", numbers=_numbers(fall))
        for plan_number, plan in enumerate(catalog.plans, 1)
        for number, charge in enumerate((c for c in plan.charges if c.key != "base"), 1)
        for fall in falls(charge)
    ]


def _numbers(fall: Fall) -> dict[str, object]:
    return {
        "fewer": fall.fewer,
        "price": fall.price,
        "first": fall.first,
        "first_price": fall.first_price,
        "last": "…" if fall.last is None else fall.last,
    }


def falls(charge: Charge) -> Iterator[Fall]:
    """At each end of a tier after which one more costs less. Within a tier prices never fall."""
    most = min(charge.last_priced or MOST, MOST)
    ends = [*(end for end in charge.steps if end < most), most]
    for place, fewer in enumerate(ends[:-1]):
        price, first_price = charge.price(fewer), charge.price(fewer + 1)
        if first_price < price:
            last = _last_below(charge, price, ends[place:])
            yield Fall(fewer, price, fewer + 1, first_price, None if last == MOST else last)


def _last_below(charge: Charge, price: Decimal, ends: list[int]) -> int:
    """The last of the quantities after the first end that, one after another, cost less than `price`."""
    for before, end in pairwise(ends):
        if charge.price(before + 1) >= price:
            return before
        if charge.price(end) >= price:
            return _search(charge, price, before + 1, end)
    return ends[-1]


def _search(charge: Charge, price: Decimal, below: int, reached: int) -> int:
    """The largest quantity that costs less, between one that does and one that does not."""
    while reached - below > 1:
        middle = below + (reached - below) // 2
        below, reached = (middle, reached) if charge.price(middle) < price else (below, middle)
    return below
