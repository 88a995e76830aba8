-- Claims the closing step of run $1 for this transaction, once no center of it is pending: the row lock is the lease. No row:
-- centers are pending, another process is at it, or the run is over.
SELECT (extract(epoch FROM now()) * 1000000)::bigint AS now_us
FROM crfd.run
WHERE run_id = $1::bigint AND state = 'running'
  AND NOT EXISTS (SELECT FROM crfd.run_center WHERE run_id = $1::bigint AND state = 'pending')
FOR UPDATE SKIP LOCKED
