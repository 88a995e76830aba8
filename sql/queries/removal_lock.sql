-- Waits until no other center of run $1 is about to commit that pages of it are gone, until the end of the transaction.
-- Not by the row of the run, which whoever opens the run locks. From here to the commit nothing is computed: a process
-- that stands still in between loses its session soon, and the others need not wait for it until their deadlines.
SELECT set_config('idle_in_transaction_session_timeout', '1s', true),
       pg_advisory_xact_lock(716590253, hashint8($1::bigint))
