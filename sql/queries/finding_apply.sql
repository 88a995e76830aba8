-- Applies the staged transitions to the findings of center $1 in run $2; one without a severity says nothing new, and the
-- category, or a language, may end. The time stands outside of CASE: within, tables that are distributed take no function
-- that is not immutable.
UPDATE analysis.finding f
SET state = s.to_state,
    severity = coalesce(s.severity, f.severity),
    category = CASE WHEN s.severity IS NULL THEN f.category ELSE s.category END,
    message = coalesce(s.message, f.message),
    messages = CASE WHEN s.severity IS NULL THEN f.messages ELSE s.messages END,
    outcome = coalesce(s.outcome, f.outcome),
    evidence = coalesce(s.evidence, f.evidence),
    basis = coalesce(s.basis, f.basis),
    waived_basis = CASE WHEN s.from_state = 'waived' AND s.to_state <> 'waived' THEN f.basis ELSE f.waived_basis END,
    closed_run = CASE WHEN s.to_state = 'closed' THEN $2::bigint END,
    closed_at = now() + CASE WHEN s.to_state = 'closed' THEN interval '0' END,
    closed_reason = CASE WHEN s.to_state = 'closed' THEN s.reason END,
    reopened = f.reopened + CASE WHEN s.to_state = 'open' AND s.from_state <> 'open' THEN 1 ELSE 0 END
FROM pg_temp.stage_transition s
WHERE f.center_id = $1 AND f.finding_id = s.finding_id
