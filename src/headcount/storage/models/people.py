"""Customers, their members, and the statuses of members. What names a person lies apart and can be erased."""

from __future__ import annotations

from django.db import models

from headcount.storage.models.base import OrganizationRow, public_id_field

STATUSES = ["added", "invited", "activated", "inactive"]


class Customer(OrganizationRow):
    """Who has the contract. Its id is also the id of its pool: the people who are counted together.

    `payer`: another customer who gets the documents and pays. `billed_until`: days up to this one are over; what is
    found out about them later is billed on an open day. `due_on`: the first day on which something may be due of all
    that this customer pays; may be too early, never too late; null: nothing ever is. Both are those of the payer.
    `chain`: the customer in whose pool the people of this site count (SPEC 1.13); `once_per_site` is said of that
    customer: whether a person at two of its sites counts twice.
    """

    public_id = public_id_field("cus")
    key = models.CharField(max_length=200)
    payer = models.ForeignKey("self", models.PROTECT, null=True, related_name="pays_for", db_index=False)
    billed_until = models.DateField(null=True)
    due_on = models.DateField(null=True)
    chain = models.ForeignKey("self", models.PROTECT, null=True, related_name="sites", db_index=False)
    once_per_site = models.BooleanField(default=False)

    class Meta:
        db_table = "customer"
        constraints = [
            models.CheckConstraint(condition=~models.Q(chain=models.F("id")), name="customer_not_own_site"),
            models.UniqueConstraint(fields=["organization_id", "key"], name="customer_key"),
            models.CheckConstraint(condition=~models.Q(payer=models.F("id")), name="customer_not_own_payer"),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "due_on", "id"],
                condition=models.Q(due_on__isnull=False),
                name="customer_due",
            ),
            models.Index(fields=["payer"], condition=models.Q(payer__isnull=False), name="customer_of_payer"),
            models.Index(fields=["chain"], condition=models.Q(chain__isnull=False), name="customer_of_chain"),
        ]


class CustomerDetails(OrganizationRow):
    """Personal data of a customer, as documents address them."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="details")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    vat_id = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, blank=True)

    class Meta:
        db_table = "customer_details"


class Member(OrganizationRow):
    """A person of a customer. `public_id` has a default in the database too: people arrive by the ten thousand.

    `role`: what they are, for meters that count some roles only. It says what counted in the past too, so it stays.
    `anonymised_at`: since when the key is a made-up one and no name is known (SPEC 7.7).
    """

    public_id = public_id_field("mem")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="members", db_index=False)
    key = models.CharField(max_length=200)
    role = models.CharField(max_length=40, default="", db_default="", blank=True)
    anonymised_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "member"
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="member_key")]


class MemberDetails(OrganizationRow):
    """What names a person. `marketing`: whether they may be written to after they have left (SPEC 1.7)."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="details")
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    marketing = models.BooleanField(default=False)

    class Meta:
        db_table = "member_details"


class MemberStatus(OrganizationRow):
    """Appended: from `from_at` on the member has this status, until the next row says otherwise."""

    customer = models.ForeignKey(Customer, models.PROTECT)
    member = models.ForeignKey(Member, models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=10)
    from_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "member_status"
        constraints = [models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="member_status_known")]
        indexes = [models.Index(fields=["customer", "member", "from_at"], name="member_status_history")]
