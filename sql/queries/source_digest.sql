-- What digest must the ledger have for each subject of center $1? Asked at the source, without crfd.
--
-- The digest is the SHA-256 over the subject's pages in key order. Each page is eight netstrings,
-- `<bytes>:<text>,` in UTF-8: center_id, subject_id, event, event_repeat, form, form_repeat, submitted_at as
-- microseconds since 1970-01-01 UTC, data as text. A NULL is `-,`. The lengths keep two different sets of pages
-- from reading the same.
--
-- An auditor compares, with psql and bash, for center 701:
--   psql -X -At edc -c "PREPARE d(text) AS $(cat sql/queries/source_digest.sql)" -c "EXECUTE d('701')" > source
--   psql -X -At analysis -c "SELECT subject_id, pages, encode(digest, 'hex') FROM analysis.subject
--                            WHERE center_id = '701' ORDER BY subject_id COLLATE \"C\"" > ledger
--   diff source ledger
SELECT page.subject_id,
       count(*) AS pages,
       encode(sha256(string_agg(
           convert_to(netstrings.text, 'UTF8'), ''::bytea
           ORDER BY page.event COLLATE "C", page.event_repeat, page.form COLLATE "C", page.form_repeat,
                    page.data::text COLLATE "C", page.submitted_at)), 'hex') AS digest
FROM edc.crf_page AS page
CROSS JOIN LATERAL (
    SELECT string_agg(coalesce(octet_length(convert_to(field.value, 'UTF8')) || ':' || field.value, '-') || ',', ''
                      ORDER BY field.ordinal) AS text
    FROM unnest(ARRAY[
        page.center_id, page.subject_id, page.event, page.event_repeat::text, page.form, page.form_repeat::text,
        CASE WHEN isfinite(page.submitted_at)
             THEN (extract(epoch FROM page.submitted_at) * 1000000)::bigint::text
             ELSE page.submitted_at::text
        END,
        page.data::text]) WITH ORDINALITY AS field(value, ordinal)
) AS netstrings
WHERE page.center_id = $1
GROUP BY page.subject_id
ORDER BY page.subject_id COLLATE "C"
