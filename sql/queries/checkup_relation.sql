-- Can relation $1 have an index, being no view?
SELECT relkind IN ('r', 'p', 'm') AS can_be_indexed
FROM pg_catalog.pg_class
WHERE oid = to_regclass($1)
