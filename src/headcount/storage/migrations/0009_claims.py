"""The claim: whether a person may count now, asked and recorded in one step (SPEC 2.1).

People first, then numbers, in the order of meters: the same order as activity that is reported, so that nobody waits in
a circle. Every statement sees what others have committed meanwhile, so the function is VOLATILE and the transaction
READ COMMITTED. Where a number has no room left the block that wrote is undone as a whole.
"""

from django.db import migrations

STAMPED = ["meter", "product", "plan", "plan_version", "offer"]
STAMP = """
ALTER TABLE organization ADD COLUMN catalog_stamp uuid NOT NULL DEFAULT gen_random_uuid();
COMMENT ON COLUMN organization.catalog_stamp IS
    'Another one whenever anything of the catalog is; never used twice, also not after a rollback.';

CREATE FUNCTION stamp_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.catalog_stamp := gen_random_uuid();
    RETURN NEW;
END $$;
CREATE TRIGGER organization_stamped BEFORE UPDATE ON organization FOR EACH ROW
    WHEN (OLD.terms IS DISTINCT FROM NEW.terms OR OLD.kinds IS DISTINCT FROM NEW.kinds)
    EXECUTE FUNCTION stamp_organization();

CREATE FUNCTION stamp_catalog() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE organization SET catalog_stamp = gen_random_uuid() WHERE id = coalesce(NEW.organization_id, OLD.organization_id);
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_stamped AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_catalog();\n"
    for table in STAMPED
)

FORWARD = """
CREATE INDEX member_alias_into ON member_alias (into_id);

CREATE TYPE claimed AS (
    meter_id bigint, outcome text, used integer, quantity bigint, at_limit text, member_id bigint, answer jsonb
);

CREATE FUNCTION limit_of(of_pool bigint, of_meter bigint, instant timestamptz, OUT quantity bigint, OUT at_limit text)
LANGUAGE plpgsql STABLE AS $$
BEGIN  -- not in SQL: that would be planned anew in each call
    SELECT
        CASE WHEN count(*) > 0 AND NOT coalesce(bool_or(limits AND g.quantity IS NULL), false)
            AND (coalesce(bool_or(limits), false) OR NOT bool_or(holds))
            THEN coalesce(sum(g.quantity) FILTER (WHERE limits), 0) END,
        CASE WHEN bool_or(holds AND g.at_limit = 'overage') THEN 'overage'
            WHEN bool_or(holds AND g.at_limit = 'warn') THEN 'warn'
            WHEN bool_or(holds AND g.at_limit = 'extend') THEN 'extend' ELSE 'block' END
    INTO quantity, at_limit
    FROM (
        SELECT l.quantity, l.at_limit, holds, holds AND l.at_limit <> 'none' AS limits FROM limit_grant l
        CROSS JOIN LATERAL (SELECT l.from_at <= instant AND (l.to_at IS NULL OR instant < l.to_at) AS holds) AS now
        WHERE l.pool_id = of_pool AND l.meter_id = of_meter
    ) AS g;
END $$;
COMMENT ON FUNCTION limit_of IS 'The rule of core/limits.py: no limit (null) where such people were never sold.';

CREATE FUNCTION claim_place(
    own bigint, of_pool bigint, of_member text, claim_key text, of_kind text, instant timestamptz, first_day date,
    meters bigint[], plainly boolean
) RETURNS SETOF claimed LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    record_id bigint; person bigint; said claim%ROWTYPE; is_new boolean; is_recorded boolean; number integer; full_at integer;
    found_rows claimed[] := '{}'; one claimed;
