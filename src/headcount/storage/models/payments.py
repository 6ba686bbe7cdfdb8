"""Money that came in, and which documents it settles. Appended; open amounts and states are derived from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from headcount.storage.models.base import OrganizationRow, public_id_field
from headcount.storage.models.billing import Invoice
from headcount.storage.models.people import Customer


class Payment(OrganizationRow):
    """Money received; below zero: paid back or returned. `key` is the sender's own id, so that nothing comes twice.

    `customer` null: not known yet whose it is, see PaymentOwner. `reverses`: the payment that came back.
    """

    public_id = public_id_field("pay")
    key = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="payments")
    received_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    method = models.CharField(max_length=20)
    reference = models.CharField(max_length=200, default="", blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=200, default="", blank=True)
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "payment"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "key"], name="payment_key"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="payment_not_zero"),
        ]


class PaymentOwner(OrganizationRow):
    """Whose a payment is that came without a name."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="owner")
    customer = models.ForeignKey(Customer, models.PROTECT)
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "payment_owner"


class Allocation(OrganizationRow):
    """`amount_minor` of a payment or of a credit note settles that much of an invoice; below zero takes it back."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="allocations")
    credit_note = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="credited")
    amount_minor = models.BigIntegerField()
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "allocation"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="allocation_not_zero"),
            models.CheckConstraint(
                condition=Q(payment__isnull=True, credit_note__isnull=False)
                | Q(payment__isnull=False, credit_note__isnull=True),
                name="allocation_of_one",
            ),
        ]
