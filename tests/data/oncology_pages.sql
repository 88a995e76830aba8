-- What the sites of the oncology study entered, and on which day: table story. submit(day) brings the source up to that day;
-- a page that is entered again takes the place of the one before.

CREATE TABLE story (
    entered date NOT NULL,
    center  text NOT NULL,
    subject text NOT NULL,
    event   text NOT NULL,
    form    text NOT NULL,
    repeat  int NOT NULL,
    data    json NOT NULL,
    done    boolean NOT NULL DEFAULT false
);

CREATE FUNCTION page(entered date, subject text, event text, form text, data json, repeat int DEFAULT 1)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO story VALUES (entered, left(subject, 1), subject, event, form, repeat, data)
$$;

CREATE FUNCTION submit(day date, zone text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at)
    SELECT DISTINCT ON (center, subject, event, form, repeat)
           center, subject, event, 1, form, repeat, data, (entered + time '09:00') AT TIME ZONE zone
    FROM story WHERE entered <= day AND NOT done
    ORDER BY center, subject, event, form, repeat, entered DESC
    ON CONFLICT (center_id, subject_id, event, event_repeat, form, form_repeat)
    DO UPDATE SET data = excluded.data, submitted_at = excluded.submitted_at;
    UPDATE story SET done = true WHERE entered <= day
$$;

