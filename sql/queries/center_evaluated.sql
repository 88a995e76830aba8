-- Notes the definition $2 and program version $3 under which center $1 was evaluated as a whole, in run $4.
UPDATE crfd.center
SET study_digest = $2, version = $3, last_run_id = $4::bigint
WHERE center_id = $1
