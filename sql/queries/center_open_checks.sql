-- The open findings of center $1 by check, most first.
SELECT check_id, severity, count(*) AS findings, count(DISTINCT subject_id) AS subjects, min(opened_at)::date AS oldest
FROM analysis.finding
WHERE center_id = $1 AND state = 'open'
GROUP BY check_id, severity
ORDER BY count(*) DESC, check_id, severity
