-- The floor's second half: the very rows that crfd wrote (save_rows.sql), from the current folder into empty tables
-- with the same keys and indexes, in one transaction and one COPY a table, which is less than crfd may do.
-- The sessions begin together, but rows of crfd.run_center refer to a run that only one of them writes.
\copy crfd.study from 'study.rows' with (format binary)
\copy crfd.run from 'run.rows' with (format binary)
BEGIN;
SET LOCAL session_replication_role = replica;
\copy crfd.center from 'center.rows' with (format binary)
\copy crfd.run_center from 'run_center.rows' with (format binary)
SET LOCAL session_replication_role = origin;
\copy analysis.vs from 'vs.rows' with (format binary)
\copy analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item, severity, category, message, messages, state, outcome, evidence, basis, opened_run, opened_at) from 'finding.rows' with (format binary)
\copy analysis.cleaning (run_id, center_id, subject_id, event, event_repeat, form, form_repeat, item, raw, cleaned, steps) from 'cleaning.rows' with (format binary)
\copy analysis.subject from 'subject.rows' with (format binary)
COMMIT;
