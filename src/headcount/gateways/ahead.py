"""Reading ahead: the next item is made in a thread while the database works on this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
_END = object()


def read_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items, in order; an error comes where its item would have come."""
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as reader:
        upcoming = reader.submit(next, source, _END)
        while (item := upcoming.result()) is not _END:
            upcoming = reader.submit(next, source, _END)
            yield item  # type: ignore[misc]
