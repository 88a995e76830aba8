-- Evaluated subjects into the stage.
COPY pg_temp.stage_subject (subject_id, pages, quarantined, digest) FROM STDIN (FORMAT binary)
