-- The last $1 runs, the latest first: what they did, how long they took, and how that compares with the usual, the
-- median of up to seven nightly runs before that ended well.
SELECT r.run_id, r.night, r.kind, r.state, date_trunc('second', r.started_at) AS started_at,
       date_trunc('second', r.finished_at) AS finished_at, c.seconds,
       round((c.seconds / nullif(usual.seconds, 0))::numeric, 1) AS times_usual,
       c.centers, c.failed, c.held, c.pages_read, c.pages_written, c.pages_quarantined, c.pages_removed,
       c.findings_opened, c.findings_closed, c.findings_reopened, r.host, r.version, r.reason,
       CASE WHEN r.error IS NOT NULL THEN 'closing step: ' || r.error END AS error
FROM crfd.run r
CROSS JOIN LATERAL (
    SELECT round(extract(epoch FROM coalesce(r.finished_at, max(n.finished_at), r.started_at) - r.started_at), 1) AS seconds,
           count(*) AS centers, count(*) FILTER (WHERE n.state = 'failed') AS failed,
           count(*) FILTER (WHERE n.state = 'held') AS held, sum(n.pages_removed)::bigint AS pages_removed,
           sum(n.pages_read)::bigint AS pages_read, sum(n.pages_written)::bigint AS pages_written,
           sum(n.pages_quarantined)::bigint AS pages_quarantined, sum(n.findings_opened)::bigint AS findings_opened,
           sum(n.findings_closed)::bigint AS findings_closed, sum(n.findings_reopened)::bigint AS findings_reopened
    FROM crfd.run_center n
    WHERE n.run_id = r.run_id
) c
CROSS JOIN LATERAL (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p.finished_at - p.started_at))::numeric AS seconds
    FROM (SELECT started_at, finished_at
          FROM crfd.run
          WHERE kind = 'nightly' AND state = 'done' AND run_id < r.run_id
          ORDER BY run_id DESC
          LIMIT 7) p
) usual
ORDER BY r.run_id DESC
LIMIT $1::bigint
