"""The billed ledger and the documents that were made of it. Both are appended and never changed."""

from __future__ import annotations

from django.db import models

from headcount.storage.models.base import OrganizationRow, public_id_field
from headcount.storage.models.catalog import PlanVersion
from headcount.storage.models.contracts import Subscription
from headcount.storage.models.people import Customer


class Invoice(OrganizationRow):
    """A finalised document. `snapshot` is its canonical text, `sha256` the digest of that text."""

    public_id = public_id_field("inv")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices")
    number_range = models.CharField(max_length=40)
    number_in_range = models.BigIntegerField()
    number = models.CharField(max_length=16)
    billing_date = models.DateField()
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "invoice"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "number"], name="invoice_number"),
            models.UniqueConstraint(
                fields=["organization_id", "number_range", "number_in_range"], name="invoice_number_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(gross_minor=models.F("net_minor") + models.F("tax_minor")), name="invoice_adds_up"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "-issued_on", "-number_range", "-number_in_range"],
                include=["currency", "net_minor"],
                name="invoice_newest",
            )
        ]


class BilledLine(OrganizationRow):
    """One entry of the ledger: days [span_start, span_end) of a period charged `times` times at one price point.

    `price` is the price of the whole period in major units, quantity included; `quantity` null is unlimited, and an
    average has two decimals. `proration` is the rule by which some days are a share of the period.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, db_index=False)
    charge = models.CharField(max_length=80)
    period_start = models.DateField()
    period_end = models.DateField()
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    price = models.DecimalField(max_digits=30, decimal_places=12)
    currency = models.CharField(max_length=3)
    proration = models.CharField(max_length=20, default="actual days")
    span_start = models.DateField()
    span_end = models.DateField()
    times = models.SmallIntegerField()
    amount_minor = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4)
    reverses_id = models.BigIntegerField(null=True)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="entries")
    position = models.IntegerField()

    class Meta:
        db_table = "billed_line"
        constraints = [
            models.CheckConstraint(condition=models.Q(span_start__gte=models.F("period_start")), name="billed_from"),
            models.CheckConstraint(condition=models.Q(span_end__lte=models.F("period_end")), name="billed_to"),
            models.CheckConstraint(condition=models.Q(span_start__lt=models.F("span_end")), name="billed_span"),
            models.CheckConstraint(condition=~models.Q(times=0), name="billed_times"),
            models.CheckConstraint(condition=models.Q(kind="invoiced"), name="billed_kind"),
        ]
        indexes = [models.Index(fields=["subscription", "period_start"], name="billed_line_of_subscription")]
