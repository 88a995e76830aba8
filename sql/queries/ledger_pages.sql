-- How many pages does the ledger of center $1 count?
SELECT coalesce(sum(pages), 0)::bigint FROM analysis.subject WHERE center_id = $1
