-- Waives finding $1, if it is open, of center $3, with note $2, and keeps that in its history.
WITH waived AS (
    UPDATE analysis.finding
    SET state = 'waived'
    WHERE finding_id = $1::bigint AND center_id = $3 AND state = 'open'
    RETURNING center_id, finding_id, evidence
)
INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, evidence, note)
SELECT center_id, finding_id, 'open', 'waived', 'waived', evidence, $2 FROM waived
RETURNING finding_id