BEGIN
    IF EXISTS (SELECT FROM withdrawal WHERE source_id = claim_key AND pool_id IN (0, of_pool)) THEN
        RETURN NEXT (NULL, 'withdrawn', NULL, NULL, NULL, NULL, NULL)::claimed;
        RETURN;
    END IF;
    SELECT * INTO said FROM claim WHERE pool_id = of_pool AND key = claim_key;
    IF FOUND THEN
        RETURN NEXT (NULL, 'repeated', NULL, NULL, said.kind, said.member_id, said.answer)::claimed;
        RETURN;
    END IF;
    SELECT coalesce(into_id, member.id) INTO person
    FROM member LEFT JOIN member_alias ON member_alias.member_id = member.id
    WHERE customer_id = of_pool AND member.key = of_member;
    IF (
        SELECT bool_and(latest.status = 'inactive') FROM (  -- of all records of the person
            SELECT DISTINCT ON (s.member_id) s.status FROM member_status s
            WHERE s.customer_id = of_pool AND s.from_at <= instant AND s.member_id IN (
                SELECT person UNION ALL SELECT member_alias.member_id FROM member_alias WHERE into_id = person)
            ORDER BY s.member_id, s.from_at DESC, s.id DESC
        ) AS latest
    ) THEN
        RETURN NEXT (NULL, 'inactive', NULL, NULL, NULL, NULL, NULL)::claimed;
        RETURN;
    END IF;

    FOR place IN 1 .. cardinality(meters) LOOP  -- who finds no place is told without a write
        one := NULL;
        one.meter_id := meters[place];
        SELECT l.quantity, l.at_limit INTO one.quantity, one.at_limit FROM limit_of(of_pool, meters[place], instant) l;
        SELECT count INTO one.used FROM usage
        WHERE pool_id = of_pool AND meter_id = meters[place] AND window_start = first_day;
        one.used := coalesce(one.used, 0);
        -- After the number, so that a twin who is in it is seen.
        SELECT member.id, coalesce(into_id, member.id) INTO record_id, person
        FROM member LEFT JOIN member_alias ON member_alias.member_id = member.id
        WHERE customer_id = of_pool AND member.key = of_member;
        one.member_id := person;
        one.outcome := CASE
            WHEN EXISTS (SELECT FROM presence WHERE pool_id = of_pool AND meter_id = meters[place]
                AND window_start = first_day AND member_id = person) THEN 'already'
            WHEN one.at_limit IN ('block', 'extend') AND one.used >= one.quantity THEN 'full'
            ELSE 'new' END;
        found_rows := found_rows || one;
    END LOOP;
    IF NOT EXISTS (SELECT FROM unnest(found_rows) AS f WHERE f.outcome = 'full') THEN
        BEGIN
            IF record_id IS NULL THEN
                SELECT member.id, coalesce(into_id, member.id) INTO record_id, person
                FROM member LEFT JOIN member_alias ON member_alias.member_id = member.id
                WHERE customer_id = of_pool AND member.key = of_member;
            END IF;
            IF record_id IS NULL THEN
                INSERT INTO member (organization_id, customer_id, key, recorded_at)
                VALUES (own, of_pool, of_member, instant) ON CONFLICT DO NOTHING RETURNING id INTO record_id;
                IF record_id IS NULL THEN
                    SELECT id INTO record_id FROM member WHERE customer_id = of_pool AND key = of_member;
                END IF;
                person := record_id;
            END IF;
            INSERT INTO activity (organization_id, pool_id, member_id, occurred_at, source_id, kind, recorded_at)
            VALUES (own, of_pool, record_id, instant, claim_key, of_kind, instant) ON CONFLICT DO NOTHING;
            is_recorded := FOUND;
            IF NOT is_recorded AND EXISTS (SELECT FROM claim WHERE pool_id = of_pool AND key = claim_key) THEN
                RAISE EXCEPTION USING ERRCODE = '23505';  -- a twin was faster: its answer is the one to repeat
            END IF;
            FOR place IN 1 .. cardinality(meters) LOOP
                INSERT INTO presence AS known
                    (organization_id, pool_id, meter_id, window_start, member_id, first_at, first_id, first_kind)
                VALUES (own, of_pool, meters[place], first_day, person, instant, claim_key, of_kind)
                ON CONFLICT (pool_id, meter_id, window_start, member_id) DO UPDATE
                    SET first_at = excluded.first_at, first_id = excluded.first_id, first_kind = excluded.first_kind
                    WHERE (excluded.first_at, excluded.first_id, excluded.first_kind)
                        < (known.first_at, known.first_id, known.first_kind)
                RETURNING xmax = 0 INTO is_new;
                found_rows[place].outcome := CASE WHEN is_new THEN 'new' ELSE 'already' END;
                found_rows[place].member_id := person;
            END LOOP;
            FOR place IN 1 .. cardinality(meters) LOOP
                one := found_rows[place];
                CONTINUE WHEN one.outcome = 'already';
                INSERT INTO usage AS known (organization_id, pool_id, meter_id, window_start, count)
                VALUES (own, of_pool, one.meter_id, first_day, 1)
                ON CONFLICT (pool_id, meter_id, window_start) DO UPDATE SET count = known.count + 1
                    WHERE one.quantity IS NULL OR one.at_limit IN ('warn', 'overage') OR known.count < one.quantity
                RETURNING count INTO number;
                IF number IS NULL THEN
                    full_at := place;
                    RAISE EXCEPTION USING ERRCODE = 'HC001';
                END IF;
                IF plainly AND one.quantity - number BETWEEN -1 AND 0
                    OR plainly AND number * 100 >= one.quantity * 80 AND (number - 1) * 100 < one.quantity * 80 THEN
                    RAISE EXCEPTION USING ERRCODE = 'HC002';
                END IF;
                one.used := number;
                found_rows[place] := one;
            END LOOP;
            IF is_recorded THEN  -- else the very same was reported as activity, which is all there is to say
                INSERT INTO claim (organization_id, pool_id, key, member_id, kind, occurred_at, answer, recorded_at)
                VALUES (own, of_pool, claim_key, person, of_kind, instant, (
                    SELECT coalesce(jsonb_agg(jsonb_build_array(f.meter_id, f.outcome, f.used, f.quantity, f.at_limit)), '[]')
                    FROM unnest(found_rows) AS f
                ), instant);
            END IF;
        EXCEPTION WHEN SQLSTATE 'HC001' THEN  -- somebody else took the last place meanwhile
            FOR place IN 1 .. cardinality(meters) LOOP
                found_rows[place].used := coalesce((SELECT count FROM usage WHERE pool_id = of_pool
                    AND meter_id = meters[place] AND window_start = first_day), 0);
            END LOOP;
            found_rows[full_at].outcome := 'full';
        WHEN SQLSTATE 'HC002' THEN
            RETURN NEXT (NULL, 'slow', NULL, NULL, NULL, NULL, NULL)::claimed;
            RETURN;
        END;
    END IF;
    RETURN QUERY SELECT * FROM unnest(found_rows);
