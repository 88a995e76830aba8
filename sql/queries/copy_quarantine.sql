-- Quarantined pages of a center's first night.
COPY analysis.quarantine (center_id, subject_id, ordinal, event, event_repeat, form, form_repeat, reason, data,
                          submitted_at, run_id) FROM STDIN (FORMAT binary)
