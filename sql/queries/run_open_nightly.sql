-- Opens the run of night $1 (study digest $2, host $3, version $4, source $5). No row: it exists.
INSERT INTO crfd.run (night, kind, study_digest, host, version, source)
VALUES ($1::date, 'nightly', $2, $3, $4, $5)
ON CONFLICT (night) WHERE kind = 'nightly' DO NOTHING
RETURNING run_id
