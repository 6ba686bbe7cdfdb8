"""Payments once they are there: what they settle, whose they are, and how they go back (SPEC 3.10).

Whoever gives money out holds the customers whose it is (`storage.customers.lock`), so that nothing is given twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from headcount.core.activity import check_text
from headcount.core.errors import refuse
from headcount.core.money import major
from headcount.core.payments import Allocation, numbers_in, parse_amount, settle, taken_back
from headcount.services.context import Context, new_request_id, write_journal
from headcount.services.customers import customer_id
from headcount.storage import customers, payments
from headcount.storage.payments import NamedInvoice, NewPayment, StoredPayment
from headcount.storage.transaction import committed_or_not, hold_payments


def settle_documents(context: Context, customer_ids: Collection[int]) -> None:
    """What is free settles documents that were just issued; a credit note settles its original before others.

    Inside a transaction of the caller, who holds the customers. One statement where nothing is free.
    """
    settled = settle_customers(context, customer_ids)
    if settled:
        write_journal(context, "documents.settled", {"allocations": for_journal(settled)})


def settle_customers(
    context: Context, customer_ids: Collection[int], named: Mapping[int, Collection[int]] | None = None
) -> list[Allocation]:
    """Whatever is free of these customers settles whatever is open of them. `named`: documents by payment."""
    free = payments.free_balances(customer_ids)
    if not free:
        return []
    receivables = payments.open_invoices({customer for customer, _ in free})
    settled = [
        allocation
        for account, sources in free.items()
        for allocation in settle(receivables.get(account, ()), sources, named)
    ]
    payments.insert_allocations(context.organization_id, settled, context.now, context.actor, context.request_id)
    return settled


def for_journal(allocations: Iterable[Allocation]) -> list[list[int | None]]:
    """(document, payment, credit note, amount) of each."""
    return [[one.invoice_id, one.payment_id, one.credit_note_id, one.amount_minor] for one in allocations]


def named_invoices(references: Iterable[str]) -> dict[str, list[NamedInvoice]]:
    """The invoices that each reference names."""
    ranges = payments.number_ranges()
    places = {reference: numbers_in(reference, ranges) for reference in set(references) if reference}
    readings = {reading for found in places.values() for place in found for reading in place}
    known = payments.invoices_named(readings) if readings else {}
    return {
        reference: [known[reading] for place in found if (reading := next((r for r in place if r in known), None))]
        for reference, found in places.items()
    }


def assign(context: Context, payment: str, customer: str, *, dry_run: bool = False) -> StoredPayment:
    """Says whose a payment is that came without a known owner; it then settles what is open of them.

    Refused: `unknown_payment`, `unknown_customer`, `payment_has_owner`, `payment_reversed`.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_payments(context.organization_id)
        found = _payment(payment)
        if found.customer is not None:
            raise refuse("payment_has_owner", "payment", payment=found.key, customer=found.customer)
        _check_came_in(found)
        owner = customers.payer_of(customer_id(customer))
        customers.lock([owner])
        payments.insert_owner(
            context.organization_id, found.id, owner, context.now, context.actor, context.request_id
        )  # fmt: skip
        invoices = {one.id for one in named_invoices([found.reference]).get(found.reference, ())}
        settled = settle_customers(context, [owner], {found.id: invoices})
        details = {"payment": found.id, "customer": owner, "allocations": for_journal(settled)}
        write_journal(context, "payment.assigned", details)
        return _payment(payment)


def reverse(context: Context, payment: str, reason: str, *, dry_run: bool = False) -> StoredPayment:
    """A payment came back, such as a returned debit: what it settled is open again, due when it was due before.

    Other money of the customer that is free settles it at once. Refused: `unknown_payment`, `payment_reversed`,
    `payment_went_out`.
    """
    check_text([reason], ["reason"])
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_payments(context.organization_id)
        found = _payment(payment)
        _check_came_in(found)
        owners = [] if found.customer_id is None else [found.customer_id]
        customers.lock(owners)
        back = NewPayment(
            f"reversal-{found.public_id}", found.customer_id, context.today, found.currency, -found.amount_minor,
            found.method, "", found.id, reason,
        )  # fmt: skip
        (reversal,) = _insert(context, [back])
        undone = taken_back(payments.allocations_of(found.id))
        payments.insert_allocations(context.organization_id, undone, context.now, context.actor, context.request_id)
        settled = settle_customers(context, owners)
        details = {"payment": found.id, "reversal": reversal, "allocations": for_journal([*undone, *settled])}
        write_journal(context, "payment.reversed", details)
        return _payment(back.key)


def refund(context: Context, customer: str, amount: str, currency: str = "", *, dry_run: bool = False) -> StoredPayment:
    """Pays free money back: a payment below zero, which settles nothing and makes less of the customer's money free.

    Refused: `unknown_customer`, `not_an_amount`, `more_than_is_free`.
    """
    currency = currency or context.terms.currency
    amount_minor = parse_amount(amount, currency, "amount")
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_payments(context.organization_id)
        owner = customer_id(customer)
        customers.lock([owner])
        free_minor = sum(one.free_minor for one in payments.free_balances([owner]).get((owner, currency), ()))
        if amount_minor > free_minor:
            raise refuse("more_than_is_free", "amount", given=amount, free=major(free_minor, currency),
                         currency=currency)  # fmt: skip
        back = NewPayment(f"refund-{new_request_id()}", owner, context.today, currency, -amount_minor, "transfer")
        (made,) = _insert(context, [back])
        write_journal(context, "payment.refunded", {"payment": made, "customer": owner, "amount_minor": amount_minor})
        return _payment(back.key)


def _payment(name: str) -> StoredPayment:
    found = payments.find(name)
    if found is None:
        raise refuse("unknown_payment", "payment", given=name)
    return found


def _check_came_in(payment: StoredPayment) -> None:
    if payment.amount_minor < 0:
        raise refuse("payment_went_out", "payment", payment=payment.key)
    if payment.reversal is not None:
        raise refuse("payment_reversed", "payment", payment=payment.key)


def _insert(context: Context, new: Iterable[NewPayment]) -> list[int]:
    return payments.insert(context.organization_id, new, context.now, context.actor, context.request_id)
