-- Evaluated subjects into the stage.
COPY pg_temp.stage_subject (center_id, subject_id, pages, quarantined, digest, run_id, night, due) FROM STDIN (FORMAT binary)
