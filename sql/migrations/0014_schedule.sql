-- What is expected of a subject depends on the night: the ledger tells when that can change next.

ALTER TABLE analysis.subject ADD COLUMN night date, ADD COLUMN due date;
COMMENT ON COLUMN analysis.subject.night IS 'A night for which the subject was evaluated, and from which on its findings are what they are.';
COMMENT ON COLUMN analysis.subject.due IS 'The next night on which time alone can change its findings: what is expected may be overdue then. NULL: never.';

-- Where an event stands in the plan of a study, for the twins of the rules that follow from it. They read no table and no
-- setting of the session.

CREATE FUNCTION crfd.event_number(star text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN star ~ '^[-+]?[0-9]+$' THEN
               CASE WHEN star::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN star::bigint END
           END;
COMMENT ON FUNCTION crfd.event_number(text) IS 'What stands for the star in the name of an event, where it is a whole number: 2 of CYCLE 2.';

CREATE FUNCTION crfd.event_day(day int, every int, number bigint) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT CASE WHEN plan BETWEEN -1000000 AND 1000000 THEN (plan + (plan >= 0)::int)::int END
            FROM (SELECT day - (day > 0)::int + (number::numeric - 1) * every) AS planned (plan));
COMMENT ON FUNCTION crfd.event_day(int, int, bigint) IS 'The planned study day of a numbered event whose number 1 is on a day, and the others every so many days. There is no day 0.';
