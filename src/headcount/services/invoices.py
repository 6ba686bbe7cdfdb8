"""Finalised documents as they were frozen."""

from __future__ import annotations

import json

from headcount.core.errors import refuse
from headcount.services.context import Context
from headcount.services.customers import customer_id
from headcount.storage import invoices
from headcount.storage.invoices import StoredInvoice
from headcount.storage.transaction import organization_transaction

__all__ = ["StoredInvoice", "content", "list_invoices"]


def list_invoices(context: Context, customer: str | None = None, number: str | None = None) -> list[StoredInvoice]:
    """In the order of their numbers. Refused: `unknown_customer`, `unknown_invoice`."""
    with organization_transaction(context.organization_id):
        if customer is not None:
            customer_id(customer)
        found = list(invoices.stored(customer, number))
    if number is not None and not found:
        raise refuse("unknown_invoice", "number", given=number)
    return found


def content(invoice: StoredInvoice) -> dict[str, object]:
    """What the document says: the frozen snapshot."""
    frozen: dict[str, object] = json.loads(invoice.snapshot)
    return frozen
