-- Ends run $1, of which no center is pending, as failed: its closing step failed, for the reason $3 with SQLSTATE $2.
UPDATE crfd.run
SET state = 'failed', finished_at = clock_timestamp(), sqlstate = $2, error = $3
WHERE run_id = $1::bigint AND state = 'running'
  AND NOT EXISTS (SELECT FROM crfd.run_center WHERE run_id = $1::bigint AND state = 'pending')
