-- Which process of the server works for this session? A pooler between shows another one than it told at the beginning.
SELECT pg_catalog.pg_backend_pid()
