-- How many findings of center $1 that are not closed has each check?
SELECT check_id, count(*) AS findings
FROM analysis.finding
WHERE center_id = $1 AND state <> 'closed'
GROUP BY check_id
ORDER BY check_id
