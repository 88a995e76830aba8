-- Where the findings $1 (an array) stand, in the order of centers.
SELECT finding_id, center_id, subject_id, event, form, check_id
FROM analysis.finding
WHERE finding_id = ANY ($1::bigint[])
ORDER BY center_id, finding_id
