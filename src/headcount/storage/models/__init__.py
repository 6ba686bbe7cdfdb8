"""One class a table, grouped by what they are about. Activity, presence and usage are plain SQL: see migrations."""

from headcount.storage.models.billing import Adjustment, BilledLine, Draft, Invoice, PromotionalCredit
from headcount.storage.models.catalog import Meter, Offer, Plan, PlanVersion, Product
from headcount.storage.models.contracts import Closing, Grant, Subscription, SubscriptionChange
from headcount.storage.models.live import ApiKey, Event, LicenceRequest, SeatEvent
from headcount.storage.models.organization import JournalEntry, JournalHead, NumberRange, Organization
from headcount.storage.models.payments import Allocation, Payment, PaymentOwner
from headcount.storage.models.people import Customer, CustomerDetails, Member, MemberDetails, MemberStatus

__all__ = [
    "Adjustment", "Allocation", "ApiKey", "BilledLine", "Closing", "Customer", "CustomerDetails", "Draft", "Event",
    "Grant", "Invoice", "JournalEntry", "JournalHead", "LicenceRequest", "Member", "MemberDetails", "MemberStatus",
    "Meter", "NumberRange", "Offer", "Organization", "Payment", "PaymentOwner", "Plan", "PlanVersion", "Product",
    "PromotionalCredit", "SeatEvent", "Subscription", "SubscriptionChange",
]  # fmt: skip
