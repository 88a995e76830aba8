-- Keeps what center_count.sql counted of center $1, and that the closing step has to look at it.
UPDATE crfd.center
SET subjects = $2::bigint, pages = $3::bigint, quarantined = $4::bigint,
    open_critical = $5::bigint, open_major = $6::bigint, open_minor = $7::bigint, recount = false,
    unclosed = true
WHERE center_id = $1
