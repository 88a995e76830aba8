-- Freezes the centers $2 with their expected pages $3 into run $1.
INSERT INTO crfd.run_center (run_id, center_id, expected_pages)
SELECT $1::bigint, c.center_id, c.pages
FROM unnest($2::text[], $3::bigint[]) AS c (center_id, pages)
