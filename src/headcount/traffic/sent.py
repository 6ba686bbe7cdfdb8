"""What was acknowledged, in plain sets, and who counts by it: the other way to the same numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from headcount.traffic.scene import MONTHS
from headcount.traffic.script import Item


@dataclass(slots=True)
class Sent:
    """`items`: by id; `allowed`: (customer, member) of claims that were; `surprises`: answers that should not be."""

    items: dict[str, Item] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    allowed: set[tuple[str, str]] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)

    def add(self, other: Sent) -> None:
        self.items |= other.items
        self.withdrawn |= other.withdrawn
        self.allowed |= other.allowed
        self.surprises += other.surprises

    def counts(self) -> dict[tuple[str, str], int]:
        """(customer, month) -> how many people count."""
        people: dict[tuple[str, str], set[str]] = defaultdict(set)
        for item in self.items.values():
            if item.id not in self.withdrawn:
                people[item.customer, item.month].add(item.member)
        for customer, member in self.allowed:
            people[customer, MONTHS[-1]].add(member)
        return {place: len(members) for place, members in people.items()}


@dataclass(frozen=True, slots=True)
class Difference:
    customer: str
    month: str
    sent: int
    counted: int


def differences(
    expected: Mapping[tuple[str, str], int], counted: Mapping[tuple[str, str], int], limits: Mapping[str, int]
) -> Iterable[Difference]:
    """Where a count is not what was acknowledged, or is beyond what only claims may fill."""
    for (customer, month), count in counted.items():
        if count != expected.get((customer, month), 0) or count > limits[customer]:
            yield Difference(customer, month, expected.get((customer, month), 0), count)
