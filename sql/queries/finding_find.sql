-- Where finding $1 stands, and its state.
SELECT center_id, subject_id, event, form, check_id, item, state
FROM analysis.finding
WHERE finding_id = $1::bigint
