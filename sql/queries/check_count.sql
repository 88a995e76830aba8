-- Keeps the outcomes ($3 to $8) of the pass at center $1 under definition $2: alone where it began anew ($9) or the definition
-- is another, else together with those before.
INSERT INTO crfd.check_count AS c (center_id, study_digest, check_ids, trues, falses, unknowns, errors, fired)
VALUES ($1, $2, $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::date[])
ON CONFLICT (center_id) DO UPDATE
SET study_digest = excluded.study_digest,
    (check_ids, trues, falses, unknowns, errors, fired) = (
        SELECT coalesce(array_agg(check_id), '{}'), coalesce(array_agg(trues), '{}'), coalesce(array_agg(falses), '{}'),
               coalesce(array_agg(unknowns), '{}'), coalesce(array_agg(errors), '{}'), coalesce(array_agg(fired), '{}')
        FROM (SELECT check_id, sum(trues)::bigint, sum(falses)::bigint, sum(unknowns)::bigint, sum(errors)::bigint, max(fired)
              FROM (SELECT * FROM unnest(excluded.check_ids, excluded.trues, excluded.falses, excluded.unknowns,
                                         excluded.errors, excluded.fired) AS o
                    UNION ALL
                    SELECT * FROM unnest(c.check_ids, c.trues, c.falses, c.unknowns, c.errors, c.fired) AS o
                    WHERE NOT $9::boolean AND c.study_digest = excluded.study_digest)
                   AS counted(check_id, trues, falses, unknowns, errors, fired)
              GROUP BY check_id) AS summed(check_id, trues, falses, unknowns, errors, fired))
