-- What stands between this session's role and the rows of relation $1? can_be_indexed: it is no view. show_all: the
-- policy that shows the role all rows, where row security is on and none does. restricted_by: the restrictive
-- policies, which may hide rows all the same.
WITH policy AS (
    SELECT polname, polpermissive, coalesce(pg_get_expr(polqual, polrelid) = 'true', false) AS shows_all
    FROM pg_catalog.pg_policy
    WHERE polrelid = to_regclass($1) AND polcmd IN ('r', '*') AND row_security_active(polrelid)
      AND EXISTS (SELECT FROM unnest(polroles) AS role WHERE role = 0 OR pg_has_role(role, 'USAGE'))
)
SELECT c.relkind IN ('r', 'p', 'm') AS can_be_indexed,
       CASE WHEN row_security_active(c.oid) AND NOT EXISTS (SELECT FROM policy WHERE polpermissive AND shows_all)
            THEN format('CREATE POLICY crfd_reads_all ON %s FOR SELECT TO %I USING (true)', $1, current_user)
       END AS show_all,
       (SELECT string_agg(quote_ident(polname), ', ' ORDER BY polname) FROM policy
        WHERE NOT polpermissive AND NOT shows_all) AS restricted_by
FROM pg_catalog.pg_class AS c
WHERE c.oid = to_regclass($1)
