"""Months to choose from, and the ones a picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headcount.core.calendar import Period, add_months, month_of

MONTHS_OF_A_PICTURE = 12


@dataclass(frozen=True, slots=True)
class MonthChoice:
    month: Period
    is_shown: bool
    has_begun: bool


@dataclass(frozen=True, slots=True)
class MonthPicker:
    """The months of the year that is shown; the same month a year before and after, where that makes sense."""

    year: int
    choices: Sequence[MonthChoice]
    year_before: Period | None
    year_after: Period | None


def month_picker(shown: Period, today: date, first_year: int) -> MonthPicker:
    year = shown.start.year
    months = [month_of(date(year, number, 1)) for number in range(1, 13)]
    running = month_of(today)
    return MonthPicker(
        year=year,
        choices=[MonthChoice(month, month == shown, month <= running) for month in months],
        year_before=neighbour(shown, -12) if year > first_year else None,
        year_after=min(neighbour(shown, 12), running) if year < today.year else None,
    )


def neighbour(month: Period, months: int) -> Period:
    return month_of(add_months(month.start, months))


def year_up_to(month: Period) -> list[Period]:
    """The months of a picture, oldest first."""
    return [neighbour(month, -back) for back in reversed(range(MONTHS_OF_A_PICTURE))]
