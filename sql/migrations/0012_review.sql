-- What people do with findings is one of three things; all else is the doing of a run.
ALTER TABLE analysis.finding_event ADD CONSTRAINT finding_event_review_check CHECK (
    run_id IS NOT NULL
    OR reason = 'waived' AND from_state = 'open' AND to_state = 'waived'
    OR reason = 'unwaived' AND from_state = 'waived' AND to_state = 'open'
    OR reason = 'comment' AND from_state = to_state
);
COMMENT ON TABLE analysis.finding_event IS 'Append-only: every change of a finding after its opening, and what was said of it. run_id is NULL for what a person did (crfd waive, unwaive, comment); a comment changes no state.';

-- Who reviews findings (sql/roles.sql, where it was run).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'crfd_review') THEN
        GRANT SELECT ON crfd.migration, crfd.run TO crfd_review;
        GRANT SELECT, UPDATE (recount) ON crfd.center TO crfd_review;
        GRANT UPDATE (state) ON analysis.finding TO crfd_review;
        GRANT INSERT (center_id, finding_id, from_state, to_state, reason, evidence, note)
            ON analysis.finding_event TO crfd_review;
    END IF;
END $$;
