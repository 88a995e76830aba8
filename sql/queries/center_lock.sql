-- Waits until no pass of another run is at center $1, and tells under what it was last evaluated as a whole, and whether
-- what it has must be counted again.
SELECT study_digest, version, (extract(epoch FROM now()) * 1000000)::bigint AS now_us, recount
FROM crfd.center
WHERE center_id = $1
FOR UPDATE
