-- Takes back the waiver of finding $1, if it is waived, of center $3, with note $2, and keeps that in its history.
WITH opened AS (
    UPDATE analysis.finding
    SET state = 'open'
    WHERE finding_id = $1::bigint AND center_id = $3 AND state = 'waived'
    RETURNING center_id, finding_id, evidence
)
INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, evidence, note)
SELECT center_id, finding_id, 'waived', 'open', 'unwaived', evidence, $2 FROM opened
RETURNING finding_id
