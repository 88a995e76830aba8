-- Brings the ledger of center $1 to what was evaluated; rows that say the same stay untouched: what was found in one night
-- holds from then on, and is due again at the same time.
INSERT INTO analysis.subject AS t (center_id, subject_id, pages, quarantined, digest, run_id, night, due)
SELECT $1::text, s.subject_id, s.pages, s.quarantined, s.digest, s.run_id, s.night, s.due
FROM pg_temp.stage_subject s
WHERE s.pages > 0
ON CONFLICT (center_id, subject_id) DO UPDATE
SET pages = excluded.pages, quarantined = excluded.quarantined, digest = excluded.digest, run_id = excluded.run_id,
    night = excluded.night, due = excluded.due
WHERE (t.pages, t.quarantined, t.digest, t.due) IS DISTINCT FROM (excluded.pages, excluded.quarantined, excluded.digest, excluded.due)
   OR t.night IS NULL OR excluded.night < t.night
