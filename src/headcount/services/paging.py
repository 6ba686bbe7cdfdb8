"""A part of a long list, with what is needed to say which part it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list of `total` rows; pages are numbered from 1."""

    rows: Sequence[Row]
    total: int
    number: int
    size: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1


def page_of(total: int, number: int, size: int, read: Callable[[int, int], Sequence[Row]]) -> Page[Row]:
    """The page that was asked for, or the nearest there is. `read` takes an offset and how many rows at most."""
    nearest_there_is = min(max(1, number), max(1, -(-total // size)))
    return Page(read((nearest_there_is - 1) * size, size), total, nearest_there_is, size)
