-- Takes out of quarantine what evaluated subjects of center $1 no longer have there.
WITH kept AS MATERIALIZED (SELECT subject_id, ordinal FROM pg_temp.stage_quarantine)
DELETE FROM analysis.quarantine t
USING pg_temp.stage_subject e
WHERE t.center_id = $1 AND t.subject_id = e.subject_id
  AND NOT EXISTS (SELECT FROM kept WHERE kept.subject_id = t.subject_id AND kept.ordinal = t.ordinal)
