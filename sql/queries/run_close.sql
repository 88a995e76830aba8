-- Ends run $1 if no center of it is pending: done, or failed where a center failed or was held.
UPDATE crfd.run
SET state = CASE WHEN EXISTS (SELECT FROM crfd.run_center WHERE run_id = $1::bigint AND state IN ('failed', 'held'))
                 THEN 'failed' ELSE 'done' END,
    finished_at = clock_timestamp()
WHERE run_id = $1::bigint AND state = 'running'
  AND NOT EXISTS (SELECT FROM crfd.run_center WHERE run_id = $1::bigint AND state = 'pending')
RETURNING state
