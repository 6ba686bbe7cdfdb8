"""Offers beside plans; averages as quantities; the rule by which some days of a period are a share of it."""

import functools

from django.db import migrations, models

import headcount.storage.models.base

APPLICATION = "headcount_app"

WALLS = f"""
GRANT SELECT, INSERT, UPDATE ON offer TO {APPLICATION};
ALTER TABLE offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON offer USING (organization_id = (SELECT current_organization_id()))
    WITH CHECK (organization_id = (SELECT current_organization_id()));
ALTER TABLE offer ADD CONSTRAINT offer_public_id UNIQUE (public_id);

CREATE OR REPLACE FUNCTION purge_organization(purged bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE emptied text;
BEGIN
    IF purged IS DISTINCT FROM current_organization_id() THEN
        RAISE EXCEPTION 'only the organization that is set can be purged' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM organization WHERE id = purged AND mode = 'test') THEN
        RAISE EXCEPTION 'only a test organization can be purged' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('headcount.purging', purged::text, true);
    FOREACH emptied IN ARRAY ARRAY['billed_line', 'invoice', 'number_range', 'limit_grant', 'subscription_change',
        'subscription', 'usage', 'presence', 'activity', 'member_status', 'member_details', 'member',
        'customer_details', 'customer', 'plan_version', 'plan', 'offer', 'product', 'meter', 'journal', 'journal_head']
    LOOP
        EXECUTE format('DELETE FROM %I WHERE organization_id = $1', emptied) USING purged;
    END LOOP;
    DELETE FROM organization WHERE id = purged;
    PERFORM set_config('headcount.purging', '', true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0003_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="billedline",
            name="proration",
            field=models.CharField(default="actual days", max_length=20),
        ),
        migrations.AlterField(
            model_name="billedline",
            name="quantity",
            field=models.DecimalField(decimal_places=2, max_digits=12, null=True),
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "public_id",
                    models.CharField(
                        default=functools.partial(headcount.storage.models.base.public_id, *("off",), **{}),
                        editable=False,
                        max_length=40,
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("definition", models.JSONField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "offer",
                "constraints": [models.UniqueConstraint(fields=("organization_id", "key"), name="offer_key")],
            },
        ),
        migrations.RunSQL(WALLS, migrations.RunSQL.noop),
    ]
