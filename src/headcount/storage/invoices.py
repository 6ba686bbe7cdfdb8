"""Finalised documents with their entries of the ledger. Both are only ever added to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from headcount.storage import ledger
from headcount.storage import models as rows
from headcount.storage.copying import copy_rows, escaped, names, or_null


@dataclass(frozen=True, slots=True)
class FinalInvoice:
    """A document as it is stored, amounts signed as they change what is owed.

    `entries` are texts by `ledger.entry_text`. `original`: the document it corrects.
    """

    customer_id: int
    kind: str
    original: int | None
    number_range: str
    number_in_range: int
    number: str
    billing_date: date
    issued_on: date
    due_on: date
    currency: str
    net_minor: int
    tax_minor: int
    snapshot: str
    sha256: str
    entries: tuple[str, ...]

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


_DOCUMENTS = (
    "id bigint, customer_id bigint, kind text, original_id bigint, number_range text, number_in_range bigint,"
    " number text, billing_date date, issued_on date, due_on date, currency text, net_minor bigint, tax_minor bigint,"
    " gross_minor bigint, sha256 text, snapshot text"
)

_INSERT_DOCUMENTS = f"""
INSERT INTO invoice (organization_id, recorded_at, actor, request_id, public_id, {names(_DOCUMENTS)})
SELECT %s, %s, %s, %s, 'inv_' || replace(gen_random_uuid()::text, '-', ''), {names(_DOCUMENTS)} FROM finalised_document
"""


def insert(
    organization_id: int, documents: Sequence[FinalInvoice], recorded_at: datetime, actor: str, request_id: str
) -> None:
    """Stores documents and their ledger entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('invoice_id_seq') FROM generate_series(1, %s)", [len(documents)])
        ids = [id for (id,) in cursor.fetchall()]
        numbered = list(zip(ids, documents, strict=True))
        copy_rows(cursor, "finalised_document", _DOCUMENTS, (_document_line(id, one) for id, one in numbered))
        cursor.execute(_INSERT_DOCUMENTS, [organization_id, recorded_at, actor, request_id])
    ledger.append(organization_id, ((id, text) for id, one in numbered for text in one.entries), recorded_at)


def _document_line(id: int, one: FinalInvoice) -> str:
    return (
        f"{id}\t{one.customer_id}\t{one.kind}\t{or_null(one.original)}\t{one.number_range}\t{one.number_in_range}"
        f"\t{one.number}\t{one.billing_date}\t{one.issued_on}\t{one.due_on}\t{one.currency}\t{one.net_minor}"
        f"\t{one.tax_minor}\t{one.gross_minor}\t{one.sha256}\t{escaped(one.snapshot)}\n"
    )


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """A document as it was frozen; `original` is the number of the one it corrects, or empty."""

    id: int
    kind: str
    original: str
    number: str
    public_id: str
    customer: str
    billing_date: date
    issued_on: date
    due_on: date
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    snapshot: str


def stored(customer: str | None = None, number: str | None = None) -> Iterator[StoredInvoice]:
    """Documents in the order of their numbers."""
    found = rows.Invoice.objects.order_by("number_range", "number_in_range")
    if customer is not None:
        found = found.filter(customer__key=customer)
    if number is not None:
        found = found.filter(number=number)
    columns = (
        "number", "public_id", "customer__key", "billing_date", "issued_on", "due_on", "currency", "net_minor",
        "tax_minor", "gross_minor", "snapshot",
    )  # fmt: skip
    for id, kind, original, *row in found.values_list("id", "kind", "original__number", *columns).iterator(2_000):
        yield StoredInvoice(id, kind, original or "", *row)
