-- What are the types $1 (an array of their oids, in the order of the answer) called, and which are kinds of text?
SELECT pg_catalog.format_type(wanted.oid, NULL) AS name, type.typcategory = 'S' AS is_text
FROM unnest($1::oid[]) WITH ORDINALITY AS wanted(oid, ordinal)
JOIN pg_catalog.pg_type AS type USING (oid)
ORDER BY wanted.ordinal
