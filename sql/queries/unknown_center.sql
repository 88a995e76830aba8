-- The first of the centers $1 (an array) that no run has ever seen; no row where all are known.
SELECT c.center_id
FROM unnest($1::text[]) WITH ORDINALITY AS c (center_id, place)
WHERE NOT EXISTS (SELECT FROM crfd.center k WHERE k.center_id = c.center_id)
ORDER BY c.place
LIMIT 1
