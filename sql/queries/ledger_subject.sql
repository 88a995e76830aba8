-- How many pages does the ledger count of subject $2 at center $1?
SELECT coalesce(sum(pages), 0)::bigint FROM analysis.subject WHERE center_id = $1 AND subject_id = $2
