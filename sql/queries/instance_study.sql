-- Which study does the database belong to, and from which source was it filled last? No row: none yet.
SELECT instance.study,
       (SELECT run.source FROM crfd.run WHERE run.source IS NOT NULL ORDER BY run.run_id DESC LIMIT 1) AS source
FROM crfd.instance
