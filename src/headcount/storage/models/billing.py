"""The billed ledger and the documents that were made of it. Both are appended and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from headcount.core.drafts import CANCELLATION, CREDIT_NOTE, INVOICE
from headcount.core.ledger import CONCESSION, COVERING, MANUAL, MOVED, PAID_BEFORE, PROMOTION, WAIVED
from headcount.storage.models.base import OrganizationRow, public_id_field
from headcount.storage.models.catalog import PlanVersion
from headcount.storage.models.contracts import Subscription
from headcount.storage.models.people import Customer

DOCUMENTS = [INVOICE, CREDIT_NOTE, CANCELLATION]
WITHOUT_DOCUMENT = [PAID_BEFORE, WAIVED]


class Invoice(OrganizationRow):
    """A finalised document. `snapshot` is its canonical text, `sha256` the digest of that text.

    Amounts are signed as they change what the customer owes: those of credit notes and cancellations are not above
    zero, although the document prints them positive. `original`: the document that is corrected.
    """

    public_id = public_id_field("inv")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", db_constraint=False)
    kind = models.CharField(max_length=12, default="invoice")
    original = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections", db_index=False)
    number_range = models.CharField(max_length=40)
    number_in_range = models.BigIntegerField()
    number = models.CharField(max_length=16)
    billing_date = models.DateField()
    issued_on = models.DateField()
    due_on = models.DateField()
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
            models.CheckConstraint(condition=Q(gross_minor=F("net_minor") + F("tax_minor")), name="invoice_adds_up"),
            models.CheckConstraint(condition=Q(kind__in=DOCUMENTS), name="invoice_kind"),
            models.CheckConstraint(
                condition=Q(kind="invoice", gross_minor__gte=0) | (~Q(kind="invoice") & Q(gross_minor__lte=0)),
                name="invoice_sign",
            ),
            models.UniqueConstraint(
                fields=["original"], condition=Q(kind="cancellation"), name="invoice_cancelled_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "-issued_on", "-number_range", "-number_in_range"],
                include=["currency", "net_minor"],
                name="invoice_newest",
            ),
            models.Index(fields=["original"], condition=Q(original__isnull=False), name="invoice_of_original"),
        ]


class BilledLine(OrganizationRow):
    """One entry of the ledger.

    Most cover days [span_start, span_end) of a period, charged `times` times at one price point: `price` is the price
    of the whole period in major units, quantity included; `quantity` null is unlimited, and an average has two
    decimals; `proration` is the rule by which some days are a share of the period; `rules` the version of the rules
    that priced it. The kinds:

    * `invoiced`: a line of a document, or a negative one that takes days back.
    * `correction`: takes back the entry `reverses`, so that the difference is open again.
    * `concession`: an amount given back on the entry `reverses`, that is not billed again; or taken back itself.
    * `paid_before`, `waived`: days that count as billed without a document: taken as paid or brought along from
      another system, or given up.
    * `manual`: a line that somebody added (`adjustment`).
    * `promotion`: what was used of a promotional credit (`credit`).
    * `moved`: an amount that one credit note leaves to another, which has the same amount with the other sign.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, db_index=False, db_constraint=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, db_index=False, db_constraint=False)
    charge = models.CharField(max_length=80, default="", blank=True)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    price = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    currency = models.CharField(max_length=3)
    proration = models.CharField(max_length=20, default="actual days")
    span_start = models.DateField(null=True)
    span_end = models.DateField(null=True)
    times = models.SmallIntegerField(null=True)
    amount_minor = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    rules = models.SmallIntegerField(default=1)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4)
    reverses_id = models.BigIntegerField(null=True)
    adjustment_id = models.BigIntegerField(null=True)
    credit_id = models.BigIntegerField(null=True)
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, related_name="entries", db_index=False, db_constraint=False
    )
    position = models.IntegerField(null=True)

    class Meta:
        db_table = "billed_line"
        constraints = [
            models.CheckConstraint(condition=Q(span_start__gte=F("period_start")), name="billed_from"),
            models.CheckConstraint(condition=Q(span_end__lte=F("period_end")), name="billed_to"),
            models.CheckConstraint(condition=Q(span_start__lt=F("span_end")), name="billed_span"),
            models.CheckConstraint(condition=~Q(times=0), name="billed_times"),
            models.CheckConstraint(
                condition=Q(kind__in=[*COVERING, CONCESSION, MANUAL, PROMOTION, MOVED]), name="billed_kind"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[*COVERING])
                | Q(
                    subscription__isnull=False,
                    plan_version__isnull=False,
                    period_start__isnull=False,
                    period_end__isnull=False,
                    price__isnull=False,
                    span_start__isnull=False,
                    span_end__isnull=False,
                    times__isnull=False,
                ),
                name="billed_covers",
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=True, kind__in=WITHOUT_DOCUMENT)
                | (Q(invoice__isnull=False, position__isnull=False) & ~Q(kind__in=WITHOUT_DOCUMENT)),
                name="billed_on",
            ),
            models.CheckConstraint(condition=~Q(kind="correction", reverses_id=None), name="billed_corrects"),
            models.CheckConstraint(condition=~Q(kind="manual", adjustment_id=None), name="billed_by_hand"),
            models.CheckConstraint(condition=~Q(kind="promotion", credit_id=None), name="billed_promotion"),
        ]
        indexes = [
            models.Index(fields=["subscription", "period_end"], name="billed_line_of_open_days"),
            models.Index(fields=["invoice"], name="billed_line_of_invoice"),
            models.Index(fields=["credit_id"], condition=Q(credit_id__isnull=False), name="billed_line_of_credit"),
            models.Index(
                fields=["adjustment_id"], condition=Q(adjustment_id__isnull=False), name="billed_line_of_adjustment"
            ),
        ]


class Draft(OrganizationRow):
    """A document that waits for its time: a projection that each run replaces. `content` is what it would say."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="drafts")
    billing_date = models.DateField()
    finalise_on = models.DateField()
    currency = models.CharField(max_length=3)
    purchase_order = models.CharField(max_length=80, default="", blank=True)
    net_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    content = models.TextField()

    class Meta:
        db_table = "draft"


class Adjustment(OrganizationRow):
    """What somebody wants on the next document of a customer, or that an earlier wish is no longer meant (`withdraws`).

    `units` x `unit_price` = `amount_minor`; below zero: a discount. Waits until an entry of the ledger names it.
    """

    public_id = public_id_field("adj")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="adjustments")
    text = models.CharField(max_length=200)
    units = models.DecimalField(max_digits=20, decimal_places=6)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawn_by")
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "adjustment"


class PromotionalCredit(OrganizationRow):
    """A discount before tax on what is billed in [valid_from, expires_on); null: it does not expire (SPEC 3.10).

    What is left of it is `amount_minor` plus the entries of the ledger that name it.
    """

    public_id = public_id_field("crd")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="promotional_credits")
    text = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    expires_on = models.DateField(null=True)
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)

    class Meta:
        db_table = "promotional_credit"
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="promotional_credit_above_zero")]
