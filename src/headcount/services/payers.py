"""Who pays for whom."""

from __future__ import annotations

from headcount.core.errors import refuse
from headcount.services.context import Context, write_journal
from headcount.services.customers import customer_id
from headcount.storage import customers
from headcount.storage.transaction import organization_transaction


def set_payer(context: Context, customer: str, payer: str | None) -> None:
    """From now on another customer gets the documents of this one and pays them; None: it pays itself again.

    What was billed stays where it is. Refused: `unknown_customer`, `payer_of_itself`, `payer_has_payer`.
    """
    with organization_transaction(context.organization_id):
        mine, theirs = customer_id(customer), customer_id(payer) if payer else None
        if theirs == mine:
            raise refuse("payer_of_itself", "payer", given=payer)
        customers.lock([mine, *([theirs] if theirs else [])])
        if theirs and (customers.payer_of(theirs) != theirs or customers.pays_for(mine)):
            raise refuse("payer_has_payer", "payer", given=payer, customer=customer)
        customers.set_payer(mine, theirs)
        customers.touch([mine], context.today, context.today)
        write_journal(context, "customer.payer_set", {"customer": mine, "payer": theirs})
