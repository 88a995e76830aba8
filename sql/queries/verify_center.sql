-- Under which definition, and in which night, was center $1 last evaluated as a whole?
SELECT center.study_digest, run.night
FROM crfd.center
JOIN crfd.run ON run.run_id = center.last_run_id
WHERE center_id = $1
