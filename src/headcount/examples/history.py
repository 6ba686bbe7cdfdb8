"""Made-up activity, the same on every machine: each customer and month has a seed of its own.

A later day only adds to what an earlier one generated, so loading again doubles nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from headcount.core.calendar import Interval, month_text, periods
from headcount.gateways.rows import Chunk

FIRST_MONTH = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people of one customer: how many there are, and about how many of a hundred are active in a month."""

    customer: str
    people: int
    active_percent: int
    prefix: str = "client"


def history(crowds: list[Crowd], kinds: list[str], until: datetime) -> Iterator[Chunk]:
    """One chunk a customer up to an instant in UTC, values in the order of the activity columns."""
    for crowd in crowds:
        rows = [values for values in _activities(crowd, kinds, until.date()) if values[4] <= until.isoformat()]
        yield Chunk(rows=list(enumerate(rows, 1)), position=len(rows))


def _activities(crowd: Crowd, kinds: list[str], until: date) -> Iterator[tuple[str, str, str, str, str]]:
    for month in periods(FIRST_MONTH, Interval(1, "month")):
        if month.start > until:
            return
        chance = random.Random(f"{crowd.customer} {month.start}")  # noqa: S311
        begin = datetime.combine(month.start, datetime.min.time(), UTC)
        for number in range(1, crowd.people + 1):
            if chance.randrange(100) >= crowd.active_percent:
                continue
            for again in range(chance.randint(1, 4)):
                at = begin + timedelta(seconds=chance.randrange(month.days * 86_400))
                key = f"{crowd.customer}-{month_text(month)}-{number}-{again}"
                person = f"{crowd.prefix}-{number:02d}"
                yield key, crowd.customer, person, chance.choice(kinds), at.isoformat()
