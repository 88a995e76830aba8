-- What digest must the ledger have for each subject of center $1? Asked at the source, without crfd.
--
-- The digest is the SHA-256 over the subject's pages in key order. Each page is eight netstrings,
-- `<bytes>:<text>,` in UTF-8: center_id, subject_id, event, event_repeat, form, form_repeat, submitted_at as
-- microseconds since 1970-01-01 UTC (by way of an interval: of a time after 294246 the epoch is rounded), data as text. A NULL
-- is `-,`. The lengths keep two different sets of pages
-- from reading the same.
--
-- A subject or center whose id cannot be a key is kept under a stand-in, "(null)" or "(sha256 HEX)" of its id; the digest
-- is that of the pages as they are, but for the center's id, which is $1 as it is kept.
--
-- An auditor compares, with psql and bash, for center 701:
--   psql -X -At edc -c "PREPARE d(text) AS $(cat sql/queries/source_digest.sql)" -c "EXECUTE d('701')" > source
--   psql -X -At analysis -c "SELECT subject_id, pages, encode(digest, 'hex') FROM analysis.subject
--                            WHERE center_id = '701' ORDER BY subject_id COLLATE \"C\"" > ledger
--   diff source ledger
SELECT kept.subject_id,
       count(*) AS pages,
       encode(sha256(string_agg(
           convert_to(netstrings.text, 'UTF8'), ''::bytea
           ORDER BY convert_to(page.event::text, 'UTF8'), page.event_repeat, convert_to(page.form::text, 'UTF8'),
                    page.form_repeat, convert_to(page.data::text, 'UTF8'), page.submitted_at)), 'hex') AS digest
FROM edc.crf_page AS page
CROSS JOIN LATERAL (
    SELECT string_agg(coalesce(octet_length(convert_to(field.value, 'UTF8')) || ':' || field.value, '-') || ',', ''
                      ORDER BY field.ordinal) AS text
    FROM unnest(ARRAY[
        nullif($1, '(null)'), page.subject_id::text COLLATE "C", page.event::text COLLATE "C", page.event_repeat::text,
        page.form::text COLLATE "C", page.form_repeat::text,
        CASE WHEN isfinite(page.submitted_at)
             THEN round((extract(epoch FROM page.submitted_at - timestamptz '2000-01-01 00:00:00+00') + 946684800)
                        * 1000000)::text
             ELSE page.submitted_at::text
        END,
        page.data::text]) WITH ORDINALITY AS field(value, ordinal)
) AS netstrings
CROSS JOIN LATERAL (SELECT page.subject_id::text COLLATE "C" AS subject_id) AS own
CROSS JOIN LATERAL (
    SELECT CASE WHEN own.subject_id IS NULL THEN '(null)'
                WHEN octet_length(convert_to(own.subject_id, 'UTF8')) > 500 OR own.subject_id = '(null)'
                     OR starts_with(own.subject_id, '(sha256 ')
                THEN '(sha256 ' || encode(sha256(convert_to(own.subject_id, 'UTF8')), 'hex') || ')'
                ELSE own.subject_id
           END AS subject_id
) AS kept
WHERE page.center_id::text COLLATE "C" = $1 AND $1 <> '(null)' AND NOT starts_with($1, '(sha256 ')
   OR page.center_id IS NULL AND $1 = '(null)'
   OR starts_with($1, '(sha256 ')
      AND '(sha256 ' || encode(sha256(convert_to(page.center_id::text, 'UTF8')), 'hex') || ')' = $1
GROUP BY kept.subject_id
ORDER BY convert_to(kept.subject_id, 'UTF8')
