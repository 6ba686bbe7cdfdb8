"""A million activities of 10,000 customers in three months: half of them at few large ones, the same every time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

CUSTOMERS = 10_000
LARGE = 50


def write(path: Path, how_many: int) -> None:
    chance = random.Random(1)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,customer,member,kind,occurred_at\n")
        for _ in range(how_many):
            skewed = min(CUSTOMERS, int(chance.paretovariate(0.6))) - 1
            customer = skewed if chance.random() < 0.5 else chance.randrange(CUSTOMERS)
            member = chance.randrange(60 if customer <= LARGE else 6)
            at = begin + timedelta(seconds=chance.randrange(90 * 86_400))
            file.write(f"{chance.getrandbits(64):016x},c{customer},m{customer}-{member},edit,{at.isoformat()}\n")
