-- Where a pass gathers what becomes of findings that were there; severity, category, message, outcome and
-- evidence are NULL where they stay (a closing finding keeps what it said).
CREATE TEMPORARY TABLE IF NOT EXISTS stage_transition (
    finding_id bigint NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    reason     text NOT NULL,
    severity   text,
    category   text,
    message    text,
    outcome    text,
    evidence   json
) ON COMMIT DELETE ROWS
