-- What became of finding $1 of center $2 after its opening, in order.
SELECT event_id, at, run_id, from_state, to_state, reason, evidence, actor, via, note
FROM analysis.finding_event
WHERE finding_id = $1::bigint AND center_id = $2
ORDER BY event_id
