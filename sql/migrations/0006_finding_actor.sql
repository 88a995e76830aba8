-- Who made a transition of a finding, and when, is the session's to say and nobody's to write: the service role adds rows
-- without these columns, which are what they are by default (sql/roles.sql, where it was run).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'crfd_service') THEN
        REVOKE INSERT ON analysis.finding_event FROM crfd_service;
        GRANT INSERT (center_id, finding_id, run_id, from_state, to_state, reason, evidence, note)
            ON analysis.finding_event TO crfd_service;
    END IF;
END $$;
