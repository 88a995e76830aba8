-- The last ten runs of center $1, the latest first.
SELECT r.run_id, r.night, r.kind, c.state, c.attempts, c.subjects, c.evaluated, c.pages_read, c.pages_written,
       c.pages_quarantined, c.pages_removed, c.findings_opened, c.findings_closed, c.findings_reopened,
       round(extract(epoch FROM c.finished_at - c.started_at), 1) AS seconds, c.sqlstate, c.error
FROM crfd.run_center c
JOIN crfd.run r USING (run_id)
WHERE c.center_id = $1
ORDER BY r.run_id DESC
LIMIT 10
