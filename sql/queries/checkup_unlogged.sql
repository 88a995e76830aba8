-- Which tables does a crash of the server empty, of those that a night fills? A row each, with the statement that mends it.
SELECT format('%I.%I', n.nspname, c.relname) AS name, format('ALTER TABLE %I.%I SET LOGGED', n.nspname, c.relname) AS remedy
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname IN ('crfd', 'analysis') AND c.relkind = 'r' AND c.relpersistence = 'u'
ORDER BY 1
