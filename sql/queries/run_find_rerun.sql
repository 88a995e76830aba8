-- The unfinished rerun of night $1 with the same definition $2, reason $3 and selection $4: an interrupted one is
-- taken up again, and two processes share it.
SELECT run_id, state, study_digest
FROM crfd.run
WHERE kind = 'rerun' AND night = $1::date AND state = 'running' AND study_digest = $2 AND reason = $3
  AND selection = $4::jsonb
ORDER BY run_id
LIMIT 1
FOR UPDATE
