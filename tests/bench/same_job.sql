-- The bench study as SQL that does what crfd does with it: any text may come, is cleaned with an audit row, becomes NULL
-- and a finding where it cannot be typed, and an unknown item becomes a finding. (Spared, in its favour: quarantine,
-- life cycle, the names of the cleaning steps.) The common case is recognised by one regular expression a value and
-- never calls a function. In @...@: what study.py makes of the study definition.
CREATE SCHEMA bench;

-- NFC, full-width forms, control characters, blanks; nothing left is NULL.
CREATE FUNCTION bench.clean(raw text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT nullif(btrim(regexp_replace(translate(normalize(raw, NFC), '０１２３４５６７８９．，－＋　', '0123456789.,-+ '),
                                       '[[:cntrl:][:space:]]+', ' ', 'g')), '')
$$;

CREATE FUNCTION bench.to_bigint(raw text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN bench.clean(raw)::bigint;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE FUNCTION bench.to_numeric(raw text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN bench.clean(raw)::numeric;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE FUNCTION bench.to_date(raw text) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN bench.clean(raw)::date;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE FUNCTION bench.to_text(raw text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT bench.clean(raw)
$$;

CREATE PROCEDURE bench.take_center(center text) LANGUAGE plpgsql SET jit = off SET work_mem = '64MB' AS $$
BEGIN
    WITH page AS MATERIALIZED (
        SELECT p.*, 1 AS event_order, substr(p.event, 7)::bigint AS event_number, @converted_items@,
               NOT (@all_plain@) AS dirty,
               (SELECT bool_and(key IN (@item_keys@)) FROM json_object_keys(p.data) AS key) AS known
        FROM edc.crf_page p
        CROSS JOIN LATERAL json_to_record(p.data) AS r(@text_columns@)
        -- OFFSET 0: or the planner would put each condition wherever it is used, and evaluate it twice.
        CROSS JOIN LATERAL (SELECT @plain_columns@ OFFSET 0) AS plain
        WHERE p.center_id = center
        ORDER BY p.subject_id, p.event, p.event_repeat, p.form, p.form_repeat
    ), typed AS (
        INSERT INTO analysis.vs
        SELECT center_id, subject_id, event, event_repeat, form_repeat, event_order, event_number, NULL::int, false, @items@,
               submitted_at, NULL::jsonb, 1
        FROM page
    ), dirty AS (
        SELECT page.*, value.item, value.raw, bench.clean(value.raw) AS cleaned, value.typed
        FROM page
        CROSS JOIN LATERAL (VALUES @item_values@) AS value(item, raw, typed)
        WHERE page.dirty
    ), cleaned AS (
        INSERT INTO analysis.cleaning (run_id, center_id, subject_id, event, event_repeat, form, form_repeat, item,
                                       raw, cleaned, steps)
        SELECT 1, center_id, subject_id, event, event_repeat, form, form_repeat, item, raw, cleaned, 'clean'
        FROM dirty
        WHERE cleaned IS DISTINCT FROM raw
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
        UNION ALL
        SELECT center_id, subject_id, event, event_repeat, form, form_repeat, 'vs.' || item || '.type', item, 'major',
               'Not a value of its type: ' || raw, 'open', 'false', json_build_object(item, raw), 1, now()
        FROM dirty
        WHERE typed IS NULL AND cleaned IS NOT NULL
        UNION ALL
        SELECT center_id, subject_id, event, event_repeat, form, form_repeat, 'vs.unknown-item', key, 'minor',
               'Form vs has no item ' || key, 'open', 'false', json_build_object(key, value), 1, now()
        FROM page
        CROSS JOIN LATERAL json_each_text(data)
        WHERE NOT known AND key NOT IN (@item_keys@)
    )
    INSERT INTO analysis.subject (center_id, subject_id, pages, quarantined, digest, run_id)
    SELECT center_id, subject_id, count(*), 0, sha256(convert_to(string_agg(@netstrings@, ''), 'UTF8')), 1
    FROM (SELECT *, (date_part('epoch', submitted_at) * 1000000)::bigint AS submitted_us FROM page) AS page
    GROUP BY center_id, subject_id;
END $$;
