-- Findings that people sort by what they mean for the trial, and read in their own language. Both follow the definition, as
-- message and severity do.
ALTER TABLE analysis.finding
    ADD COLUMN category text COLLATE "C",
    ADD COLUMN messages json;
COMMENT ON COLUMN analysis.finding.category IS 'What the study calls this kind of finding ("protocol deviation"); NULL where it does not say.';
COMMENT ON COLUMN analysis.finding.messages IS 'The message in the other languages of the study, by language ({"zh": "..."}); NULL where it has one only.';

CREATE OR REPLACE VIEW analysis.open_finding AS
SELECT finding_id, center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item, severity, message,
       outcome, evidence, opened_run, opened_at, reopened, category, messages
FROM analysis.finding
WHERE state = 'open';
