"""What customers owe, and what is free of their money, as of any day; and the payments there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from headcount.core.payments import Allocation, Receivable, Settled, balance_minor, standing
from headcount.services.context import Context
from headcount.services.customers import customer_id
from headcount.storage import customers, payments, receivables
from headcount.storage.payments import Account, StoredPayment
from headcount.storage.receivables import StoredReceivable
from headcount.storage.transaction import organization_transaction

__all__ = ["Balance", "OpenDocument", "StoredPayment", "list_payments", "list_receivables"]


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document with what settled it by a day."""

    customer: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    settled: Settled
    days_overdue: int
    state: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What is free of a customer's money; below zero if money was paid back that was later returned."""

    customer: str
    currency: str
    free_minor: int


def list_receivables(
    context: Context, customer: str | None = None, as_of: date | None = None, *, with_settled: bool = False
) -> tuple[list[OpenDocument], list[Balance]]:
    """What was not settled at the end of a day, by customer and day on which it is due, and all balances but zero.

    By effective date: payments count from the day on which they came, whenever they were recorded. `with_settled`:
    every document. Refused: `unknown_customer`.
    """
    day = as_of or context.today
    with organization_transaction(context.organization_id):
        chosen = None if customer is None else customer_id(customer)
        invoices = receivables.invoices_until(day, chosen)
        money, given = receivables.money_until(day, chosen), receivables.given_out(chosen)
        keys = {id: key for key, id in customers.all_ids().items()}
    by_account = _by_account(invoices)
    settled: dict[int, list[Allocation]] = defaultdict(list)
    balances = []
    for account in sorted({*by_account, *money}, key=lambda one: (keys[one[0]], one[1])):
        allocations = standing(_receivables(by_account[account]), money.get(account, []), given.get(account, ()))
        for one in allocations:
            settled[one.invoice_id].append(one)
        balances.append(Balance(keys[account[0]], account[1], balance_minor(money.get(account, ()), allocations)))
    documents = [_document(one, settled[one.id], day) for one in invoices]
    return (
        [one for one in documents if with_settled or one.settled.open_minor],
        [one for one in balances if one.free_minor],
    )


def _by_account(invoices: Iterable[StoredReceivable]) -> dict[Account, list[StoredReceivable]]:
    found: dict[Account, list[StoredReceivable]] = defaultdict(list)
    for one in invoices:
        found[one.customer_id, one.currency].append(one)
    return found


def _receivables(invoices: Iterable[StoredReceivable]) -> list[Receivable]:
    return [Receivable(one.id, one.number, one.due_on, one.gross_minor) for one in invoices]


def _document(invoice: StoredReceivable, allocations: Sequence[Allocation], day: date) -> OpenDocument:
    paid = sum(one.amount_minor for one in allocations if one.payment_id is not None)
    credited = sum(one.amount_minor for one in allocations if one.payment_id is None)
    settled = Settled(invoice.gross_minor, invoice.due_on, paid, credited, invoice.is_cancelled)
    return OpenDocument(
        invoice.customer, invoice.number, invoice.issued_on, invoice.due_on, invoice.currency, settled,
        settled.days_overdue(day), settled.state(day),
    )  # fmt: skip


def list_payments(
    context: Context, customer: str | None = None, *, only_unmatched: bool = False
) -> list[StoredPayment]:  # fmt: skip
    """In the order of the days on which they came. `only_unmatched`: nobody knows yet whose they are.

    Refused: `unknown_customer`.
    """
    with organization_transaction(context.organization_id):
        chosen = None if customer is None else customer_id(customer)
        return payments.listed(chosen, only_unmatched=only_unmatched)
