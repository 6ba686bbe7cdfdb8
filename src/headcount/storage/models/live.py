"""What happens live: seats, wishes about licences, what was told to the vendor, and who may ask over HTTP."""

from __future__ import annotations

from django.db import models

from headcount.storage.models.base import OrganizationRow, public_id_field
from headcount.storage.models.contracts import Subscription
from headcount.storage.models.people import Member

SEAT_EVENTS = ["assigned", "invited", "redeemed", "removed"]
DECISIONS = ["approved", "declined"]


class SeatEvent(OrganizationRow):
    """Appended: what happened to the seat of a user in a subscription.

    Of an invitation only the hash of its code is kept; it ends at `expires_at`.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="seat_events", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="seat_events", db_index=False)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "seat_event"
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=SEAT_EVENTS), name="seat_event_kind")]
        indexes = [
            models.Index(fields=["subscription", "member", "at"], name="seat_event_history"),
            models.Index(fields=["code_hash"], condition=~models.Q(code_hash=""), name="seat_event_code"),
        ]


class LicenceRequest(OrganizationRow):
    """The wish to lower what a licence had raised itself to. Staff decide; until then nothing changes (SPEC 2.4)."""

    public_id = public_id_field("lrq")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="licence_requests")
    charge = models.CharField(max_length=80)
    quantity = models.IntegerField()
    actor = models.CharField(max_length=120)
    decision = models.CharField(max_length=10, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "licence_request"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at=None) | models.Q(decision__in=DECISIONS),
                name="licence_request_decision",
            ),
            models.UniqueConstraint(
                fields=["subscription", "charge"], condition=models.Q(decision=""), name="licence_request_open"
            ),
        ]


class Event(OrganizationRow):
    """Appended: something happened that the vendor's own system should hear of, in the transaction that did it.

    `once`: what must be told once only. `customer_id` and `member_id` name whom it is about; `details` are keys,
    ids and numbers, never names.
    """

    public_id = public_id_field("evt")
    kind = models.CharField(max_length=60)
    customer_id = models.BigIntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    details = models.JSONField()
    once = models.CharField(max_length=200, null=True)

    class Meta:
        db_table = "event"
        constraints = [models.UniqueConstraint(fields=["organization_id", "once"], name="event_once")]


class ApiKey(OrganizationRow):
    """Who may ask over HTTP, and what. Of the key itself only the hash is kept."""

    public_id = public_id_field("key")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64)
    scopes = models.JSONField()
    actor = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_key"
        constraints = [
            models.UniqueConstraint(fields=["hash"], name="api_key_hash"),
            models.UniqueConstraint(
                fields=["organization_id", "name"], condition=models.Q(revoked_at=None), name="api_key_name"
            ),
        ]
