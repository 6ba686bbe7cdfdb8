"""What one connection sends, by its seed: batches of activity, claims, withdrawals, and reading of counts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from headcount.traffic.scene import KINDS, NOW, PLACE, Scene

BOUNDARY = datetime(2026, 5, 1, tzinfo=PLACE)
CLAIMS, READS = 4, 2
"""After each batch."""
WITHDRAWN_OF = 3
"""Something is withdrawn after one batch of so many."""
REPEATED_OF, LATE_OF, AT_BOUNDARY_OF = 12, 25, 3
REMEMBERED = 2_000
SKEW = 0.8


@dataclass(frozen=True, slots=True)
class Item:
    """`month`: of the local date on which it happened."""

    id: str
    customer: str
    member: str
    kind: str
    occurred_at: str
    month: str


@dataclass(frozen=True, slots=True)
class Batch:
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Claim:
    key: str
    customer: str
    member: str


@dataclass(frozen=True, slots=True)
class Read:
    customer: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    id: str
    customer: str


Step = Batch | Claim | Read | Withdrawal


class Script:
    """The same steps for the same seed and number of the connection; all connections share customers and people."""

    def __init__(self, scene: Scene, seed: int, connection: int, batch: int) -> None:
        self._open, self._doors = scene.open_houses, scene.doors
        self._chance = random.Random(f"{seed}-{connection}")  # noqa: S311 - made-up traffic
        self._connection, self._batch, self._sent = connection, batch, 0
        self._known: list[Item] = []

    def steps(self) -> Iterator[Step]:
        """Without an end."""
        while True:
            yield Batch([self._item() for _ in range(self._batch)])
            for _ in range(CLAIMS):
                yield self._claim()
            for _ in range(READS):
                yield Read(self._skewed(self._open))
            if self._chance.randrange(WITHDRAWN_OF) == 0:
                item = self._chance.choice(self._known)
                yield Withdrawal(item.id, item.customer)

    def _item(self) -> Item:
        if self._known and self._chance.randrange(REPEATED_OF) == 0:
            return self._chance.choice(self._known)
        customer, chance = self._skewed(self._open), self._chance
        member, at = f"m{int(chance.expovariate(0.02))}", self._when()
        written = at.astimezone(UTC if chance.randrange(2) else PLACE).isoformat()
        item = Item(self._name(), customer, member, chance.choice(KINDS), written, f"{at.astimezone(PLACE):%Y-%m}")
        if len(self._known) < REMEMBERED:
            self._known.append(item)
        else:
            self._known[chance.randrange(REMEMBERED)] = item
        return item

    def _when(self) -> datetime:
        """In the last days; many close to the month end, on both sides of it; some weeks late."""
        chance = self._chance
        if chance.randrange(LATE_OF) == 0:
            return NOW - timedelta(days=20 + chance.randrange(40))
        if chance.randrange(AT_BOUNDARY_OF) == 0:
            return BOUNDARY + timedelta(microseconds=chance.randrange(-7_200_000_000, 7_200_000_000))
        return NOW - timedelta(seconds=chance.randrange(5 * 86_400))

    def _claim(self) -> Claim:
        customer = self._chance.choice(self._doors if self._chance.randrange(2) else self._open)
        return Claim(self._name(), customer, f"m{self._chance.randrange(100)}")

    def _skewed(self, customers: Sequence[str]) -> str:
        """Few of them have most, as it is."""
        return customers[min(len(customers), int(self._chance.paretovariate(SKEW))) - 1]

    def _name(self) -> str:
        self._sent += 1
        return f"{self._connection}-{self._sent}"
