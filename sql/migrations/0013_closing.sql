-- The closing step of a run, over all centers: what it has to look at, and why it failed where it did.

ALTER TABLE crfd.center ADD COLUMN unclosed boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN crfd.center.unclosed IS 'A pass has changed something of the center since the last closing step.';

ALTER TABLE crfd.run ADD COLUMN sqlstate text, ADD COLUMN error text;
COMMENT ON COLUMN crfd.run.error IS 'Why the closing step of the run failed; NULL where it did not. The next crfd run of the night does it again.';
COMMENT ON TABLE crfd.run IS 'One pass over all centers for a night, or a rerun. Each run ends in exactly one final state: done, failed (some centers failed or were held, or the closing step failed), superseded (a later night began). A nightly run has a reason where pages were allowed to go.';
