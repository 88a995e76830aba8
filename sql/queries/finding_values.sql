-- The values that finding $1 of center $2 shows, in its order: as entered, how cleaning made of it what is stored, and what
-- stands in the page's row $3 (a JSON object; NULL where there is none) now. With the label of each in $4, a JSON object.
SELECT e.key AS item, $4::jsonb ->> (f.form || '.' || e.key) AS label, e.value AS entered, $3::jsonb ->> e.key AS stored,
       nullif(c.steps, '') AS steps
FROM analysis.finding f
CROSS JOIN LATERAL json_each_text(f.evidence) WITH ORDINALITY AS e (key, value, place)
LEFT JOIN LATERAL (
    SELECT k.steps
    FROM analysis.cleaning k
    WHERE k.center_id = f.center_id AND k.subject_id = f.subject_id AND k.event = f.event AND k.event_repeat = f.event_repeat
      AND k.form = f.form AND k.form_repeat = f.form_repeat AND k.item = e.key
    ORDER BY k.cleaning_id DESC
    LIMIT 1) AS c ON true
WHERE f.finding_id = $1::bigint AND f.center_id = $2
ORDER BY e.place
