"""Drafts between their making and their time: shown, and finalised sooner by staff."""

from __future__ import annotations

from headcount.services.batches import Step, billed_now
from headcount.services.context import Context
from headcount.services.customers import customer_id
from headcount.storage import customers, drafts
from headcount.storage.drafts import ListedDraft
from headcount.storage.transaction import organization_transaction

__all__ = ["ListedDraft", "finalise_now", "list_drafts"]


def list_drafts(context: Context, customer: str | None = None) -> list[ListedDraft]:
    """By the day on which they are finalised. Refused: `unknown_customer`."""
    with organization_transaction(context.organization_id):
        if customer is not None:
            customer_id(customer)
        return drafts.waiting(customer)


def finalise_now(context: Context, customer: str) -> Step:
    """Everything that is due of whoever pays for a customer, without waiting. Refused: `unknown_customer`."""
    with organization_transaction(context.organization_id):
        payer = customers.payer_of(customer_id(customer))
        customers.touch([payer], context.today, context.today)
        return billed_now(context, [payer])
