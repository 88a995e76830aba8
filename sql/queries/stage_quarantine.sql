-- Where a pass gathers the quarantined pages of the subjects it evaluated.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_quarantine (LIKE analysis.quarantine) ON COMMIT DELETE ROWS
