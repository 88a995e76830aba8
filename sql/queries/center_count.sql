-- What center $1 has in the analysis tables now: for crfd.center.
SELECT subjects, pages, quarantined, open_critical, open_major, open_minor
FROM (SELECT count(*) AS subjects, coalesce(sum(pages), 0) AS pages, coalesce(sum(quarantined), 0) AS quarantined
      FROM analysis.subject
      WHERE center_id = $1) AS ledger,
     (SELECT count(*) FILTER (WHERE severity = 'critical') AS open_critical,
             count(*) FILTER (WHERE severity = 'major') AS open_major,
             count(*) FILTER (WHERE severity = 'minor') AS open_minor
      FROM analysis.finding
      WHERE center_id = $1 AND state = 'open') AS open_finding
