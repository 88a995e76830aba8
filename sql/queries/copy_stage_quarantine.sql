-- Quarantined pages into the stage.
COPY pg_temp.stage_quarantine (center_id, subject_id, ordinal, event, event_repeat, form, form_repeat, reason, data,
                               submitted_at, run_id) FROM STDIN (FORMAT binary)
