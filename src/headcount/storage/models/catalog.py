"""What is sold. Definitions are the tables of a catalog file; a published plan version never changes."""

from __future__ import annotations

from django.db import models

from headcount.storage.models.base import OrganizationRow, public_id_field


class Meter(OrganizationRow):
    public_id = public_id_field("mtr")
    key = models.CharField(max_length=80)
    definition = models.JSONField()

    class Meta:
        db_table = "meter"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="meter_key")]


class Product(OrganizationRow):
    public_id = public_id_field("prd")
    key = models.CharField(max_length=80)
    definition = models.JSONField()

    class Meta:
        db_table = "product"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="product_key")]


class Plan(OrganizationRow):
    """`retired_at` set: no longer sold; running subscriptions keep it."""

    public_id = public_id_field("pln")
    key = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="plan_key")]


class PlanVersion(OrganizationRow):
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    definition = models.JSONField()

    class Meta:
        db_table = "plan_version"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="plan_version_from_one"),
        ]


class Offer(OrganizationRow):
    """Plans that are sold together. `retired_at` set: no longer sold."""

    public_id = public_id_field("off")
    key = models.CharField(max_length=80)
    definition = models.JSONField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "offer"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="offer_key")]
