-- Brings the quarantine of center $1 to what was evaluated; rows that say the same stay untouched.
INSERT INTO analysis.quarantine AS t (center_id, subject_id, ordinal, event, event_repeat, form, form_repeat, reason,
                                      data, submitted_at, run_id)
SELECT $1::text, s.subject_id, s.ordinal, s.event, s.event_repeat, s.form, s.form_repeat, s.reason, s.data,
       s.submitted_at, s.run_id
FROM pg_temp.stage_quarantine s
ON CONFLICT (center_id, subject_id, ordinal) DO UPDATE
SET event = excluded.event, event_repeat = excluded.event_repeat, form = excluded.form,
    form_repeat = excluded.form_repeat, reason = excluded.reason, data = excluded.data,
    submitted_at = excluded.submitted_at, run_id = excluded.run_id
WHERE (t.event, t.event_repeat, t.form, t.form_repeat, t.reason, t.data, t.submitted_at) IS DISTINCT FROM
      (excluded.event, excluded.event_repeat, excluded.form, excluded.form_repeat, excluded.reason, excluded.data,
       excluded.submitted_at)
