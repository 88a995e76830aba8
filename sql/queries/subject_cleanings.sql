-- How each value of subject $2 of center $1 that was ever cleaned came about last, in key order.
SELECT DISTINCT ON (event, event_repeat, form, form_repeat, item)
       event, event_repeat, form, form_repeat, item, raw, cleaned, steps
FROM analysis.cleaning
WHERE center_id = $1 AND subject_id = $2
ORDER BY event, event_repeat, form, form_repeat, item, cleaning_id DESC
