-- The closing step has looked at what changed.
UPDATE crfd.center SET unclosed = false WHERE unclosed
