-- What forms and items are called, by FORM and FORM.ITEM, as a JSON object: the comments of tables and columns.
SELECT coalesce(json_object_agg(name, label), '{}')
FROM (SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS label
      FROM pg_catalog.pg_class c
      WHERE c.relnamespace = 'analysis'::regnamespace AND c.relkind IN ('r', 'p')
      UNION ALL
      SELECT c.relname || '.' || a.attname, col_description(c.oid, a.attnum)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'analysis'::regnamespace AND c.relkind IN ('r', 'p')) AS labels
WHERE label IS NOT NULL
