-- Freezes the centers $2 with their expected pages $3, and those $4 that the ledger has, into run $1.
INSERT INTO crfd.run_center (run_id, center_id, expected_pages, ledger_pages)
SELECT $1::bigint, c.center_id, c.pages, c.ledger_pages
FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS c (center_id, pages, ledger_pages)
