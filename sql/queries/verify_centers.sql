-- Which centers were ever passed, or are in the ledger?
SELECT center_id
FROM crfd.center
FULL JOIN (SELECT DISTINCT center_id FROM analysis.subject) AS ledger USING (center_id)
ORDER BY center_id
