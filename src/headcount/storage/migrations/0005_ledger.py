"""The ledger with all its kinds, payers, closings, drafts, adjustments, credits and payments."""

import functools

import django.db.models.deletion
from django.db import migrations, models

import headcount.storage.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0004_terms_and_offers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "public_id",
                    models.CharField(
                        default=functools.partial(headcount.storage.models.base.public_id, *("adj",), **{}),
                        editable=False,
                        max_length=40,
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("units", models.DecimalField(decimal_places=6, max_digits=20)),
                ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("actor", models.CharField(max_length=120)),
                ("request_id", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "adjustment",
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("amount_minor", models.BigIntegerField()),
                ("actor", models.CharField(max_length=120)),
                ("request_id", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "allocation",
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "subscription",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="storage.subscription",
                    ),
                ),
                ("until", models.DateField()),
                ("changes", models.IntegerField()),
                ("readings", models.JSONField(default=dict)),
                ("rules", models.SmallIntegerField()),
            ],
            options={
                "db_table": "closing",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("billing_date", models.DateField()),
                ("finalise_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("purchase_order", models.CharField(blank=True, default="", max_length=80)),
                ("net_minor", models.BigIntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("content", models.TextField()),
            ],
            options={
                "db_table": "draft",
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "public_id",
                    models.CharField(
                        default=functools.partial(headcount.storage.models.base.public_id, *("pay",), **{}),
                        editable=False,
                        max_length=40,
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("received_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("method", models.CharField(max_length=20)),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("actor", models.CharField(max_length=120)),
                ("request_id", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "payment",
            },
        ),
        migrations.CreateModel(
            name="PaymentOwner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("request_id", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "payment_owner",
            },
        ),
        migrations.CreateModel(
            name="PromotionalCredit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "public_id",
                    models.CharField(
                        default=functools.partial(headcount.storage.models.base.public_id, *("crd",), **{}),
                        editable=False,
                        max_length=40,
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("valid_from", models.DateField()),
                ("expires_on", models.DateField(null=True)),
                ("actor", models.CharField(max_length=120)),
                ("request_id", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "promotional_credit",
            },
        ),
        migrations.RemoveConstraint(
            model_name="billedline",
            name="billed_kind",
        ),
        migrations.AddField(
            model_name="billedline",
            name="adjustment_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="billedline",
            name="credit_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="billedline",
            name="rules",
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="customer",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="payer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pays_for",
                to="storage.customer",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="kind",
            field=models.CharField(default="invoice", max_length=12),
        ),
        migrations.AddField(
            model_name="invoice",
            name="original",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="storage.invoice",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="purchase_order",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="charge",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="invoice",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="storage.invoice",
            ),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="period_end",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="period_start",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="plan_version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="storage.planversion",
            ),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="position",
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="price",
            field=models.DecimalField(decimal_places=12, max_digits=30, null=True),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="span_end",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="span_start",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="subscription",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="storage.subscription",
            ),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="times",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="storage.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="billedline",
            index=models.Index(fields=["invoice"], name="billed_line_of_invoice"),
        ),
        migrations.AddIndex(
            model_name="billedline",
            index=models.Index(
                condition=models.Q(("credit_id__isnull", False)), fields=["credit_id"], name="billed_line_of_credit"
            ),
        ),
        migrations.AddIndex(
            model_name="billedline",
            index=models.Index(
                condition=models.Q(("adjustment_id__isnull", False)),
                fields=["adjustment_id"],
                name="billed_line_of_adjustment",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)),
                fields=["organization_id", "due_on", "id"],
                name="customer_due",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("payer__isnull", False)), fields=["payer"], name="customer_of_payer"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("original__isnull", False)), fields=["original"], name="invoice_of_original"
            ),
        ),
        migrations.AddConstraint(
            model_name="billedline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "invoiced",
                            "correction",
                            "paid_before",
                            "waived",
                            "concession",
                            "manual",
                            "promotion",
                            "moved",
                        ],
                    )
                ),
                name="billed_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["invoiced", "correction", "paid_before", "waived"]), _negated=True),
                    models.Q(
                        ("period_end__isnull", False),
                        ("period_start__isnull", False),
                        ("plan_version__isnull", False),
                        ("price__isnull", False),
                        ("span_end__isnull", False),
                        ("span_start__isnull", False),
                        ("subscription__isnull", False),
                        ("times__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="billed_covers",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invoice__isnull", True), ("kind__in", ["paid_before", "waived"])),
                    models.Q(
                        ("invoice__isnull", False),
                        ("position__isnull", False),
                        models.Q(("kind__in", ["paid_before", "waived"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="billed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "correction"), ("reverses_id", None), _negated=True), name="billed_corrects"
            ),
        ),
        migrations.AddConstraint(
            model_name="billedline",
            constraint=models.CheckConstraint(
                condition=models.Q(("adjustment_id", None), ("kind", "manual"), _negated=True), name="billed_by_hand"
            ),
        ),
        migrations.AddConstraint(
            model_name="billedline",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_id", None), ("kind", "promotion"), _negated=True), name="billed_promotion"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("payer", models.F("id")), _negated=True), name="customer_not_own_payer"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["invoice", "credit_note", "cancellation"])), name="invoice_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gross_minor__gte", 0), ("kind", "invoice")),
                    models.Q(models.Q(("kind", "invoice"), _negated=True), ("gross_minor__lte", 0)),
                    _connector="OR",
                ),
                name="invoice_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "cancellation")), fields=("original",), name="invoice_cancelled_once"
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="adjustments", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="withdraws",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withdrawn_by",
                to="storage.adjustment",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="credit_note",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="credited", to="storage.invoice"
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="storage.invoice"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="customer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="storage.customer"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="reverses",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversed_by", to="storage.payment"
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="payment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="storage.payment"
            ),
        ),
        migrations.AddField(
            model_name="paymentowner",
            name="customer",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="storage.customer"),
        ),
        migrations.AddField(
            model_name="paymentowner",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="owner", to="storage.payment"
            ),
        ),
        migrations.AddField(
            model_name="promotionalcredit",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="promotional_credits", to="storage.customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("organization_id", "key"), name="payment_key"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="payment_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="allocation_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit_note__isnull", False), ("payment__isnull", True)),
                    models.Q(("credit_note__isnull", True), ("payment__isnull", False)),
                    _connector="OR",
                ),
                name="allocation_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionalcredit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="promotional_credit_above_zero"
            ),
        ),
        migrations.RemoveIndex(model_name="billedline", name="billed_line_of_subscription"),
        migrations.AddIndex(
            model_name="billedline",
            index=models.Index(fields=["subscription", "period_end"], name="billed_line_of_open_days"),
        ),
        migrations.SeparateDatabaseAndState(  # in the database by 0006, once older rows have it
            state_operations=[
                migrations.AlterField(model_name="invoice", name="due_on", field=models.DateField()),
            ]
        ),
    ]
