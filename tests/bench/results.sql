-- A digest of what a night found, without what differs from run to run and what no other contender has (what a waiver
-- would rest on, and when a subject is due): the contenders must agree on it.
SELECT 'pages ' || count(*) || ' ' || md5(string_agg(md5((to_jsonb(t) - 'run_id')::text), '' ORDER BY
           center_id, subject_id, event, event_repeat, form_repeat))
FROM analysis.vs t
UNION ALL
SELECT 'findings ' || count(*) || ' ' || md5(string_agg(md5(
           (to_jsonb(t) - 'finding_id' - 'opened_run' - 'opened_at' - 'basis')::text), '' ORDER BY
           center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item))
FROM analysis.finding t
UNION ALL
SELECT 'subjects ' || count(*) || ' ' || md5(string_agg(md5((to_jsonb(t) - 'run_id' - 'night' - 'due')::text), '' ORDER BY
           center_id, subject_id))
FROM analysis.subject t
UNION ALL
SELECT 'cleaned ' || count(*) FROM analysis.cleaning
