-- Every finding that subject $2 of center $1 ever had, in key order; and in which state one was that closed because its page
-- was gone.
SELECT f.finding_id, f.event, f.event_repeat, f.form, f.form_repeat, f.check_id, f.item, f.state, f.severity, f.category,
       f.outcome, f.message, f.evidence,
       (SELECT e.from_state
        FROM analysis.finding_event e
        WHERE e.center_id = f.center_id AND e.finding_id = f.finding_id AND f.closed_reason = 'removed'
          AND e.to_state = 'closed'
        ORDER BY e.event_id DESC
        LIMIT 1) AS removed_from
FROM analysis.finding f
WHERE f.center_id = $1 AND f.subject_id = $2
ORDER BY f.event, f.event_repeat, f.form, f.form_repeat, f.check_id, f.item
