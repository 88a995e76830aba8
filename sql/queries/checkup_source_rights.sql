-- What may this session's role do in the source database beyond reading relation $1? A row each, with the statement
-- that takes it away; an owner's right to read goes with the rest, and is granted again. Rights of the role, of roles
-- that it is a member of, and, as far as the relation is concerned, of PUBLIC. $1 is quoted throughout
-- ("edc"."crf_page"), because to_regclass asks for rights of its own. $2: source and analysis are one database and have
-- one role, of whose rights in schemas crfd and analysis checkup_analysis_rights.sql tells.
WITH RECURSIVE own AS (
    SELECT oid, rolname, NULL::name AS member FROM pg_catalog.pg_roles WHERE rolname = current_user
    UNION
    SELECT role.oid, role.rolname, own.rolname
    FROM own
    JOIN pg_catalog.pg_auth_members AS membership ON membership.member = own.oid
    JOIN pg_catalog.pg_roles AS role ON role.oid = membership.roleid
), behind (oid, by_invoker) AS (
    -- What a view with security_invoker reads, the role has to be allowed to read itself.
    SELECT c.oid, false
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' = $1
    UNION
    SELECT dependency.refobjid, EXISTS (SELECT FROM pg_options_to_table(view.reloptions)
                                        WHERE option_name = 'security_invoker' AND option_value::boolean)
    FROM behind
    JOIN pg_catalog.pg_class AS view ON view.oid = behind.oid AND view.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_rewrite AS rule ON rule.ev_class = view.oid
    JOIN pg_catalog.pg_depend AS dependency
      ON dependency.classid = 'pg_catalog.pg_rewrite'::regclass AND dependency.objid = rule.oid
         AND dependency.refclassid = 'pg_catalog.pg_class'::regclass AND dependency.refobjid <> view.oid
), relation AS (
    SELECT c.oid, c.relowner, c.relkind, c.relacl, n.nspname,
           format('%I.%I', n.nspname, c.relname) AS name,
           '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' = $1 AS is_source
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT ($2::boolean AND n.nspname IN ('crfd', 'analysis'))
), thing AS (
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
                        ELSE 'TABLE' END AS kind,
           '' AS keyword, name, relowner AS owner, is_source,
           relacl || (SELECT array_agg(item) FROM pg_catalog.pg_attribute, unnest(attacl) AS item
                      WHERE attrelid = relation.oid) AS acl,
           CASE WHEN is_source OR oid IN (SELECT behind.oid FROM behind WHERE by_invoker) THEN ARRAY['SELECT'] ELSE ARRAY[]::text[] END AS needed
    FROM relation
    UNION ALL
    SELECT 'SCHEMA', 'SCHEMA ', quote_ident(nspname), n.nspowner, true, n.nspacl, ARRAY['USAGE']
    FROM relation
    JOIN pg_catalog.pg_namespace n USING (nspname)
    WHERE is_source
    UNION ALL
    SELECT 'DATABASE', 'DATABASE ', quote_ident(datname), datdba, true, datacl, ARRAY['CONNECT', 'TEMPORARY']
    FROM pg_catalog.pg_database
    WHERE datname = current_database()
), trial AS (
    SELECT oid, rolname, member
    FROM own
    WHERE rolname IN ('crfd_owner', 'crfd_service', 'crfd_reader') AND NOT $2::boolean
      AND EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'analysis')
), excess AS (
    SELECT thing.keyword, thing.name, item.grantee, string_agg(DISTINCT item.privilege_type, ', ') AS rights
    FROM thing
    CROSS JOIN LATERAL aclexplode(thing.acl) AS item
    WHERE item.grantee <> thing.owner AND NOT item.privilege_type = ANY (thing.needed)
      AND NOT item.grantee IN (SELECT oid FROM trial)
      AND (item.grantee IN (SELECT oid FROM own) OR (item.grantee = 0 AND is_source))
    GROUP BY thing.keyword, thing.name, item.grantee
)
SELECT format('owns %s %s', lower(thing.kind), thing.name)
           || coalesce(', being a member of ' || CASE WHEN own.member IS NOT NULL THEN own.rolname END, '') AS may,
       CASE WHEN own.member IS NULL
            THEN format('ALTER %s %s OWNER TO %I', thing.kind, thing.name,
                        (SELECT rolname FROM pg_catalog.pg_roles WHERE oid = 10))
            ELSE format('REVOKE %I FROM %I', own.rolname, own.member) END AS remedy,
       (SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, current_user) FROM relation WHERE is_source) AS grant_schema,
       (SELECT format('GRANT SELECT ON %s TO %I', name, current_user) FROM relation WHERE is_source) AS grant_relation
FROM thing
JOIN own ON own.oid = thing.owner
WHERE thing.is_source AND own.oid <> 10
UNION ALL
SELECT format('is a member of %I', rolname), format('REVOKE %I FROM %I', rolname, member), NULL, NULL
FROM trial
WHERE member IS NOT NULL
UNION ALL
SELECT 'may ' || rights || ' on ' || lower(keyword) || array_to_string((array_agg(name ORDER BY name))[1:3], ', ')
           || CASE WHEN count(*) > 3 THEN format(' and %s more', count(*) - 3) ELSE '' END,
       format('REVOKE %s ON %s%s FROM %s', rights, keyword, string_agg(name, ', ' ORDER BY name),
              CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END),
       NULL, NULL
FROM excess
GROUP BY rights, keyword, grantee
ORDER BY 1
