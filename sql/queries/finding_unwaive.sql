-- Takes back the waiver of finding $1, if it is waived, of center $3, with note $2, and keeps that in its history.
-- done: it could be done; state: that in which it now is, NULL where there is no such finding.
SELECT done, state FROM crfd.review('unwaive', $3, $1::bigint, $2)
