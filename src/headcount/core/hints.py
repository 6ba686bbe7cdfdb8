"""Hints: how many fewer people would do with the tier below, and how many more need the next one (SPEC 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headcount.core.limits import next_size
from headcount.core.rating import UNLIMITED, Blocks, Flat, Quantity, is_less

if TYPE_CHECKING:
    from decimal import Decimal

    from headcount.core.catalog import Charge


@dataclass(frozen=True, slots=True)
class Step:
    """`people`: how many fewer or more lead there; 0: the present ones do already. `size` and its `price`, which is of
    a whole period, in major units.
    """

    people: int
    size: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Hints:
    """`fewer`: the tier below; `more`: the next tier. None where there is none."""

    fewer: Step | None = None
    more: Step | None = None


def hints(charge: Charge, quantity: Quantity, count: int) -> Hints:
    """Where the neighbouring tiers of a charge begin.

    `quantity`: what is committed; of a counted charge the tier is the one that the count has reached.
    """
    if isinstance(charge.model, Flat):
        return Hints()
    reached = quantity if charge.basis == "committed" else count
    if reached is UNLIMITED:
        return Hints(_step(charge, _below(charge, UNLIMITED), count), None)
    return Hints(_step(charge, _below(charge, reached), count), _next(charge, reached, count))


def _step(charge: Charge, size: int | None, count: int) -> Step | None:
    return None if size is None else Step(max(0, count - size), size, charge.price(size))


def _below(charge: Charge, reached: Quantity) -> int | None:
    """The largest quantity in the tier below the one that was reached."""
    if isinstance(charge.model, Blocks):
        size = charge.model.size
        return None if reached is UNLIMITED or reached <= size else (reached - 1) // size * size
    return max((end for end in charge.steps if is_less(end, reached)), default=None)


def _next(charge: Charge, reached: int, count: int) -> Step | None:
    """A commitment ends at its quantity; a count goes on to the end of its tier."""
    last = reached if charge.basis == "committed" else _end(charge, reached)
    size = None if last is None else next_size(charge, last + 1)
    return None if last is None or size is None else Step(max(0, last + 1 - count), size, charge.price(size))


def _end(charge: Charge, count: int) -> int | None:
    """The last quantity of the tier that a count has reached; None: it has no end."""
    if isinstance(charge.model, Blocks):
        return -(-count // charge.model.size) * charge.model.size
    return min((end for end in charge.steps if end >= count), default=None)
