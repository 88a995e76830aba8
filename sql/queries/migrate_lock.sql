-- Waits until no other process migrates this database, until the end of the transaction: "crfd" in ASCII, then 1.
SELECT pg_advisory_xact_lock(7165902536782643201)
