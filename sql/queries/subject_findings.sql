-- Every finding that subject $2 of center $1 ever had, in key order; and to which state one that is closed goes when the same
-- comes back: its page was gone, or it was waived; and on what its last waiver rested, unless a person has taken it back.
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
       END AS waived_basis
FROM analysis.finding f
WHERE f.center_id = $1 AND f.subject_id = $2
ORDER BY f.event, f.event_repeat, f.form, f.form_repeat, f.check_id, f.item
