-- What a waiver was given for outlives it: where the finding rests on that again, the waiver is there again.

ALTER TABLE analysis.finding ADD COLUMN waived_basis bytea;
COMMENT ON COLUMN analysis.finding.waived_basis IS 'The basis of the last waiver that a run has ended; NULL where none has.';
