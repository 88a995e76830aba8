-- Whose pages are these? A database belongs to one study: a night of another would take all of them out. Each run tells the
-- source that it read.

CREATE TABLE crfd.instance (
    is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
    study      text NOT NULL
);
COMMENT ON TABLE crfd.instance IS 'The study that the database belongs to, one row; `crfd migrate --rename-study` gives it another name.';

-- What has had nights belongs to the study of the last one.
INSERT INTO crfd.instance (study)
SELECT study.name
FROM crfd.run
JOIN crfd.study ON study.digest = run.study_digest
ORDER BY run.run_id DESC
LIMIT 1;

ALTER TABLE crfd.run ADD COLUMN source text;
COMMENT ON COLUMN crfd.run.source IS 'Database and relation that the run read; NULL before crfd kept it.';

-- The service's role keeps to what the owner has written (sql/roles.sql, where it was run).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'crfd_service') THEN
        REVOKE INSERT, UPDATE ON crfd.instance FROM crfd_service;
    END IF;
END $$;
