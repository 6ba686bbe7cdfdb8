"""Seats."""

from __future__ import annotations

from collections.abc import Iterator

from headcount.services.audit.books import Books, Finding
from headcount.storage.audit import SEATS

_RULES = (("seat_of_another", "seat_event", SEATS),)


def seats(books: Books) -> Iterator[Finding]:
    """Every seat is of a person of the customer whose subscription it is. Counts of seats are not stored: they are read
    from these events each time, and what was billed by them is checked with the ledger.
    """
    books.look_at("seat_event")
    yield from books.broken(_RULES)
