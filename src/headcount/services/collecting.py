"""Python's search for garbage, put off while batches are worked on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """A batch is some hundred thousand objects that live and die together; looking for garbage among them takes
    half of the time and finds none.
    """
    before = gc.get_threshold()
    gc.set_threshold(20_000_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
