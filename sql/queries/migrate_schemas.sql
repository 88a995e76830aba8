-- The statements that make the two schemas, where they are missing. They may have been made, with their owner, by
-- sql/roles.sql: CREATE SCHEMA IF NOT EXISTS would ask for the right to create schemas even then, and the owner role has none.
SELECT format('CREATE SCHEMA %I', name)
FROM (VALUES ('crfd'), ('analysis')) AS wanted(name)
WHERE to_regnamespace(name) IS NULL
