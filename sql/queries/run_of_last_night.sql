-- The run of the last night that there was; no row before a first one. Reruns of its day come after it.
SELECT run_id
FROM crfd.run
WHERE kind = 'nightly'
ORDER BY night DESC
LIMIT 1
