-- Gives the failed and the held centers of run $1 new attempts.
UPDATE crfd.run_center
SET state = 'pending', attempts = 0, finished_at = NULL
WHERE run_id = $1::bigint AND state IN ('failed', 'held')
