-- The statement by which a member of the role that owns the schemas becomes it; no row for the owner itself. Whatever member
-- migrates, all objects belong to the owner.
SELECT format('SET LOCAL ROLE %I', owner.rolname)
FROM pg_namespace JOIN pg_roles AS owner ON owner.oid = nspowner
WHERE nspname = 'crfd' AND owner.rolname <> current_user AND pg_has_role(owner.oid, 'MEMBER')
