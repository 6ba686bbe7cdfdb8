"""Activity, presence and usage: the tables of the hot path.

They have no foreign keys and carry the pool in every key, so that they can be sharded by pool. The unique key of the
evidence absorbs an activity that is sent again; being partitioned by the month in which things happened, each part of
that key stays small, and a search for a person's next-earliest activity in a window touches one part.
"""

from django.db import migrations

NAMED = ["organization", "meter", "product", "plan", "customer", "member", "subscription", "invoice"]
UNIQUE = "".join(f"ALTER TABLE {table} ADD CONSTRAINT {table}_public_id UNIQUE (public_id);\n" for table in NAMED)

FORWARD = """
ALTER TABLE customer ALTER COLUMN public_id SET DEFAULT 'cus_' || replace(gen_random_uuid()::text, '-', '');
ALTER TABLE member ALTER COLUMN public_id SET DEFAULT 'mem_' || replace(gen_random_uuid()::text, '-', '');

CREATE TABLE activity (
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    member_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT activity_once UNIQUE (pool_id, member_id, occurred_at, source_id, kind)
) PARTITION BY RANGE (occurred_at);
CREATE TABLE activity_earlier PARTITION OF activity FOR VALUES FROM (MINVALUE) TO ('2026-01-01 00:00:00+00');
CREATE TABLE activity_later PARTITION OF activity DEFAULT;

CREATE TABLE presence (
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    meter_id bigint NOT NULL,
    window_start date NOT NULL,
    member_id bigint NOT NULL,
    first_at timestamptz NOT NULL,
    first_id text COLLATE "C" NOT NULL,
    first_kind text NOT NULL,
    PRIMARY KEY (pool_id, meter_id, window_start, member_id)
);

CREATE TABLE usage (
    organization_id bigint NOT NULL,
    pool_id bigint NOT NULL,
    meter_id bigint NOT NULL,
    window_start date NOT NULL,
    count integer NOT NULL CHECK (count >= 0),
    PRIMARY KEY (pool_id, meter_id, window_start)
) WITH (fillfactor = 70);
"""

BACKWARD = "DROP TABLE activity, presence, usage;"


class Migration(migrations.Migration):
    dependencies = [("storage", "0001_rows")]
    operations = [migrations.RunSQL(UNIQUE + FORWARD, BACKWARD)]
