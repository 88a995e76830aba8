-- Saves the rows that crfd wrote for some centers, as it wrote them, into the current folder for write_rows.sql.
-- psql variables: centers (an array), first (true for one of the sessions: what belongs to no center).
COPY (SELECT * FROM crfd.study WHERE :first) TO STDOUT (FORMAT binary) \g study.rows
COPY (SELECT * FROM crfd.run WHERE :first) TO STDOUT (FORMAT binary) \g run.rows
COPY (SELECT * FROM crfd.center WHERE center_id = ANY (:'centers')) TO STDOUT (FORMAT binary) \g center.rows
COPY (SELECT * FROM crfd.run_center WHERE center_id = ANY (:'centers')) TO STDOUT (FORMAT binary) \g run_center.rows
COPY (SELECT * FROM analysis.vs WHERE center_id = ANY (:'centers')
      ORDER BY center_id, subject_id, event, event_repeat, form_repeat) TO STDOUT (FORMAT binary) \g vs.rows
COPY (SELECT center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item, severity, category, message,
             messages, state, outcome, evidence, basis, opened_run, opened_at
      FROM analysis.finding WHERE center_id = ANY (:'centers')
      ORDER BY finding_id) TO STDOUT (FORMAT binary) \g finding.rows
COPY (SELECT run_id, center_id, subject_id, event, event_repeat, form, form_repeat, item, raw, cleaned, steps
      FROM analysis.cleaning WHERE center_id = ANY (:'centers')
      ORDER BY cleaning_id) TO STDOUT (FORMAT binary) \g cleaning.rows
COPY (SELECT * FROM analysis.subject WHERE center_id = ANY (:'centers')
      ORDER BY center_id, subject_id) TO STDOUT (FORMAT binary) \g subject.rows
