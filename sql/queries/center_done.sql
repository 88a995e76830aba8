-- Marks center $2 of run $1 done, with what the pass counted, and where all of it was read ($5) notes the definition $3
-- and program version $4 that it was evaluated under. The commit need not wait for the disk: the run is closed by one that
-- does, and a center that a crash of the server takes back before is pending again. Gives back the lock that counting the
-- attempt took: until the commit the row's own lock keeps others away, and then they find it done.
WITH evaluated AS (
    UPDATE crfd.center
    SET study_digest = $3, version = $4, last_run_id = $1::bigint
    WHERE center_id = $2 AND $5::boolean)
UPDATE crfd.run_center
SET state = 'done', finished_at = clock_timestamp(), sqlstate = NULL, error = NULL,
    subjects = $6::bigint, evaluated = $7::bigint, pages_read = $8::bigint, pages_written = $9::bigint,
    pages_unchanged = $10::bigint, pages_quarantined = $11::bigint, pages_removed = $12::bigint,
    findings_opened = $13::bigint, findings_closed = $14::bigint, findings_reopened = $15::bigint,
    cleaned = $16::bigint
WHERE run_id = $1::bigint AND center_id = $2
RETURNING pg_advisory_unlock(hashtextextended($2, $1::bigint)), set_config('synchronous_commit', 'off', true)
