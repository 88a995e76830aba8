-- What stands between this session's role and the rows of relation $1, or of what views read for it? A row each, with the
-- statement that mends it. A relation behind a view is read as the view's owner; behind one with security_invoker, by who
-- asks, also where another view is in between. A policy that shows all rows is not enough: the session refuses to be
-- subject to any, since the next one may hide rows without a word.
WITH RECURSIVE behind (oid, reader) AS (
    SELECT c.oid, role.oid
    FROM pg_catalog.pg_class AS c, pg_catalog.pg_roles AS role
    WHERE c.oid = to_regclass($1) AND role.rolname = current_user
    UNION
    SELECT dependency.refobjid,
           CASE WHEN EXISTS (SELECT FROM pg_options_to_table(view.reloptions)
                             WHERE option_name = 'security_invoker' AND option_value::boolean)
                THEN (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
                ELSE view.relowner END
    FROM behind
    JOIN pg_catalog.pg_class AS view ON view.oid = behind.oid AND view.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_rewrite AS rule ON rule.ev_class = view.oid
    JOIN pg_catalog.pg_depend AS dependency
      ON dependency.classid = 'pg_catalog.pg_rewrite'::regclass AND dependency.objid = rule.oid
         AND dependency.refclassid = 'pg_catalog.pg_class'::regclass AND dependency.refobjid <> view.oid
), relation AS (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, role.oid AS reader, role.rolname,
           c.relrowsecurity AND NOT role.rolsuper AND NOT role.rolbypassrls
           AND (c.relforcerowsecurity OR NOT pg_has_role(role.oid, c.relowner, 'USAGE')) AS is_secured
    FROM behind
    JOIN pg_catalog.pg_class AS c ON c.oid = behind.oid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles AS role ON role.oid = behind.reader
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT format('row security of %s may hide pages from role %s, and what is not seen would be taken for deleted', name,
              rolname) AS problem,
       format('ALTER ROLE %I BYPASSRLS', rolname) AS remedy
FROM relation
WHERE is_secured
UNION ALL
SELECT format('role %s may not read %s, which stands behind a view', rolname, name),
       format('GRANT SELECT ON %s TO %I', name, rolname)
FROM relation
WHERE oid <> to_regclass($1) AND NOT has_any_column_privilege(reader, oid, 'SELECT')
ORDER BY 1
