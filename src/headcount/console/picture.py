"""Counts as a picture: bars by month and the limit as a line. Whole numbers, in units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from headcount.services.overview import Count

PITCH, BAR, TOP, BASE, BELOW = 40, 22, 26, 240, 26
BAR_SCALE, GAP = 1000, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """`y` is the top of the part up to the limit, `over_y` the top of what is over it."""

    count: Count
    x: int
    middle: int
    y: int
    height: int
    over_y: int
    over_height: int


@dataclass(frozen=True, slots=True)
class Picture:
    bars: Sequence[Bar]
    width: int
    height: int
    base: int
    bar_width: int
    label_y: int
    limit_path: str
    """The limit from month to month, as a path of SVG; empty where there is none."""

    @property
    def has_over(self) -> bool:
        return any(bar.over_height for bar in self.bars)


def picture(history: Sequence[Count]) -> Picture:
    highest = max([1, *(one.count for one in history), *(one.limit or 0 for one in history)])
    bars = [_bar(place, one, highest) for place, one in enumerate(history)]
    return Picture(bars, PITCH * len(bars), BASE + BELOW, BASE, BAR, BASE + 18, _limit_path(history, highest))


def _y(value: int | Decimal, highest: int | Decimal) -> int:
    return BASE - int((BASE - TOP) * value // highest)


def _bar(place: int, count: Count, highest: int | Decimal) -> Bar:
    left, within, top = place * PITCH, _y(count.count - count.over, highest), _y(count.count, highest)
    return Bar(count, left + (PITCH - BAR) // 2, left + PITCH // 2, within, BASE - within, top, within - top)


def _limit_path(history: Sequence[Count], highest: int | Decimal) -> str:
    """Along the months, up and down where it changes, with gaps where nothing or no end is agreed."""
    steps, is_drawn = [], False
    for place, count in enumerate(history):
        if count.limit is not None:
            y = _y(count.limit, highest)
            steps.append(f"V{y}H{(place + 1) * PITCH}" if is_drawn else f"M{place * PITCH} {y}H{(place + 1) * PITCH}")
        is_drawn = count.limit is not None
    return "".join(steps)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A count against its limit on one line, in thousandths of its length."""

    within: int
    over_from: int
    over: int


def gauge(count: Count) -> Gauge | None:
    """None where there is nothing to measure against: no limit, or an unlimited one."""
    if count.limit is None:
        return None
    highest = max(count.count, count.limit, 1)
    within = int((count.count - count.over) * BAR_SCALE // highest)
    over_from = min(within + GAP, BAR_SCALE - GAP) if within else 0
    return Gauge(within, over_from, BAR_SCALE - over_from if count.over else 0)
