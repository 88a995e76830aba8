-- Opens a rerun on night $1 (study digest $2, host $3, version $4, reason $5, selection $6).
INSERT INTO crfd.run (night, kind, study_digest, host, version, reason, selection)
VALUES ($1::date, 'rerun', $2, $3, $4, $5, $6::jsonb)
RETURNING run_id
