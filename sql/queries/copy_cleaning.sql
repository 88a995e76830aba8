-- Cleaned values, for the audit trail.
COPY analysis.cleaning (run_id, center_id, subject_id, event, event_repeat, form, form_repeat, item, raw, cleaned,
                        steps) FROM STDIN (FORMAT binary)
