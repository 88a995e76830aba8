-- All centers as one JSON document: what each has, its open findings by age in time zone $2 (at most 7 days, 30, 90, older),
-- how its last pass went, and what became of its findings over the last $1 nights that ended. A night counts what happened
-- since the one before it; the one before the first is looked at for that, too.
WITH ended AS (
    SELECT run_id, night, finished_at
    FROM crfd.run
    WHERE kind = 'nightly' AND state <> 'running'
    ORDER BY finished_at DESC
    LIMIT $1::int + 1
), bounds AS (
    SELECT coalesce(array_agg(finished_at ORDER BY finished_at), '{}') AS ends, count(*) AS count FROM ended
), shown AS (
    SELECT night, row_number() OVER (ORDER BY finished_at) AS place
    FROM (SELECT night, finished_at FROM ended ORDER BY finished_at DESC LIMIT $1::int) AS latest
), change AS (
    SELECT center_id, opened_at AS at, 1 AS opened, 0 AS closed
    FROM analysis.finding
    UNION ALL
    SELECT center_id, at, (to_state = 'open')::int, (from_state = 'open')::int
    FROM analysis.finding_event
    WHERE (from_state = 'open') <> (to_state = 'open')
), counted AS (
    SELECT c.center_id, width_bucket(c.at, b.ends) + 1 - greatest(b.count - $1::int, 0) AS place,
           sum(c.opened) AS opened, sum(c.closed) AS closed
    FROM change c
    CROSS JOIN bounds b
    WHERE b.count > 0
    GROUP BY 1, 2
), known AS (
    SELECT center_id FROM crfd.center
), summed AS (
    SELECT k.center_id, s.place, coalesce(sum(c.opened), 0) AS opened, coalesce(sum(c.closed), 0) AS closed,
           (SELECT coalesce(sum(e.opened - e.closed), 0)
            FROM counted e
            WHERE e.center_id = k.center_id AND e.place <= s.place) AS open
    FROM known k
    CROSS JOIN shown s
    LEFT JOIN counted c ON c.center_id = k.center_id AND c.place = s.place
    GROUP BY k.center_id, s.place
), trend AS (
    SELECT center_id, json_build_object('open', json_agg(open ORDER BY place), 'opened', json_agg(opened ORDER BY place),
                                        'closed', json_agg(closed ORDER BY place)) AS lines
    FROM summed
    GROUP BY center_id
), whole AS (
    SELECT place, sum(open) AS open, sum(opened) AS opened, sum(closed) AS closed FROM summed GROUP BY place
), aged AS (
    SELECT center_id, severity,
           json_build_array(count(*) FILTER (WHERE age <= 7), count(*) FILTER (WHERE age > 7 AND age <= 30),
                            count(*) FILTER (WHERE age > 30 AND age <= 90), count(*) FILTER (WHERE age > 90)) AS counts
    FROM (SELECT center_id, severity, (now() AT TIME ZONE $2)::date - (opened_at AT TIME ZONE $2)::date AS age
          FROM analysis.finding
          WHERE state = 'open') AS open
    GROUP BY center_id, severity
), heat AS (
    SELECT k.center_id, json_object_agg(v.severity, coalesce(a.counts, '[0, 0, 0, 0]') ORDER BY v.place) AS ages
    FROM known k
    CROSS JOIN (VALUES ('critical', 1), ('major', 2), ('minor', 3)) AS v (severity, place)
    LEFT JOIN aged a ON a.center_id = k.center_id AND a.severity = v.severity
    GROUP BY k.center_id
), passed AS (
    SELECT DISTINCT ON (c.center_id) c.center_id,
           json_build_object('run_id', r.run_id, 'night', r.night, 'state', c.state, 'error', c.error) AS last
    FROM crfd.run_center c
    JOIN crfd.run r USING (run_id)
    ORDER BY c.center_id, c.run_id DESC
)
SELECT json_build_object(
    'age_days', json_build_array(7, 30, 90),
    'centers', (SELECT coalesce(json_agg(json_build_object(
                           'center_id', c.center_id, 'subjects', c.subjects, 'pages', c.pages, 'quarantined', c.quarantined,
                           'open_critical', c.open_critical, 'open_major', c.open_major, 'open_minor', c.open_minor,
                           'open_by_age', h.ages, 'last', p.last,
                           'trend', coalesce(t.lines, '{"open": [], "opened": [], "closed": []}')) ORDER BY c.center_id), '[]')
                FROM crfd.center c
                JOIN heat h USING (center_id)
                LEFT JOIN passed p USING (center_id)
                LEFT JOIN trend t USING (center_id)),
    'nights', (SELECT coalesce(json_agg(night ORDER BY place), '[]') FROM shown),
    'trend', (SELECT json_build_object('open', coalesce(json_agg(open ORDER BY place), '[]'),
                                       'opened', coalesce(json_agg(opened ORDER BY place), '[]'),
                                       'closed', coalesce(json_agg(closed ORDER BY place), '[]'))
              FROM whole))
