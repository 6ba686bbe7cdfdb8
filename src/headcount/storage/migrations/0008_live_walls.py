"""Withdrawals, claims and records of one person: keyed by pool like the evidence they are about; who may do what.

`standing_activity` is the evidence as it counts: without what was withdrawn, and with one id for each person. A pool
of 0 in `withdrawal` means every customer's.
"""

from django.db import migrations

APPLICATION = "headcount_app"
APPENDED = ["seat_event", "event", "withdrawal", "claim"]
RIGHTS = {
    "SELECT, INSERT": APPENDED,
    "SELECT, INSERT, UPDATE": ["licence_request", "api_key", "member_alias"],
}
OWN = "organization_id = (SELECT current_organization_id())"

TABLES = """
CREATE TABLE withdrawal (
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text NOT NULL,
    request_id text NOT NULL,
    PRIMARY KEY (organization_id, source_id, pool_id)
);

CREATE TABLE member_alias (
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    member_id bigint PRIMARY KEY,
    into_id bigint NOT NULL CHECK (into_id <> member_id),
    recorded_at timestamptz NOT NULL
);

CREATE TABLE claim (
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    member_id bigint NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    answer jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (pool_id, key)
);

CREATE VIEW standing_activity WITH (security_invoker = true) AS
SELECT activity.organization_id, activity.pool_id, coalesce(into_id, activity.member_id) AS member_id, occurred_at,
    source_id, kind, activity.recorded_at
FROM activity LEFT JOIN member_alias ON member_alias.member_id = activity.member_id
WHERE NOT EXISTS (
    SELECT FROM withdrawal
    WHERE withdrawal.organization_id = activity.organization_id AND withdrawal.source_id = activity.source_id
    AND (withdrawal.pool_id = 0 OR withdrawal.pool_id = activity.pool_id)
);

ALTER TABLE customer ALTER COLUMN once_per_site SET DEFAULT false;
ALTER TABLE member_details ALTER COLUMN marketing SET DEFAULT false;
ALTER TABLE limit_grant ALTER COLUMN at_limit SET DEFAULT 'block';
ALTER TABLE event ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX event_order ON event (organization_id, transaction, id);
COMMENT ON COLUMN event.transaction IS
    'Read in this order, and not beyond what still runs, nothing that commits later is passed over.';
"""

OPENED = """
CREATE FUNCTION api_key_owner(given text)
RETURNS TABLE (key_id text, organization_id bigint, scopes jsonb, terms jsonb, kinds jsonb, clock_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN  -- not in SQL: that would be planned anew in each request
    RETURN QUERY
    SELECT k.public_id::text, o.id, k.scopes, o.terms, o.kinds, o.clock_at
    FROM api_key k JOIN organization o ON o.id = k.organization_id
    WHERE k.hash = given AND k.revoked_at IS NULL;
END $$;
COMMENT ON FUNCTION api_key_owner(text) IS
    'Whose key this is: the second door through row-level security. It takes the hash of a key and opens to it alone.';
REVOKE ALL ON FUNCTION api_key_owner(text) FROM PUBLIC;
"""


def walls() -> str:
    lines = [TABLES, OPENED, f"GRANT EXECUTE ON FUNCTION api_key_owner(text) TO {APPLICATION};"]
    lines += [f"GRANT {rights} ON {', '.join(tables)} TO {APPLICATION};" for rights, tables in RIGHTS.items()]
    lines += [
        f"GRANT SELECT ON standing_activity TO {APPLICATION};",
        f"GRANT DELETE ON member_details, presence, usage TO {APPLICATION};",
    ]
    for table in [table for tables in RIGHTS.values() for table in tables]:
        lines += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY own_organization ON {table} USING ({OWN}) WITH CHECK ({OWN});",
        ]
    for table in APPENDED:
        lines += [
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_truncate();",
        ]
    named = ["licence_request", "event", "api_key"]
    lines += [f"ALTER TABLE {table} ADD CONSTRAINT {table}_public_id UNIQUE (public_id);" for table in named]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("storage", "0007_live_metering")]
    operations = [migrations.RunSQL(walls(), migrations.RunSQL.noop)]
