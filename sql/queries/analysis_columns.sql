-- Which relations does schema analysis have, and which columns? In order of relation and column; a relation without
-- columns is one row. in_key: of the primary key. columns counts dropped ones, too, because they count towards the
-- limit of 1,600.
SELECT c.relname AS relation, c.relkind AS kind, a.attname AS "column",
       format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE "' || co.collname || '"', '') AS type,
       coalesce(a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', false) AS must_be_given,
       coalesce(col_description(c.oid, a.attnum), '') AS comment,
       coalesce(obj_description(c.oid, 'pg_class'), '') AS relation_comment,
       c.relnatts AS columns,
       coalesce(a.attnum = ANY (i.indkey), false) AS in_key
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = 'analysis'
ORDER BY c.relname COLLATE "C", a.attnum
