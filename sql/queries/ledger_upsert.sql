-- Brings the ledger of center $1 to what was evaluated; rows that say the same stay untouched.
INSERT INTO analysis.subject AS t (center_id, subject_id, pages, quarantined, digest, run_id)
SELECT $1::text, s.subject_id, s.pages, s.quarantined, s.digest, s.run_id
FROM pg_temp.stage_subject s
WHERE s.pages > 0
ON CONFLICT (center_id, subject_id) DO UPDATE
SET pages = excluded.pages, quarantined = excluded.quarantined, digest = excluded.digest, run_id = excluded.run_id
WHERE (t.pages, t.quarantined, t.digest) IS DISTINCT FROM (excluded.pages, excluded.quarantined, excluded.digest)
