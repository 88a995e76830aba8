-- Findings by centers $1 (an array), subject $2, form $3, check $4, state $5 and severity list $6 and categories $7
-- (an array), each NULL for all; at most $8, NULL for all.
SELECT finding_id, state, severity, category, center_id, subject_id, event, event_repeat, form, form_repeat, check_id,
       item, message, messages, outcome, evidence, opened_run, opened_at, closed_run, closed_at, closed_reason, reopened
FROM analysis.finding
WHERE ($1::text[] IS NULL OR center_id = ANY ($1::text[]))
  AND ($2::text IS NULL OR subject_id = $2)
  AND ($3::text IS NULL OR form = $3)
  AND ($4::text IS NULL OR check_id = $4)
  AND ($5::text IS NULL OR state = $5)
  AND ($6::text IS NULL OR severity = ANY (string_to_array($6, ',')))
  AND ($7::text[] IS NULL OR category = ANY ($7::text[]))
ORDER BY center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item
LIMIT $8::bigint
