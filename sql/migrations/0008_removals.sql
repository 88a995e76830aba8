-- A center of which more pages are gone from the source than may be is held: it keeps what it has.

ALTER TABLE crfd.run_center DROP CONSTRAINT run_center_state_check;
ALTER TABLE crfd.run_center
    ADD CONSTRAINT run_center_state_check CHECK (state IN ('pending', 'done', 'failed', 'held')),
    ADD COLUMN ledger_pages bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN crfd.run_center.pages_removed IS 'Pages that the source had no more.';
COMMENT ON COLUMN crfd.run_center.ledger_pages IS 'What the ledger counted when the run was opened: what the limit on removals goes by.';
COMMENT ON TABLE crfd.run IS 'One pass over all centers for a night, or a rerun. Each run ends in exactly one final state: done, failed (some centers failed or were held), superseded (a later night began). A nightly run has a reason where pages were allowed to go.';
