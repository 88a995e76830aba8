-- The run of night $1, locked: a process that opens or reopens it goes first.
SELECT run_id, state, study_digest, (extract(epoch FROM started_at) * 1000000)::bigint AS started_us
FROM crfd.run
WHERE kind = 'nightly' AND night = $1::date
FOR UPDATE
