-- Which materialized views of this database cannot be read until they are filled? A row each: the statement that fills it.
SELECT format('REFRESH MATERIALIZED VIEW %I.%I', n.nspname, c.relname) AS remedy
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND NOT c.relispopulated
ORDER BY 1
