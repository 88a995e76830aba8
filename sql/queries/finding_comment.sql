-- Adds note $2 to the history of finding $1 of center $3, whatever its state.
-- done: it could be done; state: that in which it now is, NULL where there is no such finding.
SELECT done, state FROM crfd.review('comment', $3, $1::bigint, $2)
