-- Findings that open.
COPY analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item, severity,
                       category, message, messages, state, outcome, evidence, basis, opened_run, opened_at)
FROM STDIN (FORMAT binary)
