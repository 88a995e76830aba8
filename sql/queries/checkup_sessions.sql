-- How many more sessions do the limits of this server, role and database allow this instance? A row for each limit
-- that there is. Its own sessions, which a night under way has, do not count.
WITH others AS (
    SELECT usename, datname
    FROM pg_catalog.pg_stat_activity
    WHERE usesysid IS NOT NULL AND datname IS NOT NULL
      AND application_name IS DISTINCT FROM current_setting('application_name')
)
SELECT 'server' AS what,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0) - (SELECT count(*) FROM others) AS free,
       NULL AS raise
UNION ALL
SELECT 'role', rolconnlimit - (SELECT count(*) FROM others WHERE usename = current_user),
       format('ALTER ROLE %I CONNECTION LIMIT -1', current_user)
FROM pg_catalog.pg_roles
WHERE rolname = current_user AND rolconnlimit >= 0
UNION ALL
SELECT 'database', datconnlimit - (SELECT count(*) FROM others WHERE datname = current_database()),
       format('ALTER DATABASE %I CONNECTION LIMIT -1', current_database())
FROM pg_catalog.pg_database
WHERE datname = current_database() AND datconnlimit >= 0
