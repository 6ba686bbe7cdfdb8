"""Numbers of documents."""

from __future__ import annotations

from collections.abc import Iterator

from headcount.services.audit.books import Books, Finding
from headcount.storage import audit

_RULES = (
    ("number_gap", "invoice", audit.NUMBERS_WITH_A_GAP),
    ("number_last", "number_range", audit.LAST_NUMBERS),
    ("number_text", "invoice", audit.NUMBERS_AS_TEXT),
)


def numbers(books: Books) -> Iterator[Finding]:
    """Every range of numbers runs from 1 to the last one given, none left out, none twice, each printed as it is."""
    books.look_at("invoice", "number_range")
    yield from books.broken(_RULES)
