"""The journal."""

from __future__ import annotations

from collections.abc import Iterator

from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import audit
from headcount.storage.journal import GENESIS, entry_hash


def journal(books: Books) -> Iterator[Finding]:
    """No entry was changed, taken out or put in: each hash covers its entry and the hash before it, up to the head.

    And every finalised document stands in it with the amounts and the digest that it has now, so that a document
    cannot be replaced together with its own digest.
    """
    books.look_at("journal")
    number, last = 0, GENESIS
    for entry in audit.journal_entries():
        if entry.number != number + 1:
            yield finding("journal_gap", "journal", f"number={entry.number}", number + 1, entry.number)
        if entry.previous_hash != last:
            yield finding("journal_link", "journal", f"number={entry.number}", last, entry.previous_hash)
        if (computed := entry_hash(entry)) != entry.hash:
            yield finding("journal_hash", "journal", f"number={entry.number}", computed, entry.hash)
        number, last = entry.number, entry.hash
    if (head := audit.journal_head()) != (number, last) and (number or head):
        stored = None if head is None else f"{head[0]} {head[1]}"
        yield finding("journal_head", "journal_head", "organization", f"{number} {last}", stored)
    yield from books.broken([("journal_document", "invoice", audit.DOCUMENTS_IN_THE_JOURNAL)])
