"""A million activities of 10,000 customers in three months: half of them at few large ones, the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

CUSTOMERS = 10_000
LARGE = 50


def write(path: Path, how_many: int, more: Iterator[tuple[str, ...]] | None = None) -> None:
    """The first ones, or `more` of them."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,customer,member,kind,occurred_at\n")
        file.writelines(f"{','.join(row)}\n" for row in islice(more or rows(), how_many))


def rows(seed: int = 1) -> Iterator[tuple[str, str, str, str, str]]:
    """id, customer, member, kind, occurred_at; without an end."""
    chance = random.Random(seed)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        skewed = min(CUSTOMERS, int(chance.paretovariate(0.6))) - 1
        customer = skewed if chance.random() < 0.5 else chance.randrange(CUSTOMERS)
        member = chance.randrange(60 if customer <= LARGE else 6)
        at = begin + timedelta(seconds=chance.randrange(90 * 86_400))
        yield f"{chance.getrandbits(64):016x}", f"c{customer}", f"m{customer}-{member}", "edit", at.isoformat()
