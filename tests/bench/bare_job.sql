-- The bench study as the least SQL that fills the same tables: casts and conditions, nothing else. It cleans nothing,
-- and the first value that cannot be typed ends it. In @...@: what study.py makes of the study definition.
CREATE SCHEMA bench;

CREATE PROCEDURE bench.take_center(center text) LANGUAGE plpgsql SET jit = off SET work_mem = '64MB' AS $$
BEGIN
    WITH page AS MATERIALIZED (
        SELECT p.*, 1 AS event_order, substr(p.event, 7)::bigint AS event_number, @items@
        FROM edc.crf_page p
        CROSS JOIN LATERAL json_to_record(p.data) AS r(@typed_columns@)
        WHERE p.center_id = center
        ORDER BY p.subject_id, p.event, p.event_repeat, p.form, p.form_repeat
    ), typed AS (
        INSERT INTO analysis.vs
        SELECT center_id, subject_id, event, event_repeat, form_repeat, event_order, event_number, NULL::int, false, @items@,
               submitted_at, NULL::jsonb, 1
        FROM page
    ), violated AS (
        -- Most pages violate nothing: they are left out before the checks are looked at one by one.
        SELECT page.*, v.n
        FROM page
        CROSS JOIN LATERAL unnest(ARRAY[@violated_checks@]) AS v(n)
        WHERE (@all_hold@) IS FALSE AND v.n IS NOT NULL
    ), found AS (
        INSERT INTO analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item,
                                      severity, message, state, outcome, evidence, opened_run, opened_at)
        SELECT center_id, subject_id, event, event_repeat, form, form_repeat, @check_id@, @check_item@, @severity@,
               @message@, 'open', 'false', (@evidence@)::json, 1, now()
        FROM violated
    )
    INSERT INTO analysis.subject (center_id, subject_id, pages, quarantined, digest, run_id)
    SELECT center_id, subject_id, count(*), 0, sha256(convert_to(string_agg(@netstrings@, ''), 'UTF8')), 1
    FROM (SELECT *, (date_part('epoch', submitted_at) * 1000000)::bigint AS submitted_us FROM page) AS page
    GROUP BY center_id, subject_id;
END $$;
