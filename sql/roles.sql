-- The roles of crfd, and what each may do. A superuser runs this file with psql: in the source database, in the
-- analysis database, or with both variables where they are one; before or after `crfd migrate`, as often as wanted.
--
--   psql -X -d edc      -v source=1   -f sql/roles.sql
--   psql -X -d analysis -v analysis=1 -f sql/roles.sql
--
-- A source relation other than edc.crf_page is named by -v source_schema=NAME -v source_table=NAME.
--
-- The roles cannot log in. They are given to those that can:
--
--   CREATE ROLE crfd LOGIN IN ROLE crfd_source, crfd_service;   the daemon: reads the source, writes the analysis schema
--   CREATE ROLE lin LOGIN IN ROLE crfd_reader;                  analysts: read the analysis schema
--   CREATE ROLE zhao LOGIN IN ROLE crfd_review;                 data managers: read it, waive findings and comment on them
--   CREATE ROLE crfd_serve LOGIN IN ROLE crfd_web;              the pages of crfd serve: read both schemas
--   CREATE ROLE crfd_serve_review LOGIN IN ROLE crfd_web_review;   who waives for people that a proxy has let in, and names them
--   GRANT crfd_owner TO wang;                                   who runs `crfd migrate`: owns both schemas and their tables
--
-- Where source and analysis are one database, the daemon reads and writes as two roles ("user=" in "conninfo" of each),
-- one of them in crfd_source, one in crfd_service: a function in a view of the source runs with the rights of who reads it.

\set ON_ERROR_STOP on
\set QUIET on

\if :{?source}
\elif :{?analysis}
\else
    DO $$ BEGIN RAISE 'say which database this is: -v source=1, -v analysis=1, or both'; END $$;
\endif

BEGIN;

-- Roles belong to the server, not to the database; they may exist already.
SELECT format('CREATE ROLE %I NOLOGIN', wanted.name)
FROM (VALUES ('crfd_owner'), ('crfd_source'), ('crfd_service'), ('crfd_reader'), ('crfd_review'), ('crfd_web'), ('crfd_web_review')
     ) AS wanted(name)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name)
\gexec

\if :{?source}
    \if :{?source_schema}
    \else
        \set source_schema edc
    \endif
    \if :{?source_table}
    \else
        \set source_table crf_page
    \endif
    -- The source is read and nothing else, and of it only the relation with the pages. What a view reads is
    -- checked against the view's owner.
    GRANT CONNECT ON DATABASE :"DBNAME" TO crfd_source;
    GRANT USAGE ON SCHEMA :"source_schema" TO crfd_source;
    GRANT SELECT ON :"source_schema".:"source_table" TO crfd_source;
\endif

