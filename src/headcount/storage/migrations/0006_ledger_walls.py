"""Who may do what with the tables of the ledger and of payments; what older rows need; purging without a list.

References inside one organization are checked at the end of a transaction, so that a purge needs no order of tables.
"""

from django.db import migrations

APPLICATION = "headcount_app"
APPENDED = ["adjustment", "promotional_credit", "payment", "payment_owner", "allocation"]
DERIVED = ["closing", "draft"]
NAMED = ["adjustment", "promotional_credit", "payment"]
OWN = "organization_id = (SELECT current_organization_id())"

OLDER_ROWS = """
ALTER TABLE invoice ALTER COLUMN due_on TYPE date USING coalesce(due_on, issued_on);
ALTER TABLE invoice ALTER COLUMN due_on SET NOT NULL;
UPDATE customer SET due_on = coalesce(billed_until, started.on_day)
FROM (SELECT customer_id, min(start_on) AS on_day FROM subscription GROUP BY customer_id) AS started
WHERE started.customer_id = customer.id;
"""

PURGE = """
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
    SET CONSTRAINTS ALL DEFERRED;
    FOR emptied IN
        SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'organization_id'
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
    LOOP
        EXECUTE format('DELETE FROM %I WHERE organization_id = $1', emptied) USING purged;
    END LOOP;
    DELETE FROM organization WHERE id = purged;
    PERFORM set_config('headcount.purging', '', true);
END $$;
"""


def walls() -> str:
    lines = [
        f"GRANT SELECT, INSERT ON {', '.join(APPENDED)} TO {APPLICATION};",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(DERIVED)} TO {APPLICATION};",
        f"GRANT USAGE ON SEQUENCE invoice_id_seq TO {APPLICATION};",
    ]
    for table in [*APPENDED, *DERIVED]:
        lines += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY own_organization ON {table} USING ({OWN}) WITH CHECK ({OWN});",
        ]
    for table in APPENDED:
        lines += [
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_truncate();",
        ]
    lines += [f"ALTER TABLE {table} ADD CONSTRAINT {table}_public_id UNIQUE (public_id);" for table in NAMED]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("storage", "0005_ledger")]
    operations = [
        migrations.RunSQL(OLDER_ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(walls() + PURGE, migrations.RunSQL.noop),
    ]
