"""What a measurement is: one figure, of how many things, in which unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """`is_raw`: one of several repeats, for the file of samples only; the table shows their median."""

    what: str
    size: int
    figure: float
    unit: str
    is_raw: bool = False
