-- Adds what the closing step of run $1 opened ($3), closed ($4) and reopened ($5) at center $2 to what its pass counted.
UPDATE crfd.run_center
SET findings_opened = findings_opened + $3::bigint, findings_closed = findings_closed + $4::bigint,
    findings_reopened = findings_reopened + $5::bigint
WHERE run_id = $1::bigint AND center_id = $2
