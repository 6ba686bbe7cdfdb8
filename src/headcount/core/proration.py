"""Proration: which share of a billing period some days are, by the rule that the plan names (SPEC 4.6).

A rule gives every day of a period a position from 0 to the period's length, never falling, so that the rounding rule
makes parts add up to the whole whatever the rule is.
"""

from __future__ import annotations

import calendar as gregorian
from datetime import date

from headcount.core.calendar import Period, add_months

ACTUAL_DAYS = "actual days"
THIRTY_DAY_MONTHS = "30-day months"
WHOLE_MONTHS = "whole months"
NONE = "none"
RULES = (ACTUAL_DAYS, THIRTY_DAY_MONTHS, WHOLE_MONTHS, NONE)
IN_MONTHS = (THIRTY_DAY_MONTHS, WHOLE_MONTHS)
"""Rules that need billing periods of months or years."""


def position(rule: str, period: Period, day: date) -> int:
    """How much of the period lies before `day`, from 0 to `length`, in the units of the rule."""
    if rule == THIRTY_DAY_MONTHS:
        return _thirtieths(day) - _thirtieths(period.start)
    if rule == WHOLE_MONTHS:
        return _begun_months(period, day)
    return (day - period.start).days


def length(rule: str, period: Period) -> int:
    """Above zero. A 30-day month is 30, whatever the calendar says; one with a clipped end may be 28 to 32."""
    return position(rule, period, period.end)


def _thirtieths(day: date) -> int:
    return (day.year * 12 + day.month) * 30 + min(day.day, 30)


def _begun_months(period: Period, day: date, anchor: int = 0) -> int:
    """How many months of the period are over on `day`."""
    months = (day.year - period.start.year) * 12 + day.month - period.start.month
    return months if day >= _month_start(period, months, anchor) else months - 1


def _month_start(period: Period, number: int, anchor: int = 0) -> date:
    """Where month `number` of a period begins: on day `anchor` of a month.

    Without it both ends tell the day, as one of them may be clipped. If both are (30 June to 30 September of a
    contract of the 31st) they tell an earlier one, which counts the same months between the real starts of months.
    """
    month = add_months(period.start.replace(day=1), number)
    on = max(period.start.day, period.end.day, anchor)
    return month.replace(day=min(on, gregorian.monthrange(month.year, month.month)[1]))


def turn(rule: str, period: Period, day: date, anchor: int) -> date | None:
    """From which day on a change of `day` is charged, inside a period; None: from the next period on.

    By whole months a begun month is charged at the new price. `anchor`: on which day of the month months begin.
    """
    if rule == NONE:
        return None
    return _month_start(period, _begun_months(period, day, anchor), anchor) if rule == WHOLE_MONTHS else day


def charged(rule: str, period: Period, running: Period, anchor: int) -> Period:
    """The days that are charged if a contract runs on only some days of a period: begun months, or all, by the rule."""
    if rule == NONE:
        return period
    if rule != WHOLE_MONTHS:
        return running
    months = _begun_months(period, running.end, anchor)
    end = _month_start(period, months, anchor)
    return Period(
        _month_start(period, _begun_months(period, running.start, anchor), anchor),
        end if end == running.end else _month_start(period, months + 1, anchor),
    )
