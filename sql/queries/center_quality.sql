-- What center $1 has in the analysis tables; no row: nothing.
SELECT center_id, subjects, pages, quarantined, open_critical, open_major, open_minor, cleaned
FROM analysis.center_quality
WHERE center_id = $1
