-- How many centers have changed since the last closing step? Locks all of them: passes of other runs end before, or begin
-- when the step has committed.
SELECT count(*) FILTER (WHERE unclosed) AS unclosed
FROM (SELECT unclosed FROM crfd.center ORDER BY center_id FOR UPDATE) AS locked
