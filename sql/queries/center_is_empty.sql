-- Does the analysis schema hold nothing yet of center $1? Then a pass writes straight into the tables.
SELECT (NOT EXISTS (SELECT FROM analysis.subject WHERE center_id = $1)
        AND NOT EXISTS (SELECT FROM analysis.finding WHERE center_id = $1)
        AND NOT EXISTS (SELECT FROM analysis.cleaning WHERE center_id = $1))::int::bigint
