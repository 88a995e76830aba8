-- What each center has in the analysis tables: one row per center. (What the view counts of cleaned values is left out
-- of the plan with its column.)
SELECT center_id, subjects, pages, quarantined, open_critical, open_major, open_minor
FROM analysis.center_quality
ORDER BY center_id
