-- The pages of the study of night.json: six centers of different sizes, C06 the largest, each with what a night has
-- to find and to clean. Adverse events stand at center C02 only.
--   C01: 4 subjects, 16 pages ... C06: 24 subjects, 96 pages; in all 84 subjects, 336 pages and 24 of adverse events.

INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at)
SELECT format('C%s', lpad(c::text, 2, '0')), format('S%s', lpad(s::text, 3, '0')), 'SCREENING', 1, 'DM', 1,
       json_build_object('SEX', (ARRAY['F', 'M', 'FEMALE', '男', '女'])[1 + s % 5],
                         'RFSTDTC', to_char(date '2024-01-01' + s, 'YYYY-MM-DD')),
       timestamptz '2024-06-01 12:00 UTC'
FROM generate_series(1, 6) c, generate_series(1, 4 * c) s;

-- Every seventh systolic pressure is below the diastolic one, every eleventh page has a weight in LB, every
-- thirteenth one that is no number.
INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at)
SELECT format('C%s', lpad(c::text, 2, '0')), format('S%s', lpad(s::text, 3, '0')),
       (ARRAY['SCREENING', 'WEEK 2', 'WEEK 4'])[v], 1, 'VS', 1,
       json_build_object('VSDTC', to_char(date '2024-01-01' + s + 14 * v, 'YYYY-MM-DD'),
                         'SYSBP', CASE WHEN (s + v) % 7 = 0 THEN '61' ELSE (110 + (s * v) % 40)::text END,
                         'DIABP', (70 + (s + v) % 20)::text,
                         'WEIGHT', CASE WHEN (s + v) % 13 = 0 THEN 'heavy' ELSE (60 + s * 0.5)::text END,
                         'WEIGHT_U', CASE WHEN (s + v) % 11 = 0 THEN 'LB' ELSE 'kg' END),
       timestamptz '2024-06-01 12:00 UTC'
FROM generate_series(1, 6) c, generate_series(1, 4 * c) s, generate_series(1, 3) v;

INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at)
SELECT 'C02', format('S%s', lpad(s::text, 3, '0')), 'AE LOG', 1, 'AE', a,
       json_build_object('AETERM', format(' Headache  %s ', a),
                         'AESTDTC', CASE a WHEN 1 THEN '2023-12-31' ELSE '2024-02' END,
                         'AESER', 'n'),
       timestamptz '2024-06-01 12:00 UTC'
FROM generate_series(1, 8) s, generate_series(1, 3) a;
