-- Partial dates in SQL: what crfd's checks mean by them, for analysts and for the checks' twins.
-- A partial date is ISO 8601 text of which the end may be missing: 2014, 2014-03, 2014-03-05, 2014-03-05T11,
-- 2014-03-05T11:45, 2014-03-05T11:45:30. It stands for every instant that it may mean. The functions read no
-- table and no setting of the session.

CREATE FUNCTION crfd.earliest(value text) RETURNS timestamp
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN make_timestamp(substr(value, 1, 4)::int,
                          coalesce(nullif(substr(value, 6, 2), '')::int, 1),
                          coalesce(nullif(substr(value, 9, 2), '')::int, 1),
                          coalesce(nullif(substr(value, 12, 2), '')::int, 0),
                          coalesce(nullif(substr(value, 15, 2), '')::int, 0),
                          coalesce(nullif(substr(value, 18), '')::double precision, 0));
COMMENT ON FUNCTION crfd.earliest(text) IS 'The first instant that a partial date may mean: 2014-03 is 2014-03-01 00:00:00.';

CREATE FUNCTION crfd.latest(value text) RETURNS timestamp
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE length(value)
               WHEN 4 THEN crfd.earliest(value) + interval '1 year' - interval '1 microsecond'
               WHEN 7 THEN crfd.earliest(value) + interval '1 month' - interval '1 microsecond'
               WHEN 10 THEN crfd.earliest(value) + interval '1 day' - interval '1 microsecond'
               WHEN 13 THEN crfd.earliest(value) + interval '1 hour' - interval '1 microsecond'
               WHEN 16 THEN crfd.earliest(value) + interval '1 minute' - interval '1 microsecond'
               ELSE crfd.earliest(value)
           END;
COMMENT ON FUNCTION crfd.latest(text) IS 'The last instant that a partial date may mean: 2014-03 is 2014-03-31 23:59:59.999999.';

CREATE FUNCTION crfd.full_date(value text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN length(value) >= 10 THEN crfd.earliest(value)::date END;
COMMENT ON FUNCTION crfd.full_date(text) IS 'The day of a partial date, NULL where year, month and day are not all known.';

CREATE FUNCTION crfd.partial_less(a text, b text, by_day boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
               WHEN by_day THEN
                   CASE
                       WHEN crfd.latest(a)::date < crfd.earliest(b)::date THEN true
                       WHEN crfd.earliest(a)::date >= crfd.latest(b)::date THEN false
                   END
               WHEN crfd.latest(a) < crfd.earliest(b) THEN true
               WHEN crfd.earliest(a) >= crfd.latest(b) THEN false
           END;
COMMENT ON FUNCTION crfd.partial_less(text, text, boolean) IS 'a < b: true or false where it is certain, else NULL. by_day compares whole days, as for a column that has no time.';

CREATE FUNCTION crfd.partial_equal(a text, b text, by_day boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
               WHEN by_day THEN
                   CASE
                       WHEN crfd.latest(a)::date < crfd.earliest(b)::date
                         OR crfd.latest(b)::date < crfd.earliest(a)::date THEN false
                       WHEN crfd.earliest(a)::date = crfd.latest(a)::date
                        AND crfd.earliest(b)::date = crfd.latest(b)::date THEN true
                   END
               WHEN crfd.latest(a) < crfd.earliest(b) OR crfd.latest(b) < crfd.earliest(a) THEN false
               WHEN crfd.earliest(a) = crfd.latest(a) AND crfd.earliest(b) = crfd.latest(b) THEN true
           END;
COMMENT ON FUNCTION crfd.partial_equal(text, text, boolean) IS 'a = b: false where they cannot meet, true where both are complete and equal, else NULL: two days of one March may be meant.';
