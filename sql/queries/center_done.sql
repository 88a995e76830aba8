-- Marks center $2 of run $1 done, with what the pass counted.
UPDATE crfd.run_center
SET state = 'done', finished_at = clock_timestamp(), sqlstate = NULL, error = NULL,
    subjects = $3::bigint, evaluated = $4::bigint, pages_read = $5::bigint, pages_written = $6::bigint,
    pages_unchanged = $7::bigint, pages_quarantined = $8::bigint, pages_removed = $9::bigint,
    findings_opened = $10::bigint, findings_closed = $11::bigint, findings_reopened = $12::bigint,
    cleaned = $13::bigint
WHERE run_id = $1::bigint AND center_id = $2
