-- How each center stood after its last pass.
SELECT center_id, subjects, pages, quarantined, open_critical, open_major, open_minor
FROM crfd.center
WHERE subjects IS NOT NULL
ORDER BY center_id
