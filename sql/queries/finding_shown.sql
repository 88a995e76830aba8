-- The findings $1 (an array) with the columns that sql/queries/list_findings.sql has of each, in state $2 where one is given:
-- what a page has shown of them before this transaction changed their state.
SELECT f.finding_id, coalesce($2, f.state) AS state, f.severity, f.category, f.center_id, f.subject_id, f.event,
       f.event_repeat, f.form, f.form_repeat, f.check_id, f.item, f.message, f.messages, f.outcome, f.evidence, f.opened_run,
       f.opened_at, f.closed_run, f.closed_at, f.closed_reason, f.reopened
FROM analysis.finding f
WHERE f.finding_id = ANY ($1::bigint[])
