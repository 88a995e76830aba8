-- Is there a list of applied migrations?
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'crfd' AND relname = 'migration'
