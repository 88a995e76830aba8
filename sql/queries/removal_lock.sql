-- Waits until no other center of run $1 is about to commit that pages of it are gone, until the end of the transaction.
SELECT FROM crfd.run WHERE run_id = $1::bigint FOR NO KEY UPDATE
