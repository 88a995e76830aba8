-- Where a pass gathers the subjects it evaluated: pages 0 is a subject that is gone from the source.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_subject (LIKE analysis.subject) ON COMMIT DELETE ROWS
