-- What the pages of the pilot study must become, beside the analysis tables of the same database. The pages are
-- loaded into expected.page, then expected.read_pages() and expected.read_tables() bring both into one shape: a row
-- per answer.

CREATE SCHEMA expected;

CREATE TABLE expected.page (
    center_id    text,
    subject_id   text,
    event        text,
    event_repeat int,
    form         text,
    form_repeat  int,
    data         json,
    submitted_at timestamptz
);

-- items.csv: how often an item has a value.
CREATE TABLE expected.item (form text, item text, pages_with_item bigint, pages_nonempty bigint);

-- findings/CHECK.csv.
CREATE TABLE expected.finding (
    check_id     text,
    center_id    text,
    subject_id   text,
    event        text,
    event_repeat int,
    form         text,
    form_repeat  int,
    item         text,
    value        text,
    detail       text
);

CREATE TABLE expected.raw (
    center_id text COLLATE "C", subject_id text COLLATE "C", event text COLLATE "C", event_repeat int,
    form text COLLATE "C", form_repeat int, item text COLLATE "C", value text
);
CREATE TABLE expected.typed (LIKE expected.raw);

-- Every answer that was entered.
CREATE FUNCTION expected.read_pages() RETURNS void LANGUAGE sql AS $$
    INSERT INTO expected.raw
    SELECT center_id, subject_id, event, event_repeat, lower(form), form_repeat, lower(key), value
    FROM expected.page, json_each_text(data)
    WHERE value <> '';
    ANALYZE expected.raw;
$$;

-- Every value that the form tables hold.
CREATE FUNCTION expected.read_tables() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    form_name text;
BEGIN
    TRUNCATE expected.typed;
    FOR form_name IN SELECT DISTINCT lower(form) FROM expected.page LOOP
        EXECUTE format(
            'INSERT INTO expected.typed
             SELECT center_id, subject_id, event, event_repeat, %1$L, form_repeat, key, value
             FROM analysis.%1$I t, json_each_text(row_to_json(t))
             WHERE value IS NOT NULL
               AND key NOT IN (''center_id'', ''subject_id'', ''event'', ''event_repeat'', ''form_repeat'',
                               ''event_order'', ''event_number'', ''event_day'',
                               ''unscheduled'', ''submitted_at'', ''missing'', ''run_id'')', form_name);
    END LOOP;
    ANALYZE expected.typed;
END
$$;

-- How many rows has the table of a form?
CREATE FUNCTION expected.row_count(form text, OUT rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*) FROM analysis.%I', form) INTO rows;
END
$$;

-- Per item: what was entered, what is typed, and what stands in an open finding because it could not be typed.
CREATE VIEW expected.balance AS
WITH raw AS (
    SELECT form, item, count(*) AS entered FROM expected.raw GROUP BY form, item
), typed AS (
    SELECT form, item, count(*) AS typed FROM expected.typed GROUP BY form, item
), refused AS (
    SELECT form, item, count(*) AS refused
    FROM analysis.finding
    WHERE state = 'open' AND check_id IN (form || '.' || item || '.type', form || '.' || item || '.unit')
    GROUP BY form, item
)
SELECT form, item, coalesce(entered, 0) AS entered, coalesce(typed, 0) AS typed, coalesce(refused, 0) AS refused
FROM raw
FULL JOIN typed USING (form, item)
FULL JOIN refused USING (form, item);

-- Answers that are neither in their place in the form table nor in a finding there.
CREATE VIEW expected.lost AS
SELECT raw.*
FROM expected.raw
LEFT JOIN expected.typed USING (center_id, subject_id, event, event_repeat, form, form_repeat, item)
WHERE typed.value IS NULL
  AND NOT EXISTS (
      SELECT FROM analysis.finding f
      WHERE (f.center_id, f.subject_id, f.event, f.event_repeat, f.form, f.form_repeat, f.item)
            = (raw.center_id, raw.subject_id, raw.event, raw.event_repeat, raw.form, raw.form_repeat, raw.item)
        AND f.state = 'open' AND f.check_id IN (f.form || '.' || f.item || '.type', f.form || '.' || f.item || '.unit')
        AND f.evidence ->> f.item = raw.value);

-- Values that say something else than what was entered, and no cleaning step says why. A number may lose leading
-- zeros: that is a change of writing only.
CREATE VIEW expected.altered AS
SELECT raw.*, typed.value AS typed
FROM expected.raw
JOIN expected.typed USING (center_id, subject_id, event, event_repeat, form, form_repeat, item)
LEFT JOIN analysis.cleaning c USING (center_id, subject_id, event, event_repeat, form, form_repeat, item)
WHERE typed.value <> raw.value
  AND NOT (raw.value ~ '^-?[0-9]+(\.[0-9]+)?$' AND typed.value ~ '^-?[0-9]+(\.[0-9]+)?$'
           AND CASE WHEN raw.value ~ '^-?[0-9.]+$' AND typed.value ~ '^-?[0-9.]+$'
                    THEN raw.value::numeric = typed.value::numeric END)
  AND (c.raw, c.cleaned) IS DISTINCT FROM (raw.value, typed.value);
