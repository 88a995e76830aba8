-- A waiver rests on everything that the rule read, and on the rule itself: a digest of that stands beside the evidence.

ALTER TABLE analysis.finding ADD COLUMN basis bytea;
COMMENT ON COLUMN analysis.finding.basis IS 'Digest of the rule and of everything that it read: a finding that was waived opens again when it changes. NULL before crfd kept it; the next pass fills it in.';
