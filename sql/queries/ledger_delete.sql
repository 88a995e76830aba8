-- Takes the subjects that are gone from the source out of the ledger of center $1.
DELETE FROM analysis.subject t
USING pg_temp.stage_subject s
WHERE t.center_id = $1 AND t.subject_id = s.subject_id AND s.pages = 0
