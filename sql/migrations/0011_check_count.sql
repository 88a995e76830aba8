-- How often each rule of a definition was true, false, unknown or not to be computed at a center, so that checks that never
-- said anything are seen. One row a center, so that a pass writes one; crfd.check_outcome has them one by one.
CREATE TABLE crfd.check_count (
    center_id text COLLATE "C" NOT NULL,
    study_digest text NOT NULL,
    check_ids text[] COLLATE "C" NOT NULL,
    trues bigint[] NOT NULL,
    falses bigint[] NOT NULL,
    unknowns bigint[] NOT NULL,
    errors bigint[] NOT NULL,
    fired date[] NOT NULL,
    CONSTRAINT check_count_pkey PRIMARY KEY (center_id)
);
COMMENT ON TABLE crfd.check_count IS 'Outcomes of each check at a center since the definition first ran there: a pass over all subjects begins anew, others add. Of built-in rules only false and errors are counted. Arrays in one order.';
COMMENT ON COLUMN crfd.check_count.fired IS 'The last night on which the check was false or not to be computed for a page that was evaluated; NULL: on none.';

CREATE VIEW crfd.check_outcome AS
SELECT c.center_id, c.study_digest, o.check_id, o.trues, o.falses, o.unknowns, o.errors, o.fired
FROM crfd.check_count c,
     unnest(c.check_ids, c.trues, c.falses, c.unknowns, c.errors, c.fired) AS o(check_id, trues, falses, unknowns, errors, fired);
COMMENT ON VIEW crfd.check_outcome IS 'crfd.check_count, a row for each check of a center.';