\if :{?analysis}
    GRANT CONNECT ON DATABASE :"DBNAME" TO crfd_owner, crfd_service, crfd_reader, crfd_review, crfd_web, crfd_web_review;
    -- Rows that differ are staged in temporary tables before they are merged.
    GRANT TEMPORARY ON DATABASE :"DBNAME" TO crfd_service;

    -- The schemas stand before the first migration, so that their owner needs no right to create schemas.
    SELECT format('CREATE SCHEMA %I', wanted.name)
    FROM (VALUES ('crfd'), ('analysis')) AS wanted(name)
    WHERE to_regnamespace(wanted.name) IS NULL
    \gexec
    ALTER SCHEMA crfd OWNER TO crfd_owner;
    ALTER SCHEMA analysis OWNER TO crfd_owner;

    -- What another role has migrated before passes to the owner; sequences and indexes follow their tables.
    SELECT format('ALTER %s %I.%I OWNER TO crfd_owner',
                  CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, nspname, relname)
    FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('crfd', 'analysis') AND relkind IN ('r', 'p', 'v', 'm')
      AND relowner <> 'crfd_owner'::regrole
    \gexec
    SELECT format('ALTER ROUTINE %s OWNER TO crfd_owner', pg_proc.oid::regprocedure)
    FROM pg_catalog.pg_proc
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname IN ('crfd', 'analysis') AND proowner <> 'crfd_owner'::regrole
    \gexec

    -- A night opens runs, keeps their counts and states, and takes nothing back: no DELETE in schema crfd.
    GRANT USAGE ON SCHEMA crfd TO crfd_service;
    GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA crfd TO crfd_service;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA crfd TO crfd_service;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA crfd GRANT SELECT, INSERT, UPDATE ON TABLES TO crfd_service;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA crfd GRANT USAGE ON SEQUENCES TO crfd_service;

    -- Pages come, change and go. Default privileges cover the form tables that later migrations create.
    GRANT USAGE ON SCHEMA analysis TO crfd_service;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA analysis TO crfd_service;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA analysis TO crfd_service;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA analysis
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO crfd_service;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA analysis GRANT USAGE ON SEQUENCES TO crfd_service;

    -- History can be added to and not changed. The migrations say the same where they come after this file.
    SELECT format('REVOKE %s ON %s FROM crfd_service', history.rights, history.name)
    FROM (VALUES ('INSERT, UPDATE', 'crfd.migration'),
                 ('INSERT, UPDATE', 'crfd.instance'),
                 ('UPDATE', 'crfd.study'),
                 ('INSERT, UPDATE, DELETE', 'analysis.finding_event'),
                 ('UPDATE, DELETE', 'analysis.cleaning')) AS history(rights, name)
    WHERE to_regclass(history.name) IS NOT NULL
    \gexec
    -- Who made a transition, and when, is the session's to say: both columns are what they are by default.
    SELECT 'GRANT INSERT (center_id, finding_id, run_id, from_state, to_state, reason, evidence, note)'
           ' ON analysis.finding_event TO crfd_service'
    WHERE to_regclass('analysis.finding_event') IS NOT NULL
    \gexec

    -- Analysts see the tables and views of the trial, and nothing of how they were made. Of schema crfd they have the
    -- functions that a check's twin calls; its tables are granted to them nowhere.
    GRANT USAGE ON SCHEMA analysis, crfd TO crfd_reader, crfd_review;
    GRANT SELECT ON ALL TABLES IN SCHEMA analysis TO crfd_reader, crfd_review;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA analysis
        GRANT SELECT ON TABLES TO crfd_reader, crfd_review;

    -- The pages read what ran, too, and change nothing.
    GRANT USAGE ON SCHEMA analysis, crfd TO crfd_web;
    GRANT SELECT ON ALL TABLES IN SCHEMA analysis TO crfd_web;
    GRANT SELECT ON ALL TABLES IN SCHEMA crfd TO crfd_web;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA analysis GRANT SELECT ON TABLES TO crfd_web;
    ALTER DEFAULT PRIVILEGES FOR ROLE crfd_owner IN SCHEMA crfd GRANT SELECT ON TABLES TO crfd_web;

    -- Who reviews findings does it through functions, which change the state and write the history in one; in the place of
    -- others, and of nobody else, only who vouches for them. The migrations say the same where they come after this file.
    GRANT USAGE ON SCHEMA analysis, crfd TO crfd_web_review;
    SELECT format('GRANT %s ON %s TO %s', review.rights, review.name, review.role)
    FROM (VALUES ('SELECT', 'crfd.migration', 'crfd_review, crfd_web_review'),
                 ('SELECT', 'crfd.run', 'crfd_review'),
                 ('SELECT', 'crfd.center', 'crfd_review'),
                 ('SELECT', 'analysis.finding', 'crfd_web_review')) AS review(rights, name, role)
    WHERE to_regclass(review.name) IS NOT NULL
    \gexec
    SELECT format('GRANT EXECUTE ON FUNCTION %s TO %s', review.name, review.role)
    FROM (VALUES ('crfd.review(text, text, bigint, text)', 'crfd_review'),
                 ('crfd.review_as(text, text, text, bigint, text)', 'crfd_web_review')) AS review(name, role)
    WHERE to_regprocedure(review.name) IS NOT NULL
    \gexec
\endif

COMMIT;
