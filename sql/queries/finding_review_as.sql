-- Does $2 (waive, unwaive, comment) to finding $4 of center $3 with note $5, in the name of $1, for whom the session's role
-- vouches. done: it could be done; state: that in which it now is, NULL where there is no such finding.
SELECT done, state FROM crfd.review_as($1, $2, $3, $4::bigint, $5)
