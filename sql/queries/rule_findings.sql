-- Every finding that rule $1 ever had, of all centers, in the order of center, subject and page key; the first columns are
-- those of subject_findings.sql.
SELECT f.finding_id, f.event, f.event_repeat, f.form, f.form_repeat, f.check_id, f.item, f.state, f.severity, f.category,
       f.outcome, f.message, f.messages, f.evidence, encode(f.basis, 'hex') AS basis,
       CASE WHEN f.state = 'closed'
            THEN (SELECT CASE WHEN e.from_state = 'waived' OR e.reason = 'removed' THEN e.from_state END
                  FROM analysis.finding_event e
                  WHERE e.center_id = f.center_id AND e.finding_id = f.finding_id AND e.to_state = 'closed'
                    AND e.from_state <> 'closed'
                  ORDER BY e.event_id DESC
                  LIMIT 1)
       END AS returns_to,
       CASE WHEN f.waived_basis IS NOT NULL
                 AND (SELECT e.reason
                      FROM analysis.finding_event e
                      WHERE e.center_id = f.center_id AND e.finding_id = f.finding_id AND e.from_state = 'waived'
                        AND e.to_state <> 'waived'
                      ORDER BY e.event_id DESC
                      LIMIT 1) <> 'unwaived'
            THEN encode(f.waived_basis, 'hex')
       END AS waived_basis,
       f.center_id, f.subject_id
FROM analysis.finding f
WHERE f.check_id = $1
ORDER BY f.center_id, f.subject_id, f.event, f.event_repeat, f.form, f.form_repeat