-- All pages of a screening visit.
CREATE FUNCTION screening(entered date, subject text, sex text, consent date DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    SELECT page(entered, subject, 'SCREENING', 'ic', json_build_object('icdtc', coalesce(consent, entered))),
           page(entered, subject, 'SCREENING', 'dm', json_build_object('sex', sex, 'brthdtc', '1961')),
           page(entered, subject, 'SCREENING', 'ie', '{"ieyn": "Y"}'),
           page(entered, subject, 'SCREENING', 'sv', json_build_object('svstdtc', entered)),
           page(entered, subject, 'SCREENING', 'vs', '{"weight": "70"}'),
           page(entered, subject, 'SCREENING', 'eg', '{"qtc": "420"}'),
           page(entered, subject, 'SCREENING', 'lb', '{"hgb": "13.2", "hgb_u": "g/dL", "anc": "3.1"}');
    SELECT page(entered, subject, 'SCREENING', 'preg', '{"pgres": "NEGATIVE"}') WHERE sex = 'F'
$$;

CREATE FUNCTION randomised(entered date, subject text, number text) RETURNS void LANGUAGE sql AS $$
    SELECT page(entered, subject, 'RANDOMISATION', 'rn', json_build_object('randdtc', entered, 'randno', number))
$$;

-- All pages of a cycle.
CREATE FUNCTION cycle(entered date, subject text, number int, sex text, visit date DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    SELECT page(entered, subject, 'CYCLE ' || number, 'sv', json_build_object('svstdtc', coalesce(visit, entered))),
           page(entered, subject, 'CYCLE ' || number, 'vs', '{"weight": "69.5"}'),
           page(entered, subject, 'CYCLE ' || number, 'lb', '{"hgb": "130", "hgb_u": "g/L", "anc": "2.8"}'),
           page(entered, subject, 'CYCLE ' || number, 'ex',
                json_build_object('exdtc', coalesce(visit, entered) || 'T10:30', 'exdose', '200'));
    SELECT page(entered, subject, 'CYCLE ' || number, 'preg', '{"pgres": "NEGATIVE"}') WHERE sex = 'F'
$$;

-- A-101, a woman to whom nothing happens that is not in the plan.
SELECT screening('2026-02-20', 'A-101', 'F'), randomised('2026-03-03', 'A-101', 'R-01'), cycle('2026-03-03', 'A-101', 1, 'F'),
       cycle('2026-03-24', 'A-101', 2, 'F');

-- A-102, a woman whose pregnancy test of the first cycle is entered nine days late.
SELECT screening('2026-02-18', 'A-102', 'F'), randomised('2026-03-03', 'A-102', 'R-02'), cycle('2026-03-03', 'A-102', 1, 'M'),
       page('2026-03-12', 'A-102', 'CYCLE 1', 'preg', '{"pgres": "NEGATIVE"}'), cycle('2026-03-24', 'A-102', 2, 'F');

-- A-103, a man who does not come to his second cycle on March 13, and comes ten days later.
SELECT screening('2026-02-10', 'A-103', 'M'), randomised('2026-02-20', 'A-103', 'R-03'), cycle('2026-02-20', 'A-103', 1, 'M'),
       cycle('2026-03-25', 'A-103', 2, 'M', '2026-03-23');

-- A-104, a screen failure.
SELECT screening('2026-02-26', 'A-104', 'M'),
       page('2026-03-05', 'A-104', 'EOT', 'ds', '{"dsdecod": "SCREEN FAILURE", "dsstdtc": "2026-03-04"}');

-- A-105, a man in his eleventh cycle; his second tumour assessment, which is optional, was left out.
SELECT screening('2025-08-06', 'A-105', 'M'), randomised('2025-08-20', 'A-105', 'R-05'),
       page('2025-10-01', 'A-105', 'TUMOUR 1', 'tu', '{"tusum": "41"}'),
       page('2025-12-24', 'A-105', 'TUMOUR 3', 'tu', '{"tusum": "38"}');
SELECT cycle(date '2025-08-20' + 21 * (n - 1), 'A-105', n, 'M') FROM generate_series(1, 11) n;

-- A-106, a man who dies; the death form comes a week after the adverse event, the end of treatment never.
SELECT screening('2026-02-20', 'A-106', 'M'), randomised('2026-03-04', 'A-106', 'R-06'), cycle('2026-03-04', 'A-106', 1, 'M'),
       page('2026-03-13', 'A-106', 'AE LOG', 'ae',
            '{"aeterm": "Sepsis", "aestdtc": "2026-03-10", "aeendtc": "2026-03-12", "aeser": "Y", "aeout": "FATAL"}'),
       page('2026-03-20', 'A-106', 'DEATH', 'dd', '{"dddtc": "2026-03-12"}');

-- A-107 and B-206: the second one was given the number of the first, and is corrected five days later.
SELECT screening('2026-02-25', 'A-107', 'M'), randomised('2026-03-05', 'A-107', 'R-07'), cycle('2026-03-05', 'A-107', 1, 'M'),
       cycle('2026-03-26', 'A-107', 2, 'M');
SELECT screening('2026-03-02', 'B-206', 'M'), randomised('2026-03-09', 'B-206', 'R-07'), cycle('2026-03-09', 'B-206', 1, 'M'),
       page('2026-03-14', 'B-206', 'RANDOMISATION', 'rn', '{"randdtc": "2026-03-09", "randno": "R-16"}');

-- A-108, who seems to have consented after the visit; the date is corrected.
SELECT screening('2026-03-02', 'A-108', 'M', '2026-03-03'),
       page('2026-03-09', 'A-108', 'SCREENING', 'ic', '{"icdtc": "2026-03-02"}');

-- A-109, a woman without a pregnancy test at screening, who then fails it.
SELECT screening('2026-03-06', 'A-109', 'M'), page('2026-03-06', 'A-109', 'SCREENING', 'dm', '{"sex": "F"}'),
       page('2026-03-09', 'A-109', 'EOT', 'ds', '{"dsdecod": "SCREEN FAILURE", "dsstdtc": "2026-03-09"}');
DELETE FROM story WHERE subject = 'A-109' AND form = 'dm' AND data->>'sex' = 'M';

-- B-201, a man who withdraws before his second cycle; a haemoglobin has no unit at first, the last vital signs never come.
SELECT screening('2026-02-20', 'B-201', 'M'), randomised('2026-03-05', 'B-201', 'R-11'), cycle('2026-03-05', 'B-201', 1, 'M'),
       page('2026-03-05', 'B-201', 'CYCLE 1', 'lb', '{"hgb": "11.8", "anc": "2.2"}'),
       page('2026-03-10', 'B-201', 'CYCLE 1', 'lb', '{"hgb": "11.8", "hgb_u": "g/dL", "anc": "2.2"}'),
       page('2026-03-16', 'B-201', 'EOT', 'ds', '{"dsdecod": "WITHDRAWAL", "dsstdtc": "2026-03-15"}');
DELETE FROM story WHERE subject = 'B-201' AND form = 'lb' AND event = 'CYCLE 1' AND data->>'hgb' = '130';

-- B-202, a woman whose negative test was entered as a positive one.
SELECT screening('2026-02-01', 'B-202', 'F'), randomised('2026-02-12', 'B-202', 'R-12'), cycle('2026-02-12', 'B-202', 1, 'F'),
       cycle('2026-03-06', 'B-202', 2, 'M', '2026-03-05'),
       page('2026-03-06', 'B-202', 'CYCLE 2', 'preg', '{"pgres": "POSITIVE"}'),
       page('2026-03-10', 'B-202', 'CYCLE 2', 'preg', '{"pgres": "NEGATIVE"}'), cycle('2026-03-26', 'B-202', 3, 'F');

-- B-203, a man who loses weight; an unscheduled visit, entered with a date and a weight of its own, is nobody's neighbour. One
-- dose is unknown, one is forgotten, and then unknown, too.
SELECT screening('2026-02-05', 'B-203', 'M'), randomised('2026-02-17', 'B-203', 'R-13'), cycle('2026-02-17', 'B-203', 1, 'M'),
       cycle('2026-03-11', 'B-203', 2, 'M', '2026-03-10'), page('2026-03-11', 'B-203', 'CYCLE 2', 'vs', '{"weight": "55"}'),
       page('2026-03-11', 'B-203', 'CM LOG', 'cm', '{"cmtrt": "Ondansetron", "cmdose": "UNK"}', 1),
       page('2026-03-11', 'B-203', 'CM LOG', 'cm', '{"cmtrt": "Paracetamol"}', 2),
       page('2026-03-18', 'B-203', 'CM LOG', 'cm', '{"cmtrt": "Paracetamol", "cmdose": "UNK"}', 2),
       page('2026-03-20', 'B-203', 'UNSCHEDULED 1', 'sv', '{"svstdtc": "2026-03-01"}'),
       page('2026-03-20', 'B-203', 'UNSCHEDULED 1', 'vs', '{"weight": "90"}');
DELETE FROM story WHERE subject = 'B-203' AND form = 'vs' AND event = 'CYCLE 2' AND data->>'weight' <> '55';

-- B-204, a man whose first cycle is under way in the last nights.
SELECT screening('2026-03-13', 'B-204', 'M'), randomised('2026-03-27', 'B-204', 'R-14'),
       page('2026-03-27', 'B-204', 'CYCLE 1', 'sv', '{"svstdtc": "2026-03-27"}');

-- B-205, a woman who is treated with few neutrophils: the finding is waived on March 6, and the value entered anew on the 17th.
SELECT screening('2026-02-20', 'B-205', 'F'), randomised('2026-03-03', 'B-205', 'R-15'), cycle('2026-03-03', 'B-205', 1, 'F'),
       page('2026-03-03', 'B-205', 'CYCLE 1', 'lb', '{"hgb": "121", "hgb_u": "g/L", "anc": "<0.5"}'),
       page('2026-03-17', 'B-205', 'CYCLE 1', 'lb', '{"hgb": "121", "hgb_u": "g/L", "anc": "<0.4"}'),
       cycle('2026-03-24', 'B-205', 2, 'F');
DELETE FROM story WHERE subject = 'B-205' AND form = 'lb' AND event = 'CYCLE 1' AND data->>'anc' = '2.8';
