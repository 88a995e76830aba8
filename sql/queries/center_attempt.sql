-- Counts an attempt of run $1 at center $2 from host $3, unless someone else is at it or it is done. Committed
-- before the claim: an attempt that ends with the process stays counted; there is no need to wait for the disk, since
-- what a crash of the server takes back was no fault of the center. The lock of the session, which ends with it, keeps
-- others from counting theirs between the two: they would find a center that seems to kill processes.
UPDATE crfd.run_center c
SET attempts = c.attempts + 1, host = $3, started_at = clock_timestamp()
WHERE (c.run_id, c.center_id) IN (
    SELECT run_id, center_id FROM crfd.run_center
    WHERE run_id = $1::bigint AND center_id = $2 AND state = 'pending'
      AND pg_try_advisory_lock(hashtextextended($2, $1::bigint))
      AND set_config('synchronous_commit', 'off', true) IS NOT NULL
    FOR UPDATE SKIP LOCKED)
RETURNING c.attempts
