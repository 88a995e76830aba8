-- Marks center $2 of run $1 failed or held ($5), with the SQLSTATE $3 and the cause $4, unless it was done by another.
UPDATE crfd.run_center
SET state = $5, finished_at = clock_timestamp(), sqlstate = nullif($3, ''), error = $4
WHERE run_id = $1::bigint AND center_id = $2 AND state = 'pending'
