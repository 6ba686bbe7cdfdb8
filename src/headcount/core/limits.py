"""Limits: what a count may reach, what happens beyond it, and which size comes next (SPEC 2.1 to 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headcount.core.rating import UNLIMITED, Blocks, Brackets, Quantity, is_less

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headcount.core.catalog import Charge

BLOCK, WARN, OVERAGE, EXTEND = "block", "warn", "overage", "extend"
AT_LIMIT = (BLOCK, WARN, OVERAGE, EXTEND)
NO_LIMIT = "none"
"""Of a grant: such people are sold without any limit, unless another grant has one."""
NEAR, REACHED, OVER = "limit.near", "limit.reached", "limit.over"
NEAR_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Grant:
    """What one subscription gives of one meter. `at_limit`: what happens to whoever is one too many."""

    subscription: int
    quantity: Quantity
    at_limit: str = BLOCK


@dataclass(frozen=True, slots=True)
class Limit:
    """The grants that hold at a moment, for people who are counted together.

    `is_sold`: whether such people were ever sold to this customer. Where they never were, nothing limits them; where
    all that was sold has ended, nobody more may count.
    """

    grants: tuple[Grant, ...]
    is_sold: bool

    @property
    def quantity(self) -> Quantity:
        """The sum of the grants; None: no limit."""
        limiting = [grant.quantity for grant in self.grants if grant.at_limit != NO_LIMIT]
        if not self.is_sold or UNLIMITED in limiting or (self.grants and not limiting):
            return UNLIMITED
        return sum(quantity for quantity in limiting if quantity is not UNLIMITED)

    @property
    def at_limit(self) -> str:
        """The mildest of what the grants say: one that lets people pass is there to let them pass."""
        said = {grant.at_limit for grant in self.grants}
        return next((policy for policy in (OVERAGE, WARN, EXTEND) if policy in said), BLOCK)

    def has_room_for(self, wanted: int) -> bool:
        return not is_less(self.quantity, wanted)


def crossed(limit: Quantity, before: int, after: int) -> list[str]:
    """Which notices become true when a count rises from one number to another (SPEC 2.6)."""
    return [notice for notice in (NEAR, REACHED, OVER) if _holds(notice, limit, after) > _holds(notice, limit, before)]


def _holds(notice: str, limit: Quantity, count: int) -> bool:
    if limit is UNLIMITED:
        return False
    return {NEAR: count * 100 >= limit * NEAR_PERCENT, REACHED: count >= limit, OVER: count > limit}[notice]


def next_size(charge: Charge, wanted: int) -> int | None:
    """The smallest quantity on sale that holds `wanted` people; None above the last (SPEC 2.3)."""
    match charge.model:
        case Brackets():
            sizes: Sequence[Quantity] = charge.sizes
            fitting = next((size for size in sizes if not is_less(size, wanted)), None)
            size = wanted if fitting is UNLIMITED and UNLIMITED in sizes else fitting
        case Blocks(in_one, _):
            size = -(-wanted // in_one) * in_one
        case _:
            size = wanted
    beyond = size is None or is_less(charge.last_priced, size) or is_less(charge.maximum_members, size)
    return None if beyond else size


def last_size(charge: Charge) -> Quantity:
    """The largest quantity on sale; None: there is no largest one."""
    return charge.last_priced if is_less(charge.last_priced, charge.maximum_members) else charge.maximum_members
