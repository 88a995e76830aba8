-- PostgreSQL within crfd's documented limits, for the test that compares both on random expressions: where the two
-- differ, PostgreSQL is asked again with these operators and domains before its own, and then must agree. Each rule
-- states the limit and its reason; what is not stated here is a disagreement. They are in PL/pgSQL, because the planner
-- would dissolve functions in SQL and so change what is evaluated, and in which order.

CREATE SCHEMA narrow;

CREATE FUNCTION narrow.must(ok boolean, code text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF NOT ok THEN
        RAISE EXCEPTION 'beyond the limits of the check language' USING ERRCODE = code;
    END IF;
    RETURN true;
END $$;

-- The calendar has the years 1 to 9999 (compile.h): what lies beyond is no date of a trial, and an error rather than
-- a wrong answer. 22008.
CREATE FUNCTION narrow.day(day date) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN narrow.must(day BETWEEN DATE '0001-01-01' AND DATE '9999-12-31', '22008') THEN day END;
END $$;
CREATE FUNCTION narrow.plus(date, integer) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.day($1 OPERATOR(pg_catalog.+) $2);
END $$;
CREATE FUNCTION narrow.plus(integer, date) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.day($1 OPERATOR(pg_catalog.+) $2);
END $$;
CREATE FUNCTION narrow.minus(date, integer) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.day($1 OPERATOR(pg_catalog.-) $2);
END $$;
CREATE FUNCTION narrow.make_date(integer, integer, integer) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.day(pg_catalog.make_date($1, $2, $3));
END $$;
CREATE OPERATOR narrow.+ (LEFTARG = date, RIGHTARG = integer, FUNCTION = narrow.plus);
-- Operands are evaluated from left to right (eval.h). PostgreSQL's planner turns integer + date and time + date round,
-- so where both operands fail, it is the other one's error.
CREATE FUNCTION narrow.plus(date, time) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN narrow.day(($1 OPERATOR(pg_catalog.+) $2)::date) IS NOT NULL
                THEN $1 OPERATOR(pg_catalog.+) $2 END;
END $$;
CREATE FUNCTION narrow.plus(time, date) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.plus($2, $1);
END $$;
CREATE OPERATOR narrow.+ (LEFTARG = date, RIGHTARG = time, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.+ (LEFTARG = time, RIGHTARG = date, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.+ (LEFTARG = integer, RIGHTARG = date, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.- (LEFTARG = date, RIGHTARG = integer, FUNCTION = narrow.minus);
CREATE FUNCTION narrow.instant(instant timestamp) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN narrow.must(instant >= TIMESTAMP '0001-01-01' AND instant < TIMESTAMP '10000-01-01', '22008')
                THEN instant END;
END $$;
-- The last hours of an instant's year 9999 are the year 10000 in the local time of zones to the east.
CREATE DOMAIN narrow.local AS timestamp CHECK (narrow.instant(VALUE) IS NOT NULL OR VALUE IS NULL);
CREATE FUNCTION narrow.plus(timestamp, interval) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.instant($1 OPERATOR(pg_catalog.+) $2);
END $$;
CREATE FUNCTION narrow.minus(timestamp, interval) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.instant($1 OPERATOR(pg_catalog.-) $2);
END $$;
CREATE FUNCTION narrow.plus(interval, timestamp) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.plus($2, $1);
END $$;
CREATE FUNCTION narrow.plus(date, interval) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.plus($1::timestamp, $2);
END $$;
CREATE FUNCTION narrow.minus(date, interval) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.minus($1::timestamp, $2);
END $$;
CREATE FUNCTION narrow.plus(interval, date) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.plus($2::timestamp, $1);
END $$;
CREATE OPERATOR narrow.+ (LEFTARG = timestamp, RIGHTARG = interval, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.- (LEFTARG = timestamp, RIGHTARG = interval, FUNCTION = narrow.minus);
CREATE OPERATOR narrow.+ (LEFTARG = interval, RIGHTARG = timestamp, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.+ (LEFTARG = date, RIGHTARG = interval, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.- (LEFTARG = date, RIGHTARG = interval, FUNCTION = narrow.minus);
CREATE OPERATOR narrow.+ (LEFTARG = interval, RIGHTARG = date, FUNCTION = narrow.plus);

-- Numbers are exact up to 512 bits and 150 digits behind the point (decimal.h), because evaluating allocates nothing.
-- 22003. NaN and the infinities are no numbers of a trial: 22P02.
CREATE FUNCTION narrow.number(number numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN narrow.must(number NOT IN ('NaN', 'Infinity', '-Infinity'), '22P02')
                 AND narrow.must(scale(number) <= 150
                                 AND abs(number) OPERATOR(pg_catalog.*) ('1e' || scale(number))::numeric
                                     < 13407807929942597099574024998205846127479365820592393377723561443721764030073546976801874298166903427690031858186486050853753882811946569946433649006084096,
                                 '22003')
                THEN number END;
END $$;
CREATE FUNCTION narrow.plus(numeric, numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.number($1 OPERATOR(pg_catalog.+) $2);
END $$;
CREATE FUNCTION narrow.minus(numeric, numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.number($1 OPERATOR(pg_catalog.-) $2);
END $$;
CREATE FUNCTION narrow.times(numeric, numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.number($1 OPERATOR(pg_catalog.*) $2);
END $$;
CREATE FUNCTION narrow.over(numeric, numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN narrow.number($1 OPERATOR(pg_catalog./) $2);
END $$;
-- A power is computed where all of its digits are shown (decimal.h), so that it is never off in the last one. 22003.
CREATE FUNCTION narrow.power(base numeric, exponent numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN narrow.must(exponent >= 0 AND exponent = trunc(exponent)
                                 AND (base = 0 OR exponent <= 1000
                                      AND exponent OPERATOR(pg_catalog.*) min_scale(base) <= greatest(16, scale(base))),
                                 '22003')
                THEN narrow.number(pg_catalog.power(base, exponent)) END;
END $$;
CREATE OPERATOR narrow.^ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = narrow.power);
CREATE OPERATOR narrow.+ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = narrow.plus);
CREATE OPERATOR narrow.- (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = narrow.minus);
CREATE OPERATOR narrow.* (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = narrow.times);
CREATE OPERATOR narrow./ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = narrow.over);
CREATE DOMAIN narrow.exact AS numeric CHECK (narrow.number(VALUE) IS NOT NULL OR VALUE IS NULL);

-- A LIKE pattern that ends in its escape character is an error always (compile.h), where PostgreSQL notices it only on
-- some texts. 22025.
CREATE FUNCTION narrow.pattern(pattern text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN narrow.must(pattern !~ '^([^\\]|\\.)*\\$', '22025') THEN pattern END;
END $$;
CREATE FUNCTION narrow.matches(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN $1 OPERATOR(pg_catalog.~~) narrow.pattern($2);
END $$;
CREATE FUNCTION narrow.differs(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN $1 OPERATOR(pg_catalog.!~~) narrow.pattern($2);
END $$;
CREATE FUNCTION narrow.matches_folded(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN $1 OPERATOR(pg_catalog.~~*) narrow.pattern($2);
END $$;
CREATE FUNCTION narrow.differs_folded(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN $1 OPERATOR(pg_catalog.!~~*) narrow.pattern($2);
END $$;
CREATE OPERATOR narrow.~~ (LEFTARG = text, RIGHTARG = text, FUNCTION = narrow.matches);
CREATE OPERATOR narrow.!~~ (LEFTARG = text, RIGHTARG = text, FUNCTION = narrow.differs);
CREATE OPERATOR narrow.~~* (LEFTARG = text, RIGHTARG = text, FUNCTION = narrow.matches_folded);
CREATE OPERATOR narrow.!~~* (LEFTARG = text, RIGHTARG = text, FUNCTION = narrow.differs_folded);

-- Texts are cast to dates and times in ISO form only (input.h): the other forms that PostgreSQL reads depend on
-- DateStyle or guess. 22007.
CREATE DOMAIN narrow.iso AS text CHECK (narrow.must(VALUE ~
    '^\s*(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{8})([Tt\s]\s*\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,6})?)?)?\s*$',
    '22007'));
CREATE DOMAIN narrow.iso_time AS text CHECK (narrow.must(VALUE ~
    '^\s*((\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})\s+)?\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,6})?)?\s*$',
    '22007'));
