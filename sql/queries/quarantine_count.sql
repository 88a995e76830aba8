-- How many pages are in quarantine, of the centers $1 (an array), subject $2 and form $3, each NULL for all?
SELECT count(*)
FROM analysis.quarantine
WHERE ($1::text[] IS NULL OR center_id = ANY ($1::text[]))
  AND ($2::text IS NULL OR subject_id = $2)
  AND ($3::text IS NULL OR lower(form) = $3)
