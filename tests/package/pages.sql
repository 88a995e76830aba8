-- Two centers of the sample study (config/study.json), a subject each: demographics, and vital signs at three events,
-- one of them with a pressure that nobody has.
INSERT INTO edc.crf_page (center_id, subject_id, event, form, data)
SELECT center, center || '-001', 'SCREENING', 'DM',
       json_build_object('SEX', 'F', 'BIRTHDAT', '1961', 'CONSENTDAT', '2026-01-05')
FROM unnest(ARRAY['101', '102']) AS center;
INSERT INTO edc.crf_page (center_id, subject_id, event, form, data)
SELECT center, center || '-001', event, 'VS',
       json_build_object('VSDAT', to_char(date '2026-01-10' + day, 'YYYY-MM-DD'), 'SYSBP', (100 + 10 * day)::text,
                         'DIABP', '70', 'HEIGHT', '168', 'HEIGHT_U', 'cm', 'WEIGHT', '61,2')
FROM unnest(ARRAY['101', '102']) AS center,
     (VALUES ('SCREENING', 0), ('BASELINE', 7), ('WEEK 4', 35)) AS planned (event, day);
