-- Distributes the analysis tables by center over the nodes of a Citus cluster. A superuser runs this file with psql in
-- the analysis database, on the coordinator, after `crfd migrate`; and once more after a migrate that created the
-- table of a new form. What is distributed already stays as it is.
--
--   psql -X -d analysis -c 'CREATE EXTENSION citus' -c "SELECT citus_add_node('worker-1', 5432)"
--   psql -X -d analysis -f sql/citus.sql
--
-- Schema crfd (runs, centers) stays on the coordinator: it is small, and the row locks by which workers claim their
-- centers must be those of one server. All tables of schema analysis share one distribution, so that a center's rows
-- are on one node, and a center pass, a check's twin and the views stay there.
--
-- Who reviews findings does it through functions that run as crfd_owner (crfd.review), and a statement goes to the other
-- nodes as the role that runs it: there crfd_owner has to be able to log in (ALTER ROLE crfd_owner LOGIN, admitted from the
-- coordinator only in each node's pg_hba.conf), or reviews are refused.
--
-- crfd's tests do not run this file: they have no Citus. The rules that it stands on are in docs/performance.md.

\set ON_ERROR_STOP on
\set QUIET on

BEGIN;

-- What checks mean by partial dates is computed on the nodes, too. Each function comes after those that it calls.
SELECT create_distributed_function('crfd.earliest(text)');
SELECT create_distributed_function('crfd.latest(text)');
SELECT create_distributed_function('crfd.full_date(text)');
SELECT create_distributed_function('crfd.partial_less(text, text, boolean)');
SELECT create_distributed_function('crfd.partial_equal(text, text, boolean)');

-- The ledger first; all others lie where its rows of the same center lie.
SELECT create_distributed_table('analysis.subject', 'center_id', colocate_with => 'none')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'analysis.subject'::regclass);

SELECT create_distributed_table(c.oid::regclass::text, 'center_id', colocate_with => 'analysis.subject')
FROM pg_catalog.pg_class c
WHERE c.relnamespace = 'analysis'::regnamespace AND c.relkind = 'r'
  AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = c.oid)
ORDER BY c.relname;

-- Rights on columns do not go with a table that is distributed; what is granted afterwards does.
REVOKE INSERT ON analysis.finding_event FROM crfd_service;
GRANT INSERT (center_id, finding_id, run_id, from_state, to_state, reason, evidence, note)
    ON analysis.finding_event TO crfd_service;

COMMIT;

\echo The tables of schema analysis, and how they are spread:
SELECT table_name, distribution_column, colocation_id, shard_count
FROM citus_tables
WHERE table_name::text LIKE 'analysis.%'
ORDER BY table_name::text;