END $$;
COMMENT ON FUNCTION claim_place IS
    'Plainly: only where nothing else follows from it, such as a notice that a limit is near (slow: ask the other way).';

CREATE FUNCTION claim_at_once(
    own bigint, stamp uuid, customer_key text, of_member text, claim_key text, of_kind text, instant timestamptz,
    first_day date, meters bigint[]
) RETURNS SETOF claimed LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    of_pool bigint; of_chain bigint; said text;
BEGIN
    PERFORM set_config('headcount.organization_id', own::text, true);
    PERFORM pg_advisory_xact_lock_shared(7001, own::integer);
    IF NOT EXISTS (SELECT FROM organization WHERE id = own AND catalog_stamp = stamp) THEN
        said := 'stale';
    ELSE
        SELECT id, chain_id INTO of_pool, of_chain FROM customer WHERE key = customer_key;
        IF of_pool IS NULL OR of_chain IS NOT NULL THEN
            said := 'slow';
        END IF;
    END IF;
    IF said IS NOT NULL THEN
        RETURN NEXT (NULL, said, NULL, NULL, NULL, NULL, NULL)::claimed;
    ELSE
        RETURN QUERY SELECT * FROM claim_place(
            own, of_pool, of_member, claim_key, of_kind, instant, first_day, meters, true);
    END IF;
END $$;
COMMENT ON FUNCTION claim_at_once IS 'A whole transaction in one call, the organization and the catalog lock included.';
"""


class Migration(migrations.Migration):
    dependencies = [("storage", "0008_live_walls")]
    operations = [migrations.RunSQL(STAMP + FORWARD, migrations.RunSQL.noop)]
