"""Who may do what: row-level security, grants of the application role, and rows that never change.

The application sees the rows of the organization that its transaction has set, and none if none is set. The owner
(migrations, purging) is not bound by that. What is appended is protected twice: the application has no right to
change it, and triggers refuse it to everybody else.
"""

from django.db import migrations

APPLICATION = "headcount_app"

APPEND_ONLY = ["invoice", "billed_line", "journal", "subscription_change", "member_status", "plan_version"]
RIGHTS = {
    "SELECT, INSERT": [
        *APPEND_ONLY, "subscription", "activity",
    ],
    "SELECT, INSERT, UPDATE": [
        "number_range", "journal_head", "meter", "product", "plan", "customer", "member", "customer_details", "member_details", "presence", "usage",
    ],
    "SELECT, INSERT, DELETE": ["limit_grant"],
}  # fmt: skip
TABLES = [table for tables in RIGHTS.values() for table in tables]

FUNCTIONS = """
CREATE FUNCTION current_organization_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('headcount.organization_id', true), '')::bigint $$;

CREATE FUNCTION organization_directory()
RETURNS TABLE (id bigint, public_id text, key text, mode text, terms jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id, public_id::text, key::text, mode::text, terms FROM organization ORDER BY key $$;
COMMENT ON FUNCTION organization_directory() IS
    'The one door through row-level security: which organizations there are. Their rows stay closed.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('headcount.purging', true) = OLD.organization_id::text THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is appended, never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'A correction is a new row that names the old one.';
END $$;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is appended, never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_birth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the mode and key of an organization are fixed at its birth'
        USING ERRCODE = 'restrict_violation', HINT = 'Make another organization.';
END $$;
CREATE TRIGGER organization_birth BEFORE UPDATE ON organization FOR EACH ROW
    WHEN (OLD.mode <> NEW.mode OR OLD.key <> NEW.key OR OLD.public_id <> NEW.public_id)
    EXECUTE FUNCTION keep_birth();

CREATE FUNCTION purge_organization(purged bigint) RETURNS void
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
        'customer_details', 'customer', 'plan_version', 'plan', 'product', 'meter', 'journal', 'journal_head']
    LOOP
        EXECUTE format('DELETE FROM %I WHERE organization_id = $1', emptied) USING purged;
    END LOOP;
    DELETE FROM organization WHERE id = purged;
    PERFORM set_config('headcount.purging', '', true);
END $$;
REVOKE ALL ON FUNCTION organization_directory(), purge_organization(bigint) FROM PUBLIC;
"""


def walls() -> str:
    mine = "(SELECT current_organization_id())"
    lines = [FUNCTIONS, f"GRANT USAGE ON SCHEMA public TO {APPLICATION};"]
    lines += [f"GRANT {rights} ON {', '.join(tables)} TO {APPLICATION};" for rights, tables in RIGHTS.items()]
    lines += [
        f"GRANT SELECT, INSERT, UPDATE ON organization TO {APPLICATION};",
        f"GRANT SELECT ON django_migrations TO {APPLICATION};",
        f"GRANT USAGE ON SEQUENCE organization_id_seq TO {APPLICATION};",
        f"GRANT EXECUTE ON FUNCTION organization_directory(), purge_organization(bigint) TO {APPLICATION};",
    ]
    for table, column in [("organization", "id"), *((table, "organization_id") for table in TABLES)]:
        lines += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY own_organization ON {table} USING ({column} = {mine}) WITH CHECK ({column} = {mine});",
        ]
    for table in APPEND_ONLY:
        lines += [
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_truncate();",
        ]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("storage", "0002_evidence")]
    operations = [migrations.RunSQL(walls(), migrations.RunSQL.noop)]
