-- Opens a rerun on night $1 (study digest $2, host $3, version $4, source $5, reason $6,
-- selection $7).
INSERT INTO crfd.run (night, kind, study_digest, host, version, source, reason, selection)
VALUES ($1::date, 'rerun', $2, $3, $4, $5, $6, $7::jsonb)
RETURNING run_id
