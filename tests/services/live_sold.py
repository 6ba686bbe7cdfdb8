"""What the model knows of subscriptions: for each day, how many were agreed on and how many may count."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PLACE = ZoneInfo("Europe/Berlin")
SIZES = (1, 2, 4)
UNDO = timedelta(hours=24)
DAYS = 500
PLANS: Mapping[str, Mapping[str, str]] = {
    "clients-block": {"clients": "block"},
    "clients-extend": {"clients": "extend"},
    "clients-later": {"clients": "later"},
    "clients-warn": {"clients": "warn"},
    "both": {"busy": "block", "clients": "extend"},
    "both-extend": {"busy": "extend", "clients": "extend"},
    "recent-block": {"recent": "block"},
    "recent-extend": {"recent": "extend"},
    "staff-block": {"staff": "block"},
    "staff-extend": {"staff": "extend"},
    "staff-later": {"staff": "later"},
    "users-block": {"users": "block"},
    "users-extend": {"users": "extend"},
}
"""Plan -> meter -> what happens at its limit; `later`: extended at once and paid from the next period on."""


def day_of(at: datetime) -> date:
    return at.astimezone(PLACE).date()


def next_period(start: date, day: date) -> date:
    """The first monthly anniversary of the start after a day."""
    for months in range(1, 60):
        year, month = divmod(start.month - 1 + months, 12)
        last = calendar.monthrange(start.year + year, month + 1)[1]
        end = date(start.year + year, month + 1, min(start.day, last))
        if end > day:
            return end
    raise AssertionError(day)


@dataclass
class Raised:
    meter: str
    at: datetime
    before: int
    paid: dict[date, int]
    limit: dict[date, int]
    """As they were agreed before, for all days."""


@dataclass(eq=False)
class Sold:
    """`paid`, `limit`: meter -> day -> how many were agreed on that day, and how many may count."""

    key: str
    customer: str
    plan: str
    start: date
    paid: dict[str, dict[date, int]]
    limit: dict[str, dict[date, int]]
    end: date | None = None
    last: Raised | None = None
    seats: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)

    @property
    def policies(self) -> Mapping[str, str]:
        return PLANS[self.plan]

    def is_running(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def agree(self, days: dict[date, int], today: date, on: date, quantity: int) -> None:
        """From a day on so many; what was waiting until then waits no longer."""
        for day in days:
            if day >= on:
                days[day] = quantity
            elif day > today:
                days[day] = days[max(today, self.start)]


@dataclass(eq=False)
class Code:
    text: str
    sold: Sold
    record: str
    until: datetime
    days: int
    dead: str = ""
