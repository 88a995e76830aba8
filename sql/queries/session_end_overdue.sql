-- Ends sessions of this instance that have been in one statement beyond their limit and wait for their client: a
-- process that was frozen in a COPY. The server looks at statement_timeout only when data comes.
SELECT pg_terminate_backend(pid)
FROM pg_catalog.pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
  AND application_name = current_setting('application_name')
  AND state = 'active' AND wait_event = 'ClientRead'
  AND current_setting('statement_timeout') <> '0'
  AND query_start < now() - current_setting('statement_timeout')::interval
