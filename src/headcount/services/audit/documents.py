"""Finalised documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from headcount.core.money import major
from headcount.core.tax import totals
from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import audit
from headcount.storage import audit_ledger as queries
from headcount.storage.audit import Document
from headcount.storage.journal import canonical, digest

_RULES = (
    ("original_unknown", "invoice", queries.ORIGINALS),
    ("original_exceeded", "invoice", queries.CREDITED_TOO_MUCH),
)


def documents(books: Books) -> Iterator[Finding]:
    """Every document is the sum of its entries, taxed once for each rate, and its frozen text says exactly that.

    The text is the one that was hashed. Credit notes correct invoices, and together never give back more than one had.
    """
    for document in audit.documents():
        books.looked_at += 1
        yield from _sums(document)
        yield from _text(document)
    yield from books.broken(_RULES)


def _sums(document: Document) -> Iterator[Finding]:
    nets, rates = document.nets or [], document.rates or []
    tax = sum(totals(net, rate).tax_minor for net, rate in zip(nets, rates, strict=True))
    if document.original and abs(tax - document.tax_minor) <= 1:
        tax = document.tax_minor  # of a note it is what the tax on what is left of the original changes by
    wanted = {
        "document_net": (sum(nets), document.net_minor),
        "document_tax": (tax, document.tax_minor),
        "document_gross": (document.net_minor + document.tax_minor, document.gross_minor),
    }
    for code, (expected, found) in wanted.items():
        if expected != found:
            yield finding(code, "invoice", f"number={document.number}", expected, found)


def _text(document: Document) -> Iterator[Finding]:
    key = f"number={document.number}"
    if (computed := digest(document.snapshot)) != document.sha256:
        yield finding("snapshot_digest", "invoice", key, computed, document.sha256)
    try:
        content = json.loads(document.snapshot)
        is_canonical = canonical(content) == document.snapshot
        told, lines = _told(content), _lines(content)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        yield finding("snapshot_broken", "invoice", key, "JSON", document.snapshot[:40])
        return
    if not is_canonical:
        yield finding("snapshot_not_canonical", "invoice", key, canonical(content)[:40], document.snapshot[:40])
    for field, expected in _should_tell(document).items():
        if field in told and told[field] != expected:
            yield finding("snapshot_differs", "invoice", f"{key} {field}", expected, told[field])
    if sum(lines) != Decimal(_printed(document, document.net_minor)):
        yield finding("snapshot_lines", "invoice", key, _printed(document, document.net_minor), sum(lines))
    if (document.positions or 0) > len(lines):
        yield finding("entry_position", "billed_line", key, len(lines), document.positions)


def _told(content: Mapping[str, object]) -> dict[str, object]:
    """What the text says, by field. `kind`, `original` and `due_on` are not in texts of before they existed."""
    plain = ("number", "billing_date", "issued_on", "due_on", "currency", "net", "gross", "kind")
    told = {field: content[field] for field in plain if field in content}
    if "original" in content:
        told["original"] = content["original"] or ""
    return told | {"tax": cast("Mapping[str, object]", content["tax"])["amount"]}


def _should_tell(document: Document) -> dict[str, object]:
    return {
        "number": document.number,
        "kind": document.kind,
        "original": document.original or "",
        "billing_date": str(document.billing_date),
        "issued_on": str(document.issued_on),
        "due_on": str(document.due_on),
        "currency": document.currency,
        "net": _printed(document, document.net_minor),
        "tax": _printed(document, document.tax_minor),
        "gross": _printed(document, document.gross_minor),
    }


def _printed(document: Document, amount_minor: int) -> str:
    """Credit notes and cancellations print what they give back as amounts above zero."""
    sign = 1 if document.kind == "invoice" else -1
    return f"{major(sign * amount_minor, document.currency):f}"


def _lines(content: Mapping[str, object]) -> list[Decimal]:
    lines = cast("Sequence[Mapping[str, str]]", content["lines"])
    return [Decimal(line["net"]) for line in lines]
