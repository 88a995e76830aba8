-- The pages of center $1 that are in quarantine, by reason, most first.
SELECT reason, count(*) AS pages, count(DISTINCT subject_id) AS subjects
FROM analysis.quarantine
WHERE center_id = $1
GROUP BY reason
ORDER BY count(*) DESC, reason
