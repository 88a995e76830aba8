SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA analysis;
CREATE SCHEMA crfd;
CREATE FUNCTION crfd.earliest(value text) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN make_timestamp((substr(value, 1, 4))::integer, COALESCE((NULLIF(substr(value, 6, 2), ''::text))::integer, 1), COALESCE((NULLIF(substr(value, 9, 2), ''::text))::integer, 1), COALESCE((NULLIF(substr(value, 12, 2), ''::text))::integer, 0), COALESCE((NULLIF(substr(value, 15, 2), ''::text))::integer, 0), COALESCE((NULLIF(substr(value, 18), ''::text))::double precision, (0)::double precision));
COMMENT ON FUNCTION crfd.earliest(value text) IS 'The first instant that a partial date may mean: 2014-03 is 2014-03-01 00:00:00.';
CREATE FUNCTION crfd.full_date(value text) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (length(value) >= 10) THEN (crfd.earliest(value))::date ELSE NULL::date END;
COMMENT ON FUNCTION crfd.full_date(value text) IS 'The day of a partial date, NULL where year, month and day are not all known.';
CREATE FUNCTION crfd.latest(value text) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE length(value) WHEN 4 THEN ((crfd.earliest(value) + '1 year'::interval) - '00:00:00.000001'::interval) WHEN 7 THEN ((crfd.earliest(value) + '1 mon'::interval) - '00:00:00.000001'::interval) WHEN 10 THEN ((crfd.earliest(value) + '1 day'::interval) - '00:00:00.000001'::interval) WHEN 13 THEN ((crfd.earliest(value) + '01:00:00'::interval) - '00:00:00.000001'::interval) WHEN 16 THEN ((crfd.earliest(value) + '00:01:00'::interval) - '00:00:00.000001'::interval) ELSE crfd.earliest(value) END;
COMMENT ON FUNCTION crfd.latest(value text) IS 'The last instant that a partial date may mean: 2014-03 is 2014-03-31 23:59:59.999999.';
CREATE FUNCTION crfd.partial_equal(a text, b text, by_day boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN by_day THEN CASE WHEN (((crfd.latest(a))::date < (crfd.earliest(b))::date) OR ((crfd.latest(b))::date < (crfd.earliest(a))::date)) THEN false WHEN (((crfd.earliest(a))::date = (crfd.latest(a))::date) AND ((crfd.earliest(b))::date = (crfd.latest(b))::date)) THEN true ELSE NULL::boolean END WHEN ((crfd.latest(a) < crfd.earliest(b)) OR (crfd.latest(b) < crfd.earliest(a))) THEN false WHEN ((crfd.earliest(a) = crfd.latest(a)) AND (crfd.earliest(b) = crfd.latest(b))) THEN true ELSE NULL::boolean END;
COMMENT ON FUNCTION crfd.partial_equal(a text, b text, by_day boolean) IS 'a = b: false where they cannot meet, true where both are complete and equal, else NULL: two days of one March may be meant.';
CREATE FUNCTION crfd.partial_less(a text, b text, by_day boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN by_day THEN CASE WHEN ((crfd.latest(a))::date < (crfd.earliest(b))::date) THEN true WHEN ((crfd.earliest(a))::date >= (crfd.latest(b))::date) THEN false ELSE NULL::boolean END WHEN (crfd.latest(a) < crfd.earliest(b)) THEN true WHEN (crfd.earliest(a) >= crfd.latest(b)) THEN false ELSE NULL::boolean END;
COMMENT ON FUNCTION crfd.partial_less(a text, b text, by_day boolean) IS 'a < b: true or false where it is certain, else NULL. by_day compares whole days, as for a column that has no time.';
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE analysis.ae (
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL COLLATE pg_catalog."C",
    event_repeat integer NOT NULL,
    form_repeat integer NOT NULL,
    event_order integer NOT NULL,
    aeterm text COLLATE pg_catalog."C",
    aestdtc text COLLATE pg_catalog."C",
    aeser text COLLATE pg_catalog."C",
    submitted_at timestamp with time zone NOT NULL,
    run_id bigint NOT NULL
);
COMMENT ON TABLE analysis.ae IS 'Adverse events';
COMMENT ON COLUMN analysis.ae.aeterm IS 'Event';
COMMENT ON COLUMN analysis.ae.aestdtc IS 'Start';
COMMENT ON COLUMN analysis.ae.aeser IS 'Serious';
CREATE TABLE analysis.cleaning (
    cleaning_id bigint NOT NULL,
    run_id bigint NOT NULL,
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL COLLATE pg_catalog."C",
    event_repeat integer NOT NULL,
    form text NOT NULL COLLATE pg_catalog."C",
    form_repeat integer NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    raw text NOT NULL,
    cleaned text,
    steps text NOT NULL
);
COMMENT ON TABLE analysis.cleaning IS 'Append-only: every value that cleaning changed, as entered and as stored (NULL: it meant missing), with the steps in order. The latest row of a page key and item tells how the current value came about; a row without steps says that from then on it stands as entered.';
CREATE TABLE analysis.finding (
    finding_id bigint NOT NULL,
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL COLLATE pg_catalog."C",
    event_repeat integer NOT NULL,
    form text NOT NULL COLLATE pg_catalog."C",
    form_repeat integer NOT NULL,
    check_id text NOT NULL COLLATE pg_catalog."C",
    item text NOT NULL COLLATE pg_catalog."C",
    severity text NOT NULL,
    message text NOT NULL,
    state text NOT NULL,
    outcome text NOT NULL,
    evidence json NOT NULL,
    opened_run bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_run bigint,
    closed_at timestamp with time zone,
    closed_reason text,
    reopened integer DEFAULT 0 NOT NULL,
    CONSTRAINT finding_check CHECK (((state = 'closed'::text) = (closed_reason IS NOT NULL))),
    CONSTRAINT finding_check1 CHECK (((state = 'closed'::text) = (closed_run IS NOT NULL))),
    CONSTRAINT finding_check2 CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT finding_closed_reason_check CHECK ((closed_reason = ANY (ARRAY['corrected'::text, 'unknown'::text, 'removed'::text, 'retired'::text]))),
    CONSTRAINT finding_outcome_check CHECK ((outcome = ANY (ARRAY['false'::text, 'error'::text]))),
    CONSTRAINT finding_severity_check CHECK ((severity = ANY (ARRAY['minor'::text, 'major'::text, 'critical'::text]))),
    CONSTRAINT finding_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'waived'::text])))
);
COMMENT ON TABLE analysis.finding IS 'A violated check on a page, with its life cycle. item is '''' where the finding stands at the page as a whole.';
CREATE TABLE analysis.subject (
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    pages integer NOT NULL,
    quarantined integer NOT NULL,
    digest bytea NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT subject_check CHECK (((quarantined >= 0) AND (quarantined <= pages))),
    CONSTRAINT subject_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT subject_pages_check CHECK ((pages > 0))
);
COMMENT ON TABLE analysis.subject IS 'The ledger: one row per subject taken in. digest is the SHA-256 over its source pages in key order; sql/queries/source_digest.sql recomputes it at the source.';
CREATE VIEW analysis.center_quality AS
 WITH ledger AS (
         SELECT subject.center_id,
            count(*) AS subjects,
            sum(subject.pages) AS pages,
            sum(subject.quarantined) AS quarantined
           FROM analysis.subject
          GROUP BY subject.center_id
        ), open_finding AS (
         SELECT finding.center_id,
            count(*) FILTER (WHERE (finding.severity = 'critical'::text)) AS critical,
            count(*) FILTER (WHERE (finding.severity = 'major'::text)) AS major,
            count(*) FILTER (WHERE (finding.severity = 'minor'::text)) AS minor
           FROM analysis.finding
          WHERE (finding.state = 'open'::text)
          GROUP BY finding.center_id
        ), cleaned AS (
         SELECT latest.center_id,
            count(*) AS cleaned
           FROM ( SELECT DISTINCT ON (cleaning.center_id, cleaning.subject_id, cleaning.event, cleaning.event_repeat, cleaning.form, cleaning.form_repeat, cleaning.item) cleaning.center_id,
                    cleaning.steps
                   FROM analysis.cleaning
                  ORDER BY cleaning.center_id, cleaning.subject_id, cleaning.event, cleaning.event_repeat, cleaning.form, cleaning.form_repeat, cleaning.item, cleaning.cleaning_id DESC) latest
          WHERE (latest.steps <> ''::text)
          GROUP BY latest.center_id
        )
 SELECT ledger.center_id,
    ledger.subjects,
    ledger.pages,
    COALESCE(open_finding.critical, (0)::bigint) AS open_critical,
    COALESCE(open_finding.major, (0)::bigint) AS open_major,
    COALESCE(open_finding.minor, (0)::bigint) AS open_minor,
    COALESCE(cleaned.cleaned, (0)::bigint) AS cleaned,
    ledger.quarantined
   FROM ((ledger
     LEFT JOIN open_finding USING (center_id))
     LEFT JOIN cleaned USING (center_id));
COMMENT ON VIEW analysis.center_quality IS 'Per center: subjects, pages, open findings by severity, cleaned values, quarantined pages.';
ALTER TABLE analysis.cleaning ALTER COLUMN cleaning_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME analysis.cleaning_cleaning_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE analysis.dm (
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL COLLATE pg_catalog."C",
    event_repeat integer NOT NULL,
    form_repeat integer NOT NULL,
    event_order integer NOT NULL,
    sex text COLLATE pg_catalog."C",
    rfstdtc date,
    submitted_at timestamp with time zone NOT NULL,
    run_id bigint NOT NULL
);
COMMENT ON TABLE analysis.dm IS 'Demographics';
COMMENT ON COLUMN analysis.dm.sex IS 'Sex';
COMMENT ON COLUMN analysis.dm.rfstdtc IS 'Date of first dose';
CREATE TABLE analysis.finding_event (
    event_id bigint NOT NULL,
    center_id text NOT NULL COLLATE pg_catalog."C",
    finding_id bigint NOT NULL,
    run_id bigint,
    at timestamp with time zone DEFAULT now() NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    reason text NOT NULL,
    evidence json,
    actor text DEFAULT SESSION_USER NOT NULL,
    note text,
    CONSTRAINT finding_event_from_state_check CHECK ((from_state = ANY (ARRAY['open'::text, 'closed'::text, 'waived'::text]))),
    CONSTRAINT finding_event_to_state_check CHECK ((to_state = ANY (ARRAY['open'::text, 'closed'::text, 'waived'::text])))
);
COMMENT ON TABLE analysis.finding_event IS 'Append-only: every change of a finding after its opening. run_id is NULL for what a person did (crfd waive).';
ALTER TABLE analysis.finding_event ALTER COLUMN event_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME analysis.finding_event_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE analysis.finding ALTER COLUMN finding_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME analysis.finding_finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW analysis.open_finding AS
 SELECT finding.finding_id,
    finding.center_id,
    finding.subject_id,
    finding.event,
    finding.event_repeat,
    finding.form,
    finding.form_repeat,
    finding.check_id,
    finding.item,
    finding.severity,
    finding.message,
    finding.outcome,
    finding.evidence,
    finding.opened_run,
    finding.opened_at,
    finding.reopened
   FROM analysis.finding
  WHERE (finding.state = 'open'::text);
CREATE TABLE analysis.quarantine (
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    ordinal integer NOT NULL,
    event text COLLATE pg_catalog."C",
    event_repeat text COLLATE pg_catalog."C",
    form text COLLATE pg_catalog."C",
    form_repeat text COLLATE pg_catalog."C",
    reason text NOT NULL,
    data text,
    submitted_at timestamp with time zone,
    run_id bigint NOT NULL
);
COMMENT ON TABLE analysis.quarantine IS 'Pages that could not be taken in, whole, with the reason; kept until they are corrected at the source. ordinal counts a subject''s quarantined pages in key order.';
CREATE TABLE analysis.vs (
    center_id text NOT NULL COLLATE pg_catalog."C",
    subject_id text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL COLLATE pg_catalog."C",
    event_repeat integer NOT NULL,
    form_repeat integer NOT NULL,
    event_order integer NOT NULL,
    vsdtc date,
    sysbp bigint,
    diabp bigint,
    weight numeric,
    weight_u text COLLATE pg_catalog."C",
    submitted_at timestamp with time zone NOT NULL,
    run_id bigint NOT NULL
);
COMMENT ON TABLE analysis.vs IS 'Vital signs';
COMMENT ON COLUMN analysis.vs.vsdtc IS 'Date of measurements';
COMMENT ON COLUMN analysis.vs.sysbp IS 'Systolic blood pressure';
COMMENT ON COLUMN analysis.vs.diabp IS 'Diastolic blood pressure';
COMMENT ON COLUMN analysis.vs.weight IS 'Weight';
COMMENT ON COLUMN analysis.vs.weight_u IS 'Weight, unit as entered';
CREATE TABLE crfd.center (
    center_id text NOT NULL COLLATE pg_catalog."C",
    study_digest text,
    version text,
    last_run_id bigint,
    subjects bigint,
    pages bigint,
    quarantined bigint,
    open_critical bigint,
    open_major bigint,
    open_minor bigint,
    recount boolean DEFAULT true NOT NULL
);
COMMENT ON TABLE crfd.center IS 'One row per center ever seen; study_digest and version are those under which all its subjects were last evaluated. The row lock orders passes of different runs over one center.';
COMMENT ON COLUMN crfd.center.subjects IS 'This and the columns that follow: as analysis.center_quality counted them at the end of the last pass; NULL before a first one.';
COMMENT ON COLUMN crfd.center.recount IS 'The next pass counts again, also where it changes nothing: a finding was waived.';
CREATE TABLE crfd.migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    version text NOT NULL,
    CONSTRAINT migration_number_check CHECK ((number > 0))
);
COMMENT ON TABLE crfd.migration IS 'The migrations of sql/migrations that were applied, each with the checksum of its file.';
CREATE TABLE crfd.run (
    run_id bigint NOT NULL,
    night date NOT NULL,
    kind text NOT NULL,
    reason text,
    selection jsonb,
    state text DEFAULT 'running'::text NOT NULL,
    study_digest text NOT NULL,
    host text NOT NULL,
    version text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT run_check CHECK (((kind = 'nightly'::text) OR (COALESCE(reason, ''::text) <> ''::text))),
    CONSTRAINT run_check1 CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT run_kind_check CHECK ((kind = ANY (ARRAY['nightly'::text, 'rerun'::text]))),
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'superseded'::text])))
);
COMMENT ON TABLE crfd.run IS 'One pass over all centers for a night, or a rerun. Each run ends in exactly one final state: done, failed (some centers), superseded (a later night began).';
CREATE TABLE crfd.run_center (
    run_id bigint NOT NULL,
    center_id text NOT NULL COLLATE pg_catalog."C",
    state text DEFAULT 'pending'::text NOT NULL,
    expected_pages bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    subjects bigint DEFAULT 0 NOT NULL,
    evaluated bigint DEFAULT 0 NOT NULL,
    pages_read bigint DEFAULT 0 NOT NULL,
    pages_written bigint DEFAULT 0 NOT NULL,
    pages_unchanged bigint DEFAULT 0 NOT NULL,
    pages_quarantined bigint DEFAULT 0 NOT NULL,
    pages_removed bigint DEFAULT 0 NOT NULL,
    findings_opened bigint DEFAULT 0 NOT NULL,
    findings_closed bigint DEFAULT 0 NOT NULL,
    findings_reopened bigint DEFAULT 0 NOT NULL,
    cleaned bigint DEFAULT 0 NOT NULL,
    sqlstate text,
    error text,
    host text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT run_center_check CHECK (((state <> 'done'::text) OR (pages_read = ((pages_written + pages_unchanged) + pages_quarantined)))),
    CONSTRAINT run_center_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'failed'::text])))
);
COMMENT ON TABLE crfd.run_center IS 'The frozen list of centers of a run. A row locked by a session is being worked on: the lock is the lease.';
ALTER TABLE crfd.run ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crfd.run_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE crfd.study (
    digest text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    definition text NOT NULL,
    first_run_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT study_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);
COMMENT ON TABLE crfd.study IS 'Every version of the study definition that ever ran, whole. digest is the SHA-256 of the file.';
INSERT INTO analysis.ae VALUES ('C02', 'S001', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S001', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S001', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S002', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S002', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S002', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S003', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S003', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S003', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S004', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S004', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S004', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S005', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S005', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S005', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S006', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S006', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S006', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S007', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S007', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S007', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S008', 'AE LOG', 1, 1, 5, 'Headache 1', '2023-12-31', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S008', 'AE LOG', 1, 2, 5, 'Headache 2', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.ae VALUES ('C02', 'S008', 'AE LOG', 1, 3, 5, 'Headache 3', '2024-02', 'N', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.cleaning VALUES (1, 1, 'C01', 'S002', 'SCREENING', 1, 'dm', 1, 'sex', 'FEMALE', 'F', 'synonym');
INSERT INTO analysis.cleaning VALUES (2, 1, 'C01', 'S003', 'SCREENING', 1, 'dm', 1, 'sex', '男', 'M', 'synonym');
INSERT INTO analysis.cleaning VALUES (3, 1, 'C01', 'S004', 'SCREENING', 1, 'dm', 1, 'sex', '女', 'F', 'synonym');
INSERT INTO analysis.cleaning VALUES (4, 1, 'C02', 'S001', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (5, 1, 'C02', 'S001', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (6, 1, 'C02', 'S001', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (7, 1, 'C02', 'S001', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (8, 1, 'C02', 'S001', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (9, 1, 'C02', 'S001', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (10, 1, 'C02', 'S002', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (11, 1, 'C02', 'S002', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (12, 1, 'C02', 'S002', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (13, 1, 'C02', 'S002', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (14, 1, 'C02', 'S002', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (15, 1, 'C02', 'S002', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (16, 1, 'C02', 'S002', 'SCREENING', 1, 'dm', 1, 'sex', 'FEMALE', 'F', 'synonym');
INSERT INTO analysis.cleaning VALUES (17, 1, 'C02', 'S003', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (18, 1, 'C02', 'S003', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (19, 1, 'C02', 'S003', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (20, 1, 'C02', 'S003', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (21, 1, 'C02', 'S003', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (22, 1, 'C02', 'S003', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (23, 1, 'C02', 'S003', 'SCREENING', 1, 'dm', 1, 'sex', '男', 'M', 'synonym');
INSERT INTO analysis.cleaning VALUES (24, 1, 'C02', 'S004', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (25, 1, 'C02', 'S004', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (26, 1, 'C02', 'S004', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (27, 1, 'C02', 'S004', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (28, 1, 'C02', 'S004', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (29, 1, 'C02', 'S004', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (30, 1, 'C02', 'S004', 'SCREENING', 1, 'dm', 1, 'sex', '女', 'F', 'synonym');
INSERT INTO analysis.cleaning VALUES (31, 1, 'C02', 'S005', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (32, 1, 'C02', 'S005', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (33, 1, 'C02', 'S005', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (34, 1, 'C02', 'S005', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (35, 1, 'C02', 'S005', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (36, 1, 'C02', 'S005', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (37, 1, 'C02', 'S006', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (38, 1, 'C02', 'S006', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (39, 1, 'C02', 'S006', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (40, 1, 'C02', 'S006', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (41, 1, 'C02', 'S006', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (42, 1, 'C02', 'S006', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (43, 1, 'C02', 'S007', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (44, 1, 'C02', 'S007', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (45, 1, 'C02', 'S007', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (46, 1, 'C02', 'S007', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (47, 1, 'C02', 'S007', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (48, 1, 'C02', 'S007', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (49, 1, 'C02', 'S007', 'SCREENING', 1, 'dm', 1, 'sex', 'FEMALE', 'F', 'synonym');
INSERT INTO analysis.cleaning VALUES (50, 1, 'C02', 'S008', 'AE LOG', 1, 'ae', 1, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (51, 1, 'C02', 'S008', 'AE LOG', 1, 'ae', 1, 'aeterm', ' Headache  1 ', 'Headache 1', 'trim');
INSERT INTO analysis.cleaning VALUES (52, 1, 'C02', 'S008', 'AE LOG', 1, 'ae', 2, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (53, 1, 'C02', 'S008', 'AE LOG', 1, 'ae', 2, 'aeterm', ' Headache  2 ', 'Headache 2', 'trim');
INSERT INTO analysis.cleaning VALUES (54, 1, 'C02', 'S008', 'AE LOG', 1, 'ae', 3, 'aeser', 'n', 'N', 'case');
INSERT INTO analysis.cleaning VALUES (55, 1, 'C02', 'S008', 'AE LOG', 1, 'ae', 3, 'aeterm', ' Headache  3 ', 'Headache 3', 'trim');
INSERT INTO analysis.cleaning VALUES (56, 1, 'C02', 'S008', 'SCREENING', 1, 'dm', 1, 'sex', '男', 'M', 'synonym');
INSERT INTO analysis.cleaning VALUES (57, 1, 'C02', 'S008', 'WEEK 4', 1, 'vs', 1, 'weight', '64.0', '29.029911680', 'unit');
INSERT INTO analysis.dm VALUES ('C01', 'S001', 'SCREENING', 1, 1, 1, 'M', '2024-01-02', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C01', 'S002', 'SCREENING', 1, 1, 1, 'F', '2024-01-03', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C01', 'S003', 'SCREENING', 1, 1, 1, 'M', '2024-01-04', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C01', 'S004', 'SCREENING', 1, 1, 1, 'F', '2024-01-05', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S001', 'SCREENING', 1, 1, 1, 'M', '2024-01-02', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S002', 'SCREENING', 1, 1, 1, 'F', '2024-01-03', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S003', 'SCREENING', 1, 1, 1, 'M', '2024-01-04', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S004', 'SCREENING', 1, 1, 1, 'F', '2024-01-05', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S005', 'SCREENING', 1, 1, 1, 'F', '2024-01-06', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S006', 'SCREENING', 1, 1, 1, 'M', '2024-01-07', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S007', 'SCREENING', 1, 1, 1, 'F', '2024-01-08', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.dm VALUES ('C02', 'S008', 'SCREENING', 1, 1, 1, 'M', '2024-01-09', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.finding VALUES (2, 'C02', 'S001', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-02"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (3, 'C02', 'S002', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-03"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (4, 'C02', 'S003', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-04"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (5, 'C02', 'S004', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-05"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (6, 'C02', 'S004', 'WEEK 4', 1, 'vs', 1, 'VS001', 'sysbp', 'major', 'Systolic 61 is not above diastolic 77', 'open', 'false', '{"sysbp":"61","diabp":"77"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (7, 'C02', 'S005', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-06"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (8, 'C02', 'S005', 'WEEK 2', 1, 'vs', 1, 'VS001', 'sysbp', 'major', 'Systolic 61 is not above diastolic 77', 'open', 'false', '{"sysbp":"61","diabp":"77"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (9, 'C02', 'S006', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-07"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (10, 'C02', 'S006', 'SCREENING', 1, 'vs', 1, 'VS001', 'sysbp', 'major', 'Systolic 61 is not above diastolic 77', 'open', 'false', '{"sysbp":"61","diabp":"77"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (11, 'C02', 'S007', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-08"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (12, 'C02', 'S008', 'AE LOG', 1, 'ae', 1, 'AE001', 'aestdtc', 'minor', 'The event began on 2023-12-31, before the first dose', 'open', 'false', '{"aestdtc":"2023-12-31","dm.rfstdtc":"2024-01-09"}', 1, '2026-12-01 03:08:35.609081+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding VALUES (13, 'C02', 'S001', 'SCREENING', 1, 'vs', 1, 'VS001', 'sysbp', 'major', 'Systolic 61 is not above diastolic 90', 'closed', 'false', '{"sysbp":"61","diabp":"90"}', 2, '2026-12-01 03:08:35.874416+00', 3, '2026-12-01 03:08:36.079758+00', 'corrected', 0);
INSERT INTO analysis.finding VALUES (1, 'C01', 'S004', 'WEEK 4', 1, 'vs', 1, 'VS001', 'sysbp', 'major', 'Systolic 61 is not above diastolic 77', 'waived', 'false', '{"sysbp":"61","diabp":"77"}', 1, '2026-12-01 03:08:35.596469+00', NULL, NULL, NULL, 0);
INSERT INTO analysis.finding_event VALUES (1, 'C02', 13, 3, '2026-12-01 03:08:36.079758+00', 'open', 'closed', 'corrected', NULL, 'postgres', NULL);
INSERT INTO analysis.finding_event VALUES (2, 'C01', 1, NULL, '2026-12-01 03:08:36.323097+00', 'open', 'waived', 'waived', '{"sysbp":"61","diabp":"77"}', 'postgres', 'confirmed by the center');
INSERT INTO analysis.subject VALUES ('C01', 'S001', 4, 0, '\x070a18210c134729582956568ce01bd65342ad8115c3088495e56a7ce9b2f6f5', 1);
INSERT INTO analysis.subject VALUES ('C01', 'S002', 4, 0, '\x99c670fe87cd6c4c3f5af595c64da0e3868cfa63707eacc54cb8aaac5481a64b', 1);
INSERT INTO analysis.subject VALUES ('C01', 'S003', 4, 0, '\x529fcf29f4b23b4953ba5298ce4b0b9a2ecf7ca367746b0d86dbe2510413edee', 1);
INSERT INTO analysis.subject VALUES ('C01', 'S004', 4, 0, '\x0ef195bf44ea8483a2726d8f033c0c101e7351a7fcbe76d8f58a3ebca3d53786', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S002', 7, 0, '\x5607cf5f3abc9b551673c73c06c5ce1b65ccfbef9a9cbcf44e11386e00c35e1f', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S003', 7, 0, '\xeb423d49907724b8b9895a44f9532cc8f378a4c6a3c8c6307f6dc38a0ea6f373', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S004', 7, 0, '\x7d9935d920eebca7928015c6103d3202ca62b6c09f9a5df16a0ab33e6ebbfd9a', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S005', 7, 0, '\xcf6f2f4cb9429d097d19607351c32b168372d29e5be7904af1ee7d98ecc493e1', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S006', 7, 0, '\x08ce35668c48374017848b2ba94410596425d183f7a115b29a64940e06ce182b', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S007', 7, 0, '\x6e2c2711e62d5b4712cd965a669da8ca52d6c0cd5bd06d280bd2caf2561be582', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S008', 7, 0, '\x6794f83045be7066e74a0ca4193ede4056ce15412c37de5676590efab18e832c', 1);
INSERT INTO analysis.subject VALUES ('C02', 'S001', 7, 0, '\x5b5a7720f565670d3ecfe4b803c068f7cead87a493083030a38b3aa5bc2518fe', 3);
INSERT INTO analysis.vs VALUES ('C01', 'S001', 'SCREENING', 1, 1, 1, '2024-01-16', 111, 72, 60.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S001', 'WEEK 2', 1, 1, 2, '2024-01-30', 112, 73, 60.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S001', 'WEEK 4', 1, 1, 3, '2024-02-13', 113, 74, 60.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S002', 'SCREENING', 1, 1, 1, '2024-01-17', 112, 73, 61.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S002', 'WEEK 2', 1, 1, 2, '2024-01-31', 114, 74, 61.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S002', 'WEEK 4', 1, 1, 3, '2024-02-14', 116, 75, 61.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S003', 'SCREENING', 1, 1, 1, '2024-01-18', 113, 74, 61.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S003', 'WEEK 2', 1, 1, 2, '2024-02-01', 116, 75, 61.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S003', 'WEEK 4', 1, 1, 3, '2024-02-15', 119, 76, 61.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S004', 'SCREENING', 1, 1, 1, '2024-01-19', 114, 75, 62.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S004', 'WEEK 2', 1, 1, 2, '2024-02-02', 118, 76, 62.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C01', 'S004', 'WEEK 4', 1, 1, 3, '2024-02-16', 61, 77, 62.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S001', 'WEEK 2', 1, 1, 2, '2024-01-30', 112, 73, 60.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S001', 'WEEK 4', 1, 1, 3, '2024-02-13', 113, 74, 60.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S002', 'SCREENING', 1, 1, 1, '2024-01-17', 112, 73, 61.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S002', 'WEEK 2', 1, 1, 2, '2024-01-31', 114, 74, 61.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S002', 'WEEK 4', 1, 1, 3, '2024-02-14', 116, 75, 61.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S003', 'SCREENING', 1, 1, 1, '2024-01-18', 113, 74, 61.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S003', 'WEEK 2', 1, 1, 2, '2024-02-01', 116, 75, 61.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S003', 'WEEK 4', 1, 1, 3, '2024-02-15', 119, 76, 61.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S004', 'SCREENING', 1, 1, 1, '2024-01-19', 114, 75, 62.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S004', 'WEEK 2', 1, 1, 2, '2024-02-02', 118, 76, 62.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S004', 'WEEK 4', 1, 1, 3, '2024-02-16', 61, 77, 62.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S005', 'SCREENING', 1, 1, 1, '2024-01-20', 115, 76, 62.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S005', 'WEEK 2', 1, 1, 2, '2024-02-03', 61, 77, 62.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S005', 'WEEK 4', 1, 1, 3, '2024-02-17', 125, 78, 62.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S006', 'SCREENING', 1, 1, 1, '2024-01-21', 61, 77, 63.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S006', 'WEEK 2', 1, 1, 2, '2024-02-04', 122, 78, 63.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S006', 'WEEK 4', 1, 1, 3, '2024-02-18', 128, 79, 63.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S007', 'SCREENING', 1, 1, 1, '2024-01-22', 117, 78, 63.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S007', 'WEEK 2', 1, 1, 2, '2024-02-05', 124, 79, 63.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S007', 'WEEK 4', 1, 1, 3, '2024-02-19', 131, 80, 63.5, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S008', 'SCREENING', 1, 1, 1, '2024-01-23', 118, 79, 64.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S008', 'WEEK 2', 1, 1, 2, '2024-02-06', 126, 80, 64.0, 'kg', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S008', 'WEEK 4', 1, 1, 3, '2024-02-20', 134, 81, 29.029911680, 'LB', '2024-06-01 12:00:00+00', 1);
INSERT INTO analysis.vs VALUES ('C02', 'S001', 'SCREENING', 1, 1, 1, '2024-01-16', 111, 72, 60.5, 'kg', '2024-06-01 12:00:00+00', 3);
INSERT INTO crfd.center VALUES ('C02', 'bd48f96f4cd902000bc76009da5cec406cc58d006046561f32f2ba648529627b', '0.1.0', 3, 8, 56, 0, 0, 3, 8, false);
INSERT INTO crfd.center VALUES ('C01', 'bd48f96f4cd902000bc76009da5cec406cc58d006046561f32f2ba648529627b', '0.1.0', 3, 4, 16, 0, 0, 1, 0, true);
INSERT INTO crfd.migration VALUES (1, '0001_crfd', '08add43d556f54bf82cb800bc1d637e55c7aae1692d305bf3c84f97a2bed692c', '2026-12-01 03:08:35.279427+00', '0.1.0');
INSERT INTO crfd.migration VALUES (2, '0002_analysis', '452f3e09ab326cc4094f588c277a817d89f8616a1b145ae735c1eff9c7d1358c', '2026-12-01 03:08:35.279427+00', '0.1.0');
INSERT INTO crfd.migration VALUES (3, '0003_partial_date', '16b7bbe039a81ee7dc37cedd9faf0c8ad50bb7de7a74af7370f2738e86d36064', '2026-12-01 03:08:35.279427+00', '0.1.0');
INSERT INTO crfd.migration VALUES (4, '0004_partial_date_inline', '073a75ed325bb8d06af195079d8b840f523af5ba4fe1b1cc0656a7806cb5da7d', '2026-12-01 03:08:35.279427+00', '0.1.0');
INSERT INTO crfd.migration VALUES (5, '0005_center_quality', '2676a40aa6f3460b216232be46cc7961c8de0db86d668871efd0df49cfeb96e5', '2026-12-01 03:08:35.279427+00', '0.1.0');
INSERT INTO crfd.migration VALUES (6, '0006_finding_actor', '6238a6555e0dda0ebad74776c7fc71702ca4e42991b4a70f718911fe9004af53', '2026-12-01 03:08:35.279427+00', '0.1.0');
INSERT INTO crfd.run OVERRIDING SYSTEM VALUE VALUES (1, '2024-06-01', 'nightly', NULL, NULL, 'done', 'bd48f96f4cd902000bc76009da5cec406cc58d006046561f32f2ba648529627b', 'old', '0.1.0', '2026-12-01 03:08:35.57998+00', '2026-12-01 03:08:35.621416+00');
INSERT INTO crfd.run OVERRIDING SYSTEM VALUE VALUES (2, '2024-06-01', 'rerun', 'a value was entered', '{}', 'done', 'bd48f96f4cd902000bc76009da5cec406cc58d006046561f32f2ba648529627b', 'old', '0.1.0', '2026-12-01 03:08:35.852617+00', '2026-12-01 03:08:35.935074+00');
INSERT INTO crfd.run OVERRIDING SYSTEM VALUE VALUES (3, '2024-06-01', 'rerun', 'and corrected', '{}', 'done', 'bd48f96f4cd902000bc76009da5cec406cc58d006046561f32f2ba648529627b', 'old', '0.1.0', '2026-12-01 03:08:36.053517+00', '2026-12-01 03:08:36.199845+00');
INSERT INTO crfd.run_center VALUES (1, 'C01', 'done', 16, 1, 4, 4, 16, 16, 0, 0, 0, 1, 0, 0, 3, NULL, NULL, 'old', '2026-12-01 03:08:35.596354+00', '2026-12-01 03:08:35.61367+00');
INSERT INTO crfd.run_center VALUES (1, 'C02', 'done', 56, 1, 8, 8, 56, 56, 0, 0, 0, 11, 0, 0, 54, NULL, NULL, 'old', '2026-12-01 03:08:35.60333+00', '2026-12-01 03:08:35.618259+00');
INSERT INTO crfd.run_center VALUES (2, 'C01', 'done', 16, 1, 4, 0, 16, 0, 16, 0, 0, 0, 0, 0, 0, NULL, NULL, 'old', '2026-12-01 03:08:35.867533+00', '2026-12-01 03:08:35.86953+00');
INSERT INTO crfd.run_center VALUES (2, 'C02', 'done', 56, 1, 8, 1, 56, 1, 55, 0, 0, 1, 0, 0, 0, NULL, NULL, 'old', '2026-12-01 03:08:35.87216+00', '2026-12-01 03:08:35.925282+00');
INSERT INTO crfd.run_center VALUES (3, 'C01', 'done', 16, 1, 4, 0, 16, 0, 16, 0, 0, 0, 0, 0, 0, NULL, NULL, 'old', '2026-12-01 03:08:36.055935+00', '2026-12-01 03:08:36.057089+00');
INSERT INTO crfd.run_center VALUES (3, 'C02', 'done', 56, 1, 8, 1, 56, 1, 55, 0, 0, 0, 1, 0, 0, NULL, NULL, 'old', '2026-12-01 03:08:36.071617+00', '2026-12-01 03:08:36.191543+00');
INSERT INTO crfd.study VALUES ('bd48f96f4cd902000bc76009da5cec406cc58d006046561f32f2ba648529627b', 'night', '1', '{
  "$schema": "../../config/study.schema.json",
  "study": "night",
  "version": "1",
  "missing": ["ND"],
  "events": [
    {"name": "SCREENING", "day": -7, "forms": ["dm", "vs"]},
    {"name": "WEEK 2", "day": 14, "forms": ["vs"]},
    {"name": "WEEK 4", "day": 28, "forms": ["vs"]},
    {"name": "UNSCHEDULED *", "unscheduled": true},
    {"name": "AE LOG", "unscheduled": true}
  ],
  "codelists": {
    "sex": {"codes": ["F", "M"], "synonyms": {"FEMALE": "F", "女": "F", "男": "M"}},
    "ny":  {"codes": ["Y", "N"]}
  },
  "forms": {
    "dm": {"label": "Demographics", "per": "subject", "items": {
      "sex":     {"label": "Sex", "type": "text", "codelist": "sex", "required": true},
      "rfstdtc": {"label": "Date of first dose", "type": "date"}
    }},
    "vs": {"label": "Vital signs", "per": "event", "items": {
      "vsdtc":    {"label": "Date of measurements", "type": "date", "required": true},
      "sysbp":    {"label": "Systolic blood pressure", "type": "integer", "range": {"min": "60", "max": "250", "severity": "minor"}},
      "diabp":    {"label": "Diastolic blood pressure", "type": "integer"},
      "weight":   {"label": "Weight", "type": "decimal", "unit": {"item": "weight_u", "to": "kg", "from": {"LB": {"factor": "0.45359237"}}}},
      "weight_u": {"label": "Weight, unit as entered", "type": "text"}
    }},
    "ae": {"label": "Adverse events", "items": {
      "aeterm":  {"label": "Event", "type": "text", "required": true},
      "aestdtc": {"label": "Start", "type": "partial-date"},
      "aeser":   {"label": "Serious", "type": "text", "codelist": "ny"}
    }}
  },
  "checks": [
    {"id": "VS001", "form": "vs", "check": "sysbp > diabp", "items": ["sysbp", "diabp"], "severity": "major",
     "message": "Systolic {sysbp} is not above diastolic {diabp}"},
    {"id": "AE001", "form": "ae", "check": "full_date(aestdtc) >= dm.rfstdtc", "items": ["aestdtc"], "severity": "minor",
     "message": "The event began on {aestdtc}, before the first dose"}
  ]
}
', '2026-12-01 03:08:35.57998+00');
SELECT pg_catalog.setval('analysis.cleaning_cleaning_id_seq', 57, true);
SELECT pg_catalog.setval('analysis.finding_event_event_id_seq', 2, true);
SELECT pg_catalog.setval('analysis.finding_finding_id_seq', 13, true);
SELECT pg_catalog.setval('crfd.run_run_id_seq', 3, true);
ALTER TABLE ONLY analysis.ae
    ADD CONSTRAINT ae_pkey PRIMARY KEY (center_id, subject_id, event, event_repeat, form_repeat);
ALTER TABLE ONLY analysis.cleaning
    ADD CONSTRAINT cleaning_pkey PRIMARY KEY (center_id, cleaning_id);
ALTER TABLE ONLY analysis.dm
    ADD CONSTRAINT dm_pkey PRIMARY KEY (center_id, subject_id, event, event_repeat, form_repeat);
ALTER TABLE ONLY analysis.finding_event
    ADD CONSTRAINT finding_event_pkey PRIMARY KEY (center_id, event_id);
ALTER TABLE ONLY analysis.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (center_id, finding_id);
ALTER TABLE ONLY analysis.finding
    ADD CONSTRAINT finding_place_key UNIQUE (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item);
ALTER TABLE ONLY analysis.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (center_id, subject_id, ordinal);
ALTER TABLE ONLY analysis.subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (center_id, subject_id);
ALTER TABLE ONLY analysis.vs
    ADD CONSTRAINT vs_pkey PRIMARY KEY (center_id, subject_id, event, event_repeat, form_repeat);
ALTER TABLE ONLY crfd.center
    ADD CONSTRAINT center_pkey PRIMARY KEY (center_id);
ALTER TABLE ONLY crfd.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY crfd.run_center
    ADD CONSTRAINT run_center_pkey PRIMARY KEY (run_id, center_id);
ALTER TABLE ONLY crfd.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY crfd.study
    ADD CONSTRAINT study_pkey PRIMARY KEY (digest);
CREATE INDEX cleaning_page_idx ON analysis.cleaning USING btree (center_id, subject_id, event, event_repeat, form, form_repeat, item, cleaning_id);
CREATE INDEX finding_event_finding_idx ON analysis.finding_event USING btree (center_id, finding_id, event_id);
CREATE UNIQUE INDEX run_nightly_key ON crfd.run USING btree (night) WHERE (kind = 'nightly'::text);
ALTER TABLE ONLY crfd.run_center
    ADD CONSTRAINT run_center_run_id_fkey FOREIGN KEY (run_id) REFERENCES crfd.run(run_id);
ALTER TABLE ONLY crfd.run
    ADD CONSTRAINT run_study_digest_fkey FOREIGN KEY (study_digest) REFERENCES crfd.study(digest);
