-- In which state is run $1?
SELECT state FROM crfd.run WHERE run_id = $1::bigint
