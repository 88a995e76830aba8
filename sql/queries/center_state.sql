-- In which state is center $2 of run $1, and what was counted? Asked where the answer to a COMMIT was lost.
SELECT state, pages_read FROM crfd.run_center WHERE run_id = $1::bigint AND center_id = $2
