-- Waives finding $1, if it is open, of center $3, with note $2, and keeps that in its history.
-- done: it could be done; state: that in which it now is, NULL where there is no such finding.
SELECT done, state FROM crfd.review('waive', $3, $1::bigint, $2)
