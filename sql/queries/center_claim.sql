-- Claims center $2 of run $1 for this transaction: the row lock is the lease. No row: it is done, claimed by
-- another worker, or the run is over.
SELECT (extract(epoch FROM now()) * 1000000)::bigint AS now_us
FROM crfd.run_center c
JOIN crfd.run r USING (run_id)
WHERE c.run_id = $1::bigint AND c.center_id = $2 AND c.state = 'pending' AND r.state = 'running'
FOR UPDATE OF c SKIP LOCKED
