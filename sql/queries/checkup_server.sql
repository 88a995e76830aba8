-- What must be known of this server, this database and this session's role before a night? join_service is what makes
-- the role a working member of crfd_service, NULL where it is one.
SELECT current_user::text AS role,
       current_setting('is_superuser') = 'on' AS is_superuser,
       current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS is_standby,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock_us,
       pg_postmaster_start_time()::text AS started_at,
       (SELECT CASE WHEN service.oid IS NULL OR NOT pg_has_role(current_user, service.oid, 'MEMBER')
                    THEN format('GRANT crfd_service TO %I', current_user)
                    WHEN NOT pg_has_role(current_user, service.oid, 'USAGE')
                    THEN format('ALTER ROLE %I INHERIT', current_user)
               END
        FROM (SELECT 1) AS one
        LEFT JOIN pg_catalog.pg_roles AS service ON service.rolname = 'crfd_service') AS join_service
