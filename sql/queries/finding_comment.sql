-- Adds note $2 to the history of finding $1 of center $3, whatever its state.
INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, evidence, note)
SELECT center_id, finding_id, state, state, 'comment', evidence, $2
FROM analysis.finding
WHERE finding_id = $1::bigint AND center_id = $3
RETURNING finding_id
