-- Which centers does the ledger know, and how many pages does it count in each?
SELECT center_id, sum(pages)::bigint AS pages
FROM analysis.subject
GROUP BY center_id
