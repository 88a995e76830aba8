-- How many findings that are not closed has each check in each of the centers $1?
SELECT center_id, check_id, count(*) AS findings
FROM analysis.finding
WHERE center_id = ANY ($1) AND state <> 'closed'
GROUP BY center_id, check_id
ORDER BY center_id, check_id
