-- In which state is center $2 of run $1, and by which attempt? Asked where the answer to a COMMIT was lost.
SELECT state, attempts FROM crfd.run_center WHERE run_id = $1::bigint AND center_id = $2
