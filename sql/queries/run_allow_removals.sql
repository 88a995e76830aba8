-- Notes on run $1 that pages may go, and the reason $2, for the auditor; once, also where the run is taken up again.
UPDATE crfd.run
SET reason = concat_ws(', ', reason, $2), selection = coalesce(selection, '{}') || '{"allow_removals": true}'
WHERE run_id = $1::bigint AND (selection -> 'allow_removals' IS NULL OR strpos(reason, $2) = 0)
