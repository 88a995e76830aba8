-- Has the next pass over center $1 count again what it has. Waits for the end of the pass that is at it.
UPDATE crfd.center SET recount = true WHERE center_id = $1
