-- Findings by centers $1 (an array), subject $2, form $3, check $4, state $5, severity list $6, categories $7 (an array),
-- item $8, and those that run $9 or a later one opened, each NULL for all; at most $12, NULL for all; behind finding $13 in the order, with a text
-- $14 in message, subject or check, of the ids $15 (an array), and of ages from $16 to $17, each NULL for all. With the age in days
-- in time zone $11, of a closed one from its opening to its end, and the label of its item or form in $10, a JSON object.
SELECT f.finding_id, f.state, f.severity, f.category, f.center_id, f.subject_id, f.event, f.event_repeat, f.form,
       f.form_repeat, f.check_id, f.item, f.message, f.messages, f.outcome, f.evidence, f.opened_run, f.opened_at,
       f.closed_run, f.closed_at, f.closed_reason, f.reopened,
       (coalesce(f.closed_at, now()) AT TIME ZONE $11)::date - (f.opened_at AT TIME ZONE $11)::date AS age_days,
       $10::jsonb ->> (f.form || CASE WHEN f.item = '' THEN '' ELSE '.' || f.item END) AS label
FROM analysis.finding f
LEFT JOIN (SELECT DISTINCT center_id, finding_id
           FROM analysis.finding_event
           WHERE run_id >= $9::bigint AND to_state = 'open' AND from_state <> 'open') AS back
    ON back.center_id = f.center_id AND back.finding_id = f.finding_id
WHERE ($1::text[] IS NULL OR f.center_id = ANY ($1::text[]))
  AND ($2::text IS NULL OR f.subject_id = $2)
  AND ($3::text IS NULL OR f.form = $3)
  AND ($4::text IS NULL OR f.check_id = $4)
  AND ($5::text IS NULL OR f.state = $5)
  AND ($6::text IS NULL OR f.severity = ANY (string_to_array($6, ',')))
  AND ($7::text[] IS NULL OR f.category = ANY ($7::text[]))
  AND ($8::text IS NULL OR f.item = $8)
  AND ($9::bigint IS NULL OR f.opened_run >= $9::bigint OR back.finding_id IS NOT NULL)
  AND ($13::bigint IS NULL OR
       (f.center_id, f.subject_id, f.event, f.event_repeat, f.form, f.form_repeat, f.check_id, f.item) >
       (SELECT a.center_id, a.subject_id, a.event, a.event_repeat, a.form, a.form_repeat, a.check_id, a.item
        FROM analysis.finding a
        WHERE a.finding_id = $13::bigint))
  AND ($14::text IS NULL OR
       strpos(lower(concat_ws(E'\n', f.message, f.messages::text, f.subject_id, f.check_id)), lower($14)) > 0)
  AND ($15::bigint[] IS NULL OR f.finding_id = ANY ($15::bigint[]))
  AND ($16::int IS NULL OR (coalesce(f.closed_at, now()) AT TIME ZONE $11)::date - (f.opened_at AT TIME ZONE $11)::date >= $16::int)
  AND ($17::int IS NULL OR (coalesce(f.closed_at, now()) AT TIME ZONE $11)::date - (f.opened_at AT TIME ZONE $11)::date <= $17::int)
ORDER BY f.center_id, f.subject_id, f.event, f.event_repeat, f.form, f.form_repeat, f.check_id, f.item
LIMIT $12::bigint
