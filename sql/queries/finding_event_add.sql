-- Adds the staged transitions to the history of the findings of center $1 in run $2.
INSERT INTO analysis.finding_event (center_id, finding_id, run_id, from_state, to_state, reason, evidence)
SELECT $1::text, s.finding_id, $2::bigint, s.from_state, s.to_state, s.reason, s.evidence
FROM pg_temp.stage_transition s
WHERE s.reason IS NOT NULL
ORDER BY s.finding_id
