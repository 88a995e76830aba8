-- The ledger of a center's first night.
COPY analysis.subject (center_id, subject_id, pages, quarantined, digest, run_id, night, due) FROM STDIN (FORMAT binary)
