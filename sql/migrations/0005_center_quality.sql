-- How each center stood after its last pass, so that every run can tell it of all centers without reading their tables.

ALTER TABLE crfd.center
    ADD COLUMN subjects bigint,
    ADD COLUMN pages bigint,
    ADD COLUMN quarantined bigint,
    ADD COLUMN open_critical bigint,
    ADD COLUMN open_major bigint,
    ADD COLUMN open_minor bigint,
    ADD COLUMN recount boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN crfd.center.subjects IS 'This and the columns that follow: as analysis.center_quality counted them at the end of the last pass; NULL before a first one.';
COMMENT ON COLUMN crfd.center.recount IS 'The next pass counts again, also where it changes nothing: a finding was waived.';
