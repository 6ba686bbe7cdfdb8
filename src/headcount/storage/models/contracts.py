"""Subscriptions, their appended changes, and the limits that follow from them."""

from __future__ import annotations

from django.db import models

from headcount.storage.models.base import OrganizationRow, public_id_field
from headcount.storage.models.catalog import Meter, PlanVersion
from headcount.storage.models.people import Customer

KINDS = ["subscribe", "change_quantity", "raise", "undo_raise", "reset", "cancel"]
AT_LIMIT = ["block", "warn", "overage", "extend", "none"]


class Subscription(OrganizationRow):
    """`purchase_order`: the number that the customer wants on documents; they are never mixed with those of another."""

    public_id = public_id_field("sub")
    key = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="subscriptions")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT)
    start_on = models.DateField()
    purchase_order = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        db_table = "subscription"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="subscription_key")]


class SubscriptionChange(OrganizationRow):
    """Appended. `quantities` maps charges to what is committed from `effective_on` on; null is unlimited.

    `recorded_on` is the local date of `recorded_at`.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="changes")
    number = models.IntegerField()
    kind = models.CharField(max_length=20)
    effective_on = models.DateField()
    recorded_on = models.DateField()
    quantities = models.JSONField(default=dict)
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "subscription_change"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="subscription_change_number"),
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="subscription_change_kind"),
        ]


class Closing(OrganizationRow):
    """Up to which day a subscription is closed: what was billed before it is not looked at again.

    `changes`: how many of its changes were known then. `readings`: (charge|first day of the window) -> digest of what
    was counted, of those windows that late activity can still reopen. `rules`: the version of the rules at the time.
    Replaced by each run that closes more.
    """

    subscription = models.OneToOneField(Subscription, models.CASCADE, primary_key=True, db_constraint=False)
    until = models.DateField()
    changes = models.IntegerField()
    readings = models.JSONField(default=dict)
    rules = models.SmallIntegerField()

    class Meta:
        db_table = "closing"


class Grant(models.Model):
    """A part of a limit: `quantity` people of a meter (null: unlimited) for a pool, in [from_at, to_at).

    `at_limit`: what happens to a claim beyond it. Derived from the changes of a subscription and rewritten with them.
    """

    organization_id = models.BigIntegerField()
    meter = models.ForeignKey(Meter, models.PROTECT, db_constraint=False, db_index=False)
    pool_id = models.BigIntegerField()
    subscription = models.ForeignKey(Subscription, models.CASCADE, db_constraint=False)
    quantity = models.IntegerField(null=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    at_limit = models.CharField(max_length=10, default="block")

    class Meta:
        db_table = "limit_grant"
        constraints = [
            models.CheckConstraint(condition=models.Q(at_limit__in=AT_LIMIT), name="limit_grant_at_limit"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="limit_grant_not_negative"),
            models.CheckConstraint(condition=models.Q(to_at__gt=models.F("from_at")), name="limit_grant_span"),
        ]
        indexes = [models.Index(fields=["pool_id", "meter", "from_at"], name="limit_grant_of_pool")]
