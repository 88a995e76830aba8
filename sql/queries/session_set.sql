-- Sets what a session must not inherit from its role or server: time zone $1, read only $2, and the milliseconds $3 after
-- which the server ends a statement, or a transaction in which nothing is asked of it (0: never). Both ends are asked to
-- notice within half a minute that the other machine is gone, so that its locks do not stay.
--
-- The source may be an older server, which lacks some of the settings. pg_temp is named because it would come first
-- otherwise.
--
-- row_security off does not go around a policy: where one would hide rows, the server refuses the statement. A page that is
-- hidden would be taken for deleted.
SELECT pg_catalog.set_config(wanted.name, wanted.value, false)
FROM (VALUES ('TimeZone', $1),
             ('default_transaction_read_only', $2),
             ('default_transaction_isolation', 'read committed'),
             ('default_transaction_deferrable', 'off'),
             ('DateStyle', 'ISO, YMD'),
             ('search_path', 'pg_catalog, pg_temp'),
             ('standard_conforming_strings', 'on'),
             ('bytea_output', 'hex'),
             ('quote_all_identifiers', 'off'),
             ('row_security', 'off'),
             ('tcp_keepalives_idle', '10'),
             ('tcp_keepalives_interval', '5'),
             ('tcp_keepalives_count', '3'),
             ('tcp_user_timeout', '25000'),
             ('statement_timeout', $3),
             ('idle_in_transaction_session_timeout', $3),
             ('lock_timeout', '0'),
             ('idle_session_timeout', '0'),
             ('transaction_timeout', '0')) AS wanted(name, value)
WHERE pg_catalog.current_setting(wanted.name, true) IS NOT NULL
