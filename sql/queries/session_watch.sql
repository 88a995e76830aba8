-- Has the server look every $1 whether its client is still there, also in a long statement: a client that was killed
-- would keep its locks until the statement ends. Servers before 14 lack it, and some platforms refuse it (22023).
SELECT pg_catalog.set_config(name, $1, false)
FROM (VALUES ('client_connection_check_interval')) AS wanted(name)
WHERE pg_catalog.current_setting(name, true) IS NOT NULL
