"""The history of an organization, for whoever wants to tell it again: what was recorded, in the order of recording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from headcount.core.subscriptions import Change, Subscription
from headcount.services.context import Context
from headcount.services.organizations import JournalLine, journal_lines
from headcount.services.payments import named_invoices
from headcount.storage import catalog, customers, recorded
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.customers import CustomerRecord
from headcount.storage.recorded import RecordedActivity, RecordedOwner, RecordedPayment, RecordedSeat, RecordedStatus
from headcount.storage.transaction import organization_transaction

__all__ = [
    "History", "RecordedActivity", "RecordedChange", "RecordedOwner", "RecordedPayment", "RecordedSeat",
    "RecordedStatus", "history",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """An entry of a subscription, with the subscription as it stands now."""

    subscription: Subscription
    customer: str
    change: Change


@dataclass(frozen=True, slots=True)
class History:
    """`journal` gives the order. Activity is found by when it was recorded, everything else by the request."""

    journal: Sequence[JournalLine]
    customers: Mapping[str, CustomerRecord]
    statuses: Mapping[str, Sequence[RecordedStatus]]
    changes: Mapping[str, Sequence[RecordedChange]]
    activity: Mapping[datetime, Sequence[RecordedActivity]]
    payments: Mapping[str, Sequence[RecordedPayment | RecordedOwner]]
    seats: Mapping[str, Sequence[RecordedSeat]]


def history(context: Context) -> History:
    """Everything that was recorded for the organization."""
    journal = journal_lines(context)
    with organization_transaction(context.organization_id):
        keys = {customer_id: key for key, customer_id in customers.all_ids().items()}
        records = {record.key: record for record in customers.records(keys).values()}
        statuses: dict[str, list[RecordedStatus]] = defaultdict(list)
        for status in recorded.statuses():
            statuses[status.request_id].append(status)
        activity: dict[datetime, list[RecordedActivity]] = defaultdict(list)
        for one in recorded.activities():
            activity[one.recorded_at].append(one)
        seats: dict[str, list[RecordedSeat]] = defaultdict(list)
        for seat in recorded.seats():
            seats[seat.request_id].append(seat)
        return History(journal, records, statuses, _changes(context, keys), activity, _payments(), seats)


def _changes(context: Context, keys: Mapping[int, str]) -> Mapping[str, Sequence[RecordedChange]]:
    stored = catalog.load(context.organization_id)
    requests = recorded.requests_of_changes()
    changes: dict[str, list[RecordedChange]] = defaultdict(list)
    for subscription in stored_subscriptions.load(stored.versions):
        for change in subscription.changes:
            found = RecordedChange(subscription, keys[subscription.customer], change)
            changes[requests[subscription.key, change.number]].append(found)
    return changes


def _payments() -> Mapping[str, Sequence[RecordedPayment | RecordedOwner]]:
    """Of a reference only the numbers of invoices: the rest may name a person."""
    found = list(recorded.payments())
    named = named_invoices(one.reference for one in found)
    payments: dict[str, list[RecordedPayment | RecordedOwner]] = defaultdict(list)
    for one in found:
        numbers = " ".join(invoice.number for invoice in named.get(one.reference, ()))
        payments[one.request_id].append(replace(one, reference=numbers))
    for owner in recorded.owners():
        payments[owner.request_id].append(owner)
    return payments
