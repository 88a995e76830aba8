-- What may this session's role do on the whole server that crfd never needs, itself or by becoming a role that it is a
-- member of? A row each, with the statement that takes it away. The role that initdb made cannot be a lesser one: it
-- is to be replaced.
WITH RECURSIVE own AS (
    SELECT oid, rolname, NULL::name AS member FROM pg_catalog.pg_roles WHERE rolname = current_user
    UNION
    SELECT role.oid, role.rolname, own.rolname
    FROM own
    JOIN pg_catalog.pg_auth_members AS membership ON membership.member = own.oid
    JOIN pg_catalog.pg_roles AS role ON role.oid = membership.roleid
), power AS (
    SELECT own.oid, own.rolname, own.member, string_agg(attribute.name, ', ') AS names,
           string_agg('NO' || attribute.name, ' ') AS without
    FROM own
    JOIN pg_catalog.pg_roles AS role USING (oid)
    CROSS JOIN LATERAL (VALUES ('SUPERUSER', role.rolsuper), ('CREATEROLE', role.rolcreaterole),
                               ('CREATEDB', role.rolcreatedb), ('REPLICATION', role.rolreplication)) AS attribute(name, is_set)
    WHERE attribute.is_set
    GROUP BY own.oid, own.rolname, own.member
    UNION ALL
    SELECT oid, rolname, member, NULL, NULL
    FROM own
    WHERE rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
                      'pg_execute_server_program')
)
SELECT CASE WHEN member IS NULL THEN 'has ' || names
            ELSE 'is a member of ' || rolname || coalesce(', which has ' || names, '') END AS may,
       CASE WHEN member IS NOT NULL THEN format('REVOKE %I FROM %I', rolname, member)
            WHEN oid = 10 THEN 'CREATE ROLE crfd LOGIN IN ROLE crfd_source, crfd_service'
            ELSE format('ALTER ROLE %I %s', rolname, without) END AS remedy,
       member IS NULL AND oid = 10 AS is_first
FROM power
ORDER BY member NULLS FIRST, rolname
