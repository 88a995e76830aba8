-- A source of CRF pages for new installations, the demo and tests (README, "Source"). Any other EDC fits with a
-- view of these columns. data is json and not jsonb: it keeps what was entered, to the last digit and duplicate key.
-- The primary key is in key order and COLLATE "C": crfd reads a center through it without sorting.

CREATE SCHEMA IF NOT EXISTS edc;

CREATE TABLE IF NOT EXISTS edc.crf_page (
    center_id    text COLLATE "C" NOT NULL,
    subject_id   text COLLATE "C" NOT NULL,
    event        text COLLATE "C" NOT NULL,
    event_repeat int NOT NULL DEFAULT 1,
    form         text COLLATE "C" NOT NULL,
    form_repeat  int NOT NULL DEFAULT 1,
    data         json NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (center_id, subject_id, event, event_repeat, form, form_repeat)
);
