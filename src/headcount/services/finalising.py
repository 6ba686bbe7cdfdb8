"""Finalising: documents that are ready get their number, their frozen content and their entries in the ledger.

All of it in the transaction of the caller, who holds the locks of the payers. The number comes last, since its range
stays locked until the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from headcount.core.catalog import Address
from headcount.core.drafts import INVOICE, Draft
from headcount.core.errors import Refused
from headcount.core.tax import Totals, rate_for, totals, totals_of_note
from headcount.documents.snapshot import Buyer, Content, Heading, headed, missing_fields, snapshot
from headcount.services.context import Context, write_journal
from headcount.services.payments import settle_documents
from headcount.storage import customers, invoices, sequences
from headcount.storage.customers import CustomerRecord
from headcount.storage.invoices import FinalInvoice
from headcount.storage.journal import canonical, digest
from headcount.storage.ledger import entry_text


@dataclass(frozen=True, slots=True)
class Ready:
    """A document that lacks only its heading: `body` is what it says, `entries` what goes into the ledger.

    As much as can be is done before there is a number, because from then on others wait.
    """

    draft: Draft
    customer: str
    totals: Totals
    body: Mapping[str, object]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """A finalised document; amounts are signed: those of a credit note are below zero."""

    number: str
    kind: str
    customer: str
    billing_date: date
    lines: int
    currency: str
    net_minor: int
    gross_minor: int


def checked(context: Context, draft: Draft, record: CustomerRecord, content: Content) -> Ready:
    """The document with its totals. Refused: what the law asks for and is missing; `tax_undecided`."""
    seller, buyer = context.terms, buyer_of(record)
    if draft.original:
        total = totals_of_note(draft.net_minor, draft.original.left_minor, draft.original.tax_rate)
    else:
        total = totals(draft.net_minor, rate_for(seller.tax, seller.address.country, buyer.address.country))
    if missing := missing_fields(seller, buyer, total):
        raise Refused(*missing)
    entries = tuple(
        entry_text(position, entry, draft.currency, total.rate)
        for position, line in enumerate(draft.lines, 1)
        for entry in line.entries
    )
    return Ready(draft, buyer.key, total, snapshot(draft, seller, buyer, total, content), entries)


def buyer_of(record: CustomerRecord) -> Buyer:
    address = Address(record.street, record.postal_code, record.city, record.country)
    return Buyer(record.key, record.name, address, record.vat_id, record.language)


def finalise(context: Context, ready: Sequence[Ready], issued_on: date) -> list[Issued]:
    """Numbers in the order given; a free balance of the customers settles what they owe now."""
    if not ready:
        return []
    prefix = f"{context.terms.invoice_prefix}-{issued_on.year}"
    numbers = sequences.take(context.organization_id, prefix, len(ready))
    final = [_final(context, one, prefix, number, issued_on) for one, number in zip(ready, numbers, strict=True)]
    invoices.insert(context.organization_id, final, context.now, context.actor, context.request_id)
    documents = [[one.number, one.customer_id, one.net_minor, one.tax_minor, one.sha256] for one in final]
    write_journal(context, "invoices.finalised", {"documents": documents})
    settle_documents(context, sorted({one.customer_id for one in final}))
    return [_issued(one, place) for one, place in zip(final, ready, strict=True)]


def issue(context: Context, draft: Draft) -> Issued:
    """One document at once, whose lines are about no subscription. Refused: as `checked`."""
    ready = checked(context, draft, customers.records([draft.customer])[draft.customer], Content({}, {}, {}))
    (issued,) = finalise(context, [ready], context.today)
    return issued


def _final(context: Context, ready: Ready, prefix: str, number_in_range: int, issued_on: date) -> FinalInvoice:
    draft, total = ready.draft, ready.totals
    days = context.terms.payment_days if draft.kind == INVOICE else 0
    heading = Heading(f"{prefix}-{number_in_range:06d}", issued_on, issued_on + timedelta(days=days))
    text = canonical(headed(ready.body, heading))
    return FinalInvoice(
        customer_id=draft.customer,
        kind=draft.kind,
        original=draft.original.id if draft.original else None,
        number_range=prefix,
        number_in_range=number_in_range,
        number=heading.number,
        billing_date=draft.billing_date,
        issued_on=issued_on,
        due_on=heading.due_on,
        currency=draft.currency,
        net_minor=total.net_minor,
        tax_minor=total.tax_minor,
        snapshot=text,
        sha256=digest(text),
        entries=ready.entries,
    )


def _issued(final: FinalInvoice, ready: Ready) -> Issued:
    return Issued(
        number=final.number,
        kind=final.kind,
        customer=ready.customer,
        billing_date=final.billing_date,
        lines=len(ready.draft.lines),
        currency=final.currency,
        net_minor=final.net_minor,
        gross_minor=final.gross_minor,
    )
