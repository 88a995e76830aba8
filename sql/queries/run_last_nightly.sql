-- The last nightly run of a night not later than $1: its night in days since 2000-01-01, and whether it is over. A
-- night of a clock that was far ahead is none that a schedule may go by.
SELECT night - date '2000-01-01' AS night, state <> 'running' AS is_over
FROM crfd.run
WHERE kind = 'nightly' AND night <= $1::date
ORDER BY run.night DESC
LIMIT 1
