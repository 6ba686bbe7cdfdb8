"""Windows as people ask for them, and the days that a meter looks at for each (SPEC 1.1, 1.12)."""

from __future__ import annotations

from datetime import date, timedelta

from headcount.core.calendar import (
    Period,
    month_of,
    month_text,
    parse_date,
    parse_month,
    parse_week,
    week_of,
    week_text,
)
from headcount.core.catalog import MONTH, WEEK, ActivityMeter, Meter
from headcount.core.counting import DAY_BY_DAY, trailing_window
from headcount.core.errors import refuse

EXACT = "/"
"""Exactly these days: `2026-04-20/2026-05-01`, half-open, as invoices name what they counted."""


def parse_window(text: str) -> Period:
    """The month `2026-05`, the ISO week `2026-W18`, the day `2026-05-31`, or exact days `2026-05-15/2026-06-15`."""
    start, is_exact, end = text.partition(EXACT)
    if is_exact:
        period = Period(parse_date(start, "window"), parse_date(end, "window"))
        if period.start >= period.end:
            raise refuse("window_is_empty", "window", given=text)
        return period
    if "W" in text:
        return parse_week(text)
    return day_window(parse_date(text, "window")) if len(text) == len("2026-05-31") else parse_month(text)


def day_window(day: date) -> Period:
    return Period(day, day + timedelta(days=1))


def window_text(window: Period) -> str:
    """The shortest name of a window; `parse_window` is the inverse."""
    if window.days == 1:
        return str(window.start)
    if window == month_of(window.start):
        return month_text(window)
    return week_text(window) if window == week_of(window.start) else str(window)


def shown_window(meter: Meter, month: Period, today: date) -> Period:
    """The window by which a page about a month shows a meter: the month, or what is read at its end, or now."""
    last = min(month.last_day, max(today, month.start))
    if isinstance(meter, ActivityMeter):
        if meter.window == WEEK:
            return week_of(last)
        return day_window(last) if meter.trailing_days else month
    return day_window(last) if meter.reading == DAY_BY_DAY else month


def looked_at(meter: ActivityMeter, text: str, today: date) -> Period:
    """The local days whose activity makes people count in a window.

    Trailing days are read at a day, or at the end of a month or week, or today while it runs.
    """
    window = parse_window(text)
    if meter.trailing_days is None or EXACT in text:
        return window
    return trailing_window(min(window.last_day, max(today, window.start)), meter.trailing_days)


def fitting_window(meter: ActivityMeter, text: str) -> Period:
    """The window. Refused: `window_of_another_kind`, such as a day of a meter that counts by calendar months."""
    window = parse_window(text)
    if EXACT in text or meter.trailing_days:
        return window
    fits = {MONTH: window == month_of(window.start), WEEK: window == week_of(window.start)}
    if not fits.get(meter.window, True):
        raise refuse("window_of_another_kind", "window", given=text, meter=meter.key, window=meter.window)
    return window


def running_window(meter: ActivityMeter, today: date) -> str:
    """The window that runs. Refused: `window_needed` by a meter whose windows are those of each subscription."""
    if meter.window == MONTH:
        return month_text(month_of(today))
    if meter.window == WEEK:
        return week_text(week_of(today))
    if meter.trailing_days:
        return str(today)
    raise refuse("window_needed", "window", meter=meter.key)
