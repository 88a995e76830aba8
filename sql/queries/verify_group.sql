-- Under which definition, and in which night, was each of the centers $1 last evaluated as a whole?
SELECT wanted.center_id, center.study_digest, run.night
FROM unnest($1::text[]) AS wanted (center_id)
LEFT JOIN crfd.center ON center.center_id = wanted.center_id COLLATE "C"
LEFT JOIN crfd.run ON run.run_id = center.last_run_id
ORDER BY run.night, wanted.center_id COLLATE "C"
