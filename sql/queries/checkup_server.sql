-- What must be known of this server, this database and this session's role before a night? join_role is what makes the
-- role a working member of role $1, NULL where it is one. Since 16 each membership has its own mark of whether it is
-- inherited, and the role's is only that of memberships to come.
SELECT current_user::text AS role,
       current_setting('is_superuser') = 'on' AS is_superuser,
       current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS is_standby,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock_us,
       pg_postmaster_start_time()::text AS started_at,
       (SELECT CASE WHEN role.oid IS NULL OR NOT pg_has_role(current_user, role.oid, 'MEMBER')
                    THEN format('GRANT %I TO %I', $1::text, current_user)
                    WHEN pg_has_role(current_user, role.oid, 'USAGE') THEN NULL
                    WHEN current_setting('server_version_num')::int >= 160000
                    THEN format('GRANT %I TO %I WITH INHERIT TRUE', $1::text, current_user)
                    ELSE format('ALTER ROLE %I INHERIT', current_user)
               END
        FROM (SELECT 1) AS one
        LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = $1::text) AS join_role
