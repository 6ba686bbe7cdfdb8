"""One class a table, grouped by what they are about. Activity, presence and usage are plain SQL: see migrations."""

from headcount.storage.models.billing import BilledLine, Invoice
from headcount.storage.models.catalog import Meter, Offer, Plan, PlanVersion, Product
from headcount.storage.models.contracts import Grant, Subscription, SubscriptionChange
from headcount.storage.models.organization import JournalEntry, JournalHead, NumberRange, Organization
from headcount.storage.models.people import Customer, CustomerDetails, Member, MemberDetails, MemberStatus

__all__ = [
    "BilledLine", "Customer", "CustomerDetails", "Grant", "Invoice", "JournalEntry", "JournalHead", "Member",
    "MemberDetails", "MemberStatus", "Meter", "NumberRange", "Offer", "Organization", "Plan", "PlanVersion", "Product",
    "Subscription", "SubscriptionChange",
]  # fmt: skip
