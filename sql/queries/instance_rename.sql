-- Study $1, which the database belongs to, is called $2 from now on. No row: it belongs to another.
UPDATE crfd.instance SET study = $2 WHERE study = $1 RETURNING study
