-- What people do with findings goes through functions that change the state and write the history in one: no state without
-- its history, and nobody says who it was in the place of the session.

ALTER TABLE analysis.finding_event ADD COLUMN via text;
COMMENT ON COLUMN analysis.finding_event.via IS 'The login that vouches for the actor, who has none of its own: that of crfd serve, for people that the site''s proxy has let in. NULL where the actor is the session''s own role.';

-- One review as $1, for whom login $2 vouches: $3 is done to finding $5 of center $4, with note $6. It waits for the end of
-- the pass that is at the center; what crfd.center has of open findings is another then. Each statement sees what was
-- committed before it. Only the owner calls it.
CREATE FUNCTION crfd.review_apply(text, text, text, text, bigint, text, OUT done boolean, OUT state text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before text := CASE $3 WHEN 'waive' THEN 'open' WHEN 'unwaive' THEN 'waived' END;
    after text := CASE $3 WHEN 'waive' THEN 'waived' WHEN 'unwaive' THEN 'open' END;
BEGIN
    IF $3 IS NULL OR $3 NOT IN ('waive', 'unwaive', 'comment') THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a finding is waived, unwaived or commented on';
    END IF;
    IF $1 IS NULL OR $1 !~ '[^[:space:]]' OR $6 IS NULL OR $6 !~ '[^[:space:]]' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a review has an actor and a note';
    END IF;
    IF $3 = 'comment' THEN
        INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, evidence, note, actor, via)
        SELECT f.center_id, f.finding_id, f.state, f.state, 'comment', f.evidence, $6, $1, $2
        FROM analysis.finding AS f
        WHERE f.center_id = $4 AND f.finding_id = $5;
    ELSE
        UPDATE crfd.center SET recount = true WHERE center_id = $4;
        WITH changed AS (
            UPDATE analysis.finding AS f SET state = after
            WHERE f.center_id = $4 AND f.finding_id = $5 AND f.state = before
            RETURNING f.center_id, f.finding_id, f.evidence
        )
        INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, evidence, note, actor, via)
        SELECT changed.center_id, changed.finding_id, before, after, $3 || 'd', changed.evidence, $6, $1, $2
        FROM changed;
    END IF;
    done := FOUND;
    state := (SELECT f.state FROM analysis.finding AS f WHERE f.center_id = $4 AND f.finding_id = $5);
END $$;
COMMENT ON FUNCTION crfd.review_apply IS 'What crfd.review and crfd.review_as do; called by these only.';

CREATE FUNCTION crfd.review(action text, center_id text, finding_id bigint, note text, OUT done boolean, OUT state text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM crfd.review_apply(session_user::text, NULL, $1, $2, $3, $4)
$$;
COMMENT ON FUNCTION crfd.review IS 'Does waive, unwaive or comment to a finding and keeps that in its history, as the session''s role. done: it could be done; state: what the finding is in now, NULL where the center has no such finding.';

CREATE FUNCTION crfd.review_as(actor text, action text, center_id text, finding_id bigint, note text,
                               OUT done boolean, OUT state text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM crfd.review_apply($1, session_user::text, $2, $3, $4, $5)
$$;
COMMENT ON FUNCTION crfd.review_as IS 'crfd.review for somebody without a login, for whom the session''s role vouches.';

REVOKE ALL ON FUNCTION crfd.review_apply, crfd.review, crfd.review_as FROM PUBLIC;

-- Who may (sql/roles.sql, where it was run).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'crfd_review') THEN
        REVOKE UPDATE (recount) ON crfd.center FROM crfd_review;
        REVOKE UPDATE (state) ON analysis.finding FROM crfd_review;
        REVOKE INSERT (center_id, finding_id, from_state, to_state, reason, evidence, note)
            ON analysis.finding_event FROM crfd_review;
        GRANT EXECUTE ON FUNCTION crfd.review TO crfd_review;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'crfd_web_review') THEN
        GRANT SELECT ON crfd.migration, analysis.finding TO crfd_web_review;
        GRANT EXECUTE ON FUNCTION crfd.review_as TO crfd_web_review;
    END IF;
END $$;
