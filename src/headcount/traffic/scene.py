"""Where the traffic is played: customers with small and large limits, on the third day of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

NOW = datetime(2026, 5, 3, 9, tzinfo=UTC)
MONTHS = ("2026-03", "2026-04", "2026-05")
"""Of which something is sent."""
PLACE = ZoneInfo("Europe/Berlin")
METER, KINDS = "clients", ("visit", "plan")
CLAIMED_ONLY = 5
"""One customer of so many has a small limit, and people who count by claims only."""
SMALL_LIMIT, LARGE_LIMIT = 25, 1_000_000


@dataclass(frozen=True, slots=True)
class Scene:
    """`limits`: of each customer. `doors`: those with the small one."""

    organization: str
    key: str
    limits: dict[str, int]

    @property
    def doors(self) -> list[str]:
        return [customer for customer, limit in self.limits.items() if limit == SMALL_LIMIT]

    @property
    def open_houses(self) -> list[str]:
        return [customer for customer, limit in self.limits.items() if limit != SMALL_LIMIT]
