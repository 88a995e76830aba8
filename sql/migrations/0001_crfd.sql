-- Schema crfd: what ran, over which centers, under which definition.
-- Nothing in schema analysis refers to it by foreign key, so that the analysis tables can be distributed by center.

CREATE TABLE crfd.study (
    digest       text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    name         text NOT NULL,
    version      text NOT NULL,
    definition   text NOT NULL,
    first_run_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE crfd.study IS 'Every version of the study definition that ever ran, whole. digest is the SHA-256 of the file.';

CREATE TABLE crfd.run (
    run_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    night        date NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('nightly', 'rerun')),
    reason       text CHECK (kind = 'nightly' OR coalesce(reason, '') <> ''),
    selection    jsonb,
    state        text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'superseded')),
    study_digest text NOT NULL REFERENCES crfd.study,
    host         text NOT NULL,
    version      text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX run_nightly_key ON crfd.run (night) WHERE kind = 'nightly';
COMMENT ON TABLE crfd.run IS 'One pass over all centers for a night, or a rerun. Each run ends in exactly one final state: done, failed (some centers), superseded (a later night began).';

CREATE TABLE crfd.run_center (
    run_id            bigint NOT NULL REFERENCES crfd.run,
    center_id         text COLLATE "C" NOT NULL,
    state             text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
    expected_pages    bigint NOT NULL,
    attempts          int NOT NULL DEFAULT 0,
    subjects          bigint NOT NULL DEFAULT 0,
    evaluated         bigint NOT NULL DEFAULT 0,
    pages_read        bigint NOT NULL DEFAULT 0,
    pages_written     bigint NOT NULL DEFAULT 0,
    pages_unchanged   bigint NOT NULL DEFAULT 0,
    pages_quarantined bigint NOT NULL DEFAULT 0,
    pages_removed     bigint NOT NULL DEFAULT 0,
    findings_opened   bigint NOT NULL DEFAULT 0,
    findings_closed   bigint NOT NULL DEFAULT 0,
    findings_reopened bigint NOT NULL DEFAULT 0,
    cleaned           bigint NOT NULL DEFAULT 0,
    sqlstate          text,
    error             text,
    host              text,
    started_at        timestamptz,
    finished_at       timestamptz,
    PRIMARY KEY (run_id, center_id),
    CHECK (state <> 'done' OR pages_read = pages_written + pages_unchanged + pages_quarantined)
);
COMMENT ON TABLE crfd.run_center IS 'The frozen list of centers of a run. A row locked by a session is being worked on: the lock is the lease.';

CREATE TABLE crfd.center (
    center_id      text COLLATE "C" PRIMARY KEY,
    study_digest   text,
    version        text,
    last_run_id    bigint
);
COMMENT ON TABLE crfd.center IS 'One row per center ever seen; study_digest and version are those under which all its subjects were last evaluated. The row lock orders passes of different runs over one center.';

COMMENT ON TABLE crfd.migration IS 'The migrations of sql/migrations that were applied, each with the checksum of its file.';

-- The service role gets SELECT, INSERT and UPDATE on what is created here (sql/roles.sql, where it was run). What
-- migrated and what ran is history, not its own to change.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'crfd_service') THEN
        REVOKE INSERT, UPDATE ON crfd.migration FROM crfd_service;
        REVOKE UPDATE ON crfd.study FROM crfd_service;
    END IF;
END $$;
