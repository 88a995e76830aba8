-- Which centers were ever passed, or are in the ledger, and how many pages does it count in each?
SELECT center_id, coalesce(ledger.pages, 0)
FROM crfd.center
FULL JOIN (SELECT center_id, sum(pages)::bigint AS pages FROM analysis.subject GROUP BY center_id) AS ledger
    USING (center_id)
ORDER BY center_id
