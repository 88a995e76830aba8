-- Every finding that subject $2 of center $1 ever had, in key order.
SELECT finding_id, event, event_repeat, form, form_repeat, check_id, item, state, severity, outcome, message, evidence
FROM analysis.finding
WHERE center_id = $1 AND subject_id = $2
ORDER BY event, event_repeat, form, form_repeat, check_id, item
