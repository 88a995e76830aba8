-- Pages for tests/data/verify.json: each rule finds something, and something that is none.
INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at) VALUES
('1', '1-1', 'DAY 1', 1, 'dm', 1, '{"sex": "F", "birth": "1970", "site": "ab"}', '2024-03-01'),
('1', '1-1', 'DAY 1', 1, 'vs', 1, '{"vsdtc": "2024-03-01", "sysbp": "120", "weight": "80", "unit": "kg", "height": "180"}', '2024-03-01'),
('1', '1-1', 'DAY 1', 1, 'user', 1, '{"order": "11", "grade": "02", "at": "12:00"}', '2024-03-01'),
('1', '1-1', 'DAY 8', 1, 'vs', 1, '{"vsdtc": "1999-12-31", "sysbp": "59.9", "weight": "400", "unit": "LB", "height": "100"}', '2024-03-08'),
('1', '1-1', 'LOG', 1, 'ae', 1, '{"term": "current_date", "start": "1969"}', '2024-03-08'),
('1', '1-1', 'LOG', 1, 'ae', 2, '{"term": "it''s \"current_date\"", "start": "1970-05-01T10:30"}', '2024-03-08'),
-- A sex that is no code, a birth that is certainly too late, a site that is too long; the same page twice.
('1', '1-2', 'DAY 1', 1, 'dm', 1, '{"sex": "X", "birth": "2011", "site": "四個字長"}', '2024-03-01'),
('1', '1-2', 'DAY 8', 1, 'dm', 1, '{"sex": "it''s", "birth": "2010", "site": "a"}', '2024-03-01'),
-- What could not be typed or converted was entered: none of these is "required". Heights of 0 cannot be computed with.
('1', '1-2', 'DAY 1', 1, 'vs', 1, '{"vsdtc": "31 or so", "sysbp": "high", "weight": "80", "height": "0"}', '2024-03-01'),
('1', '1-2', 'DAY 8', 1, 'vs', 1, '{"weight": "80", "unit": "kg", "height": "0"}', '2024-03-01'),
('1', '1-2', 'DAY 8', 2, 'vs', 1, '{"vsdtc": "2199-01-01", "sysbp": "> 250", "weight": "ND", "unit": "kg", "height": "nd"}', '2024-03-01'),
('1', '1-2', 'DAY 8', 2, 'vs', 2, '{"vsdtc": "2024-03-08", "sysbp": "251", "weight": "300", "unit": "kg", "height": "100"}', '2024-03-01'),
-- Texts that are no numbers, one that is too small, and what is no grade and no hour.
('2', '2-1', 'DAY 1', 1, 'user', 1, '{"order": "ten", "grade": "4", "at": "23:30"}', '2024-03-01'),
('2', '2-1', 'DAY 2', 1, 'user', 1, '{"order": "10", "extra": "x"}', '2024-03-01'),
('2', '2-1', 'DAY 3', 1, 'user', 1, '{"order": "99999999999"}', '2024-03-01'),
('2', '2-1', 'DAY 3', 2, 'user', 1, '{"order": " "}', '2024-03-01'),
('2', '2-1', 'LOG', 1, 'ae', 1, '{"term": "RASH"}', '2024-03-01'),
-- Its page of vital signs is in quarantine, and therefore not missing.
('2', '2-1', 'DAY 1', 1, 'VS', 1, '["no object"]', '2024-03-01');
