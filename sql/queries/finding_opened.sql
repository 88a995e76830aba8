-- Which run opened finding $1 of center $2, of which night.
SELECT f.opened_run AS run_id, r.night, f.opened_at AS at
FROM analysis.finding f
LEFT JOIN crfd.run r ON r.run_id = f.opened_run
WHERE f.finding_id = $1::bigint AND f.center_id = $2
