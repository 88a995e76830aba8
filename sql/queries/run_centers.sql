-- The centers of run $1, those that failed often last, largest first.
SELECT center_id, expected_pages, state, attempts, subjects, evaluated, pages_read, pages_written, pages_unchanged,
       pages_quarantined, pages_removed, findings_opened, findings_closed, findings_reopened, cleaned, ledger_pages
FROM crfd.run_center
WHERE run_id = $1::bigint
ORDER BY attempts, expected_pages DESC, center_id
