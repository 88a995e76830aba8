-- Takes run $1, which ended with failed or held centers or in its closing step, up again.
UPDATE crfd.run
SET state = 'running', finished_at = NULL, sqlstate = NULL, error = NULL
WHERE run_id = $1::bigint AND state = 'failed'
