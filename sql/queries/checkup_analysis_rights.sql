-- What does this session's role lack in the analysis database, and what may it do there beyond what crfd needs? A row
-- each. by_roles: sql/roles.sql puts it right, as where the history of findings can be added to without saying who and when;
-- remedy: the statement that does. $1: the names of the form tables. The
-- needs are those of sql/roles.sql, which grants them.
WITH RECURSIVE own AS (
    SELECT oid, rolname, NULL::name AS member FROM pg_catalog.pg_roles WHERE rolname = current_user
    UNION
    SELECT role.oid, role.rolname, own.rolname
    FROM own
    JOIN pg_catalog.pg_auth_members AS membership ON membership.member = own.oid
    JOIN pg_catalog.pg_roles AS role ON role.oid = membership.roleid
), thing AS (
    SELECT '' AS keyword, c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relowner AS owner,
           c.relacl || (SELECT array_agg(item) FROM pg_catalog.pg_attribute, unnest(attacl) AS item
                        WHERE attrelid = c.oid
                          AND NOT (c.relname = 'finding_event' AND attname NOT IN ('event_id', 'at', 'actor')
                                   AND item::text ~ '=a/')) AS acl,
           CASE WHEN n.nspname = 'crfd' AND c.relname IN ('migration', 'instance') THEN ARRAY['SELECT']
                WHEN n.nspname = 'crfd' AND c.relname = 'study' THEN ARRAY['INSERT', 'SELECT']
                WHEN n.nspname = 'crfd' THEN ARRAY['INSERT', 'SELECT', 'UPDATE']
                WHEN c.relname = 'finding_event' THEN ARRAY['SELECT']
                WHEN c.relname = 'cleaning' THEN ARRAY['INSERT', 'SELECT']
                ELSE ARRAY['DELETE', 'INSERT', 'SELECT', 'UPDATE'] END AS allowed,
           CASE WHEN c.relkind IN ('v', 'm') THEN ARRAY['SELECT']
                WHEN c.relname = 'finding_event' THEN ARRAY['INSERT', 'SELECT'] END AS needed,
           n.nspname = 'crfd' OR c.relname IN ('subject', 'quarantine', 'finding', 'finding_event', 'cleaning', 'center_quality')
               OR c.relname = ANY ($1::text[]) AS is_used
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('crfd', 'analysis') AND c.relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT 'SEQUENCE ', c.oid, format('%I.%I', n.nspname, c.relname), c.relowner, c.relacl, ARRAY['USAGE', 'SELECT'],
           ARRAY['USAGE'], true
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('crfd', 'analysis') AND c.relkind = 'S'
    UNION ALL
    SELECT 'SCHEMA ', oid, quote_ident(nspname), nspowner, nspacl, ARRAY['USAGE'], NULL, true
    FROM pg_catalog.pg_namespace
    WHERE nspname IN ('crfd', 'analysis')
    UNION ALL
    SELECT 'DATABASE ', oid, quote_ident(datname), datdba, datacl, ARRAY['CONNECT', 'TEMPORARY'], NULL, true
    FROM pg_catalog.pg_database
    WHERE datname = current_database()
), lack AS (
    SELECT thing.keyword, thing.name, string_agg(right_to.privilege, ', ' ORDER BY right_to.privilege) AS rights
    FROM thing
    CROSS JOIN LATERAL unnest(coalesce(thing.needed, thing.allowed)) AS right_to(privilege)
    WHERE thing.is_used
      AND NOT CASE thing.keyword WHEN '' THEN has_table_privilege(thing.oid, right_to.privilege)
                                               OR (thing.name = 'analysis.finding_event' AND right_to.privilege = 'INSERT'
                                                   AND has_column_privilege(thing.oid, 'finding_id', 'INSERT'))
                                 WHEN 'SEQUENCE ' THEN has_sequence_privilege(thing.oid, right_to.privilege)
                                 WHEN 'SCHEMA ' THEN has_schema_privilege(thing.oid, right_to.privilege)
                                 ELSE has_database_privilege(thing.oid, right_to.privilege) END
    GROUP BY thing.keyword, thing.name
), excess AS (
    SELECT thing.keyword, thing.name, item.grantee,
           string_agg(DISTINCT item.privilege_type, ', ' ORDER BY item.privilege_type) AS rights,
           thing.name = 'analysis.finding_event' AND bool_or(item.privilege_type = 'INSERT')
               AND pg_get_userbyid(item.grantee) = 'crfd_service' AS by_roles
    FROM thing
    CROSS JOIN LATERAL aclexplode(thing.acl) AS item
    WHERE item.grantee <> thing.owner AND NOT item.privilege_type = ANY (thing.allowed)
      AND (item.grantee = 0 OR item.grantee IN (SELECT oid FROM own))
    GROUP BY thing.keyword, thing.name, item.grantee
), owned AS (
    SELECT own.rolname, own.member, thing.keyword = 'DATABASE ' AS is_database,
           string_agg(lower(thing.keyword) || thing.name, ', ' ORDER BY thing.keyword DESC, thing.name) AS names,
           count(*) AS count
    FROM thing
    JOIN own ON own.oid = thing.owner
    WHERE own.oid <> 10 AND thing.keyword <> 'SEQUENCE '
    GROUP BY own.rolname, own.member, thing.keyword = 'DATABASE '
)
SELECT 'lacks ' || rights || ' on ' || lower(keyword) || array_to_string((array_agg(name ORDER BY name))[1:3], ', ')
           || CASE WHEN count(*) > 3 THEN format(' and %s more', count(*) - 3) ELSE '' END AS may,
       true AS by_roles, NULL AS remedy
FROM lack
GROUP BY rights, keyword
UNION ALL
SELECT 'may ' || rights || ' on ' || lower(keyword) || array_to_string((array_agg(name ORDER BY name))[1:3], ', ')
           || CASE WHEN count(*) > 3 THEN format(' and %s more', count(*) - 3) ELSE '' END,
       by_roles,
       CASE WHEN NOT by_roles
            THEN format('REVOKE %s ON %s%s FROM %s', rights, keyword, string_agg(name, ', ' ORDER BY name),
                        CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) END
FROM excess
GROUP BY rights, keyword, grantee, by_roles
UNION ALL
SELECT 'owns ' || CASE WHEN count > 3 THEN format('%s of the schemas, tables and views', count) ELSE names END
           || coalesce(', being a member of ' || CASE WHEN member IS NOT NULL THEN rolname END, '')
           || ': nights are for a role that owns nothing',
       member IS NULL AND NOT is_database,
       CASE WHEN member IS NOT NULL THEN format('REVOKE %I FROM %I', rolname, member)
            WHEN is_database THEN format('ALTER DATABASE %I OWNER TO %I', current_database(),
                                         (SELECT rolname FROM pg_catalog.pg_roles WHERE oid = 10)) END
FROM owned
ORDER BY 1
