-- Where one transaction changes findings of several centers, the stage holds those of one at a time.
DELETE FROM pg_temp.stage_transition
