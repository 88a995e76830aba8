-- Each of the rules $1 (kinds $2, forms $3) in that order: how often it came out which way under the definition $4, what it has
-- found, and the night on which it last fired. Of built-in rules, whose kind is not 'check', only false and errors are counted.
WITH outcome AS (
    SELECT check_id, sum(trues)::bigint AS trues, sum(falses)::bigint AS falses, sum(unknowns)::bigint AS unknowns,
           sum(errors)::bigint AS errors, max(fired) AS fired
    FROM crfd.check_outcome
    WHERE study_digest = $4
    GROUP BY check_id),
finding AS (
    SELECT f.check_id, count(*) FILTER (WHERE f.state = 'open') AS open, count(*) FILTER (WHERE f.state = 'waived') AS waived,
           max(f.opened_run) AS opened_run
    FROM analysis.finding f
    GROUP BY f.check_id)
SELECT r.check_id, r.kind, nullif(r.form, '') AS form,
       CASE WHEN r.kind = 'check' THEN coalesce(o.trues, 0) END AS trues,
       coalesce(o.falses, 0) AS falses,
       CASE WHEN r.kind = 'check' THEN coalesce(o.unknowns, 0) END AS unknowns,
       coalesce(o.errors, 0) AS errors,
       coalesce(f.open, 0) AS open, coalesce(f.waived, 0) AS waived,
       greatest(o.fired, n.night) AS last_fired,
       CASE WHEN r.kind <> 'check' THEN NULL
            WHEN o.check_id IS NULL THEN 'never evaluated'
            WHEN o.trues + o.falses + o.errors = 0 THEN 'always unknown'
       END AS mark
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS r(check_id, kind, form, place)
LEFT JOIN outcome o ON o.check_id = r.check_id
LEFT JOIN finding f ON f.check_id = r.check_id
LEFT JOIN crfd.run n ON n.run_id = f.opened_run
ORDER BY r.place
