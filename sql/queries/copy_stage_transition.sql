-- What becomes of findings that were there, into the stage.
COPY pg_temp.stage_transition (finding_id, from_state, to_state, reason, severity, category, message, messages,
                              outcome, evidence, basis) FROM STDIN (FORMAT binary)
