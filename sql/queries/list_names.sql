-- Which names of kind $1 (subject, check, form, item, category) do the tables know? Of subjects, only in the centers $2 (an
-- array), NULL for all.
SELECT DISTINCT CASE $1
           WHEN 'check' THEN check_id WHEN 'form' THEN form WHEN 'item' THEN item
           WHEN 'category' THEN category WHEN 'subject' THEN subject_id END AS name
FROM analysis.finding
WHERE $1::text <> 'subject' OR $2::text[] IS NULL OR center_id = ANY ($2::text[])
UNION
SELECT subject_id
FROM analysis.subject
WHERE $1::text = 'subject' AND ($2::text[] IS NULL OR center_id = ANY ($2::text[]))
