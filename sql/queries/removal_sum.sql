-- How many pages are gone of the centers of run $1 that are done?
SELECT coalesce(sum(pages_removed), 0)::bigint FROM crfd.run_center WHERE run_id = $1::bigint AND state = 'done'
