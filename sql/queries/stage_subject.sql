-- Where a pass gathers the subjects it evaluated: digest NULL is a subject that is gone from the source.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_subject (
    subject_id  text COLLATE "C" NOT NULL,
    pages       int,
    quarantined int,
    digest      bytea
) ON COMMIT DELETE ROWS
