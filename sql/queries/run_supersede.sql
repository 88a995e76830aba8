-- Ends the runs of nights before $1 that were never finished; no center of them can be claimed any more.
UPDATE crfd.run
SET state = 'superseded', finished_at = clock_timestamp()
WHERE state = 'running' AND night < $1::date
RETURNING run_id, night
