-- Which migrations were applied, and by what version of crfd?
SELECT number, name, sha256, version FROM crfd.migration ORDER BY number
