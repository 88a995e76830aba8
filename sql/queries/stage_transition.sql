-- Where a pass gathers what becomes of findings that were there; severity, category, message, messages, outcome,
-- evidence and basis are NULL where they stay (a closing finding keeps what it said). Without a reason there is nothing
-- that a history would tell: all that the finding says is as it was.
CREATE TEMPORARY TABLE IF NOT EXISTS stage_transition (
    finding_id bigint NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    reason     text,
    severity   text,
    category   text,
    message    text,
    messages   json,
    outcome    text,
    evidence   json,
    basis      bytea
) ON COMMIT DELETE ROWS
