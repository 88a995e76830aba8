#include "signature.h"

#include "cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Among the columns that signature_keep_columns() noted, or it was not called. */
#define KEPT "signature.columns"
#define IS_KEPT(column)                                                                                      \
    "coalesce(c.relname || '.' || " column " = ANY (string_to_array(current_setting('" KEPT                  \
    "', true), ' ')), true)"

/* One query per table of the schema, put together by the server; %1$I is the table, %2$s its columns. */
static const char sql_contents[] =
    "SELECT string_agg("
    "  CASE c.relname WHEN 'finding_event' THEN"
    /* An event belongs to a finding by its id; what counts is where that finding stands. */
    "    'SELECT e.from_state, e.to_state, e.reason, e.evidence::text, e.note, f.center_id, f.subject_id, "
    "f.event,"
    "       f.event_repeat, f.form, f.form_repeat, f.check_id, f.item'"
    "    || ' FROM analysis.finding_event e JOIN analysis.finding f USING (center_id, finding_id)'"
    "  ELSE format('SELECT %2$s FROM analysis.%1$I', c.relname,"
    "    (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attname)"
    "     FROM pg_catalog.pg_attribute a"
    "     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    "       AND " IS_KEPT(
        "a.attname") "       AND a.attname <> 'run_id'"
                     "       AND NOT (c.relname = 'finding'"
                     "                AND a.attname IN ('finding_id', 'opened_run', 'opened_at', "
                     "'closed_run', 'closed_at'))"
                     "       AND NOT (c.relname = 'cleaning' AND a.attname = 'cleaning_id')))"
                     "  END || E'\\x1f' || c.relname, E'\\x1e' ORDER BY c.relname COLLATE \"C\")"
                     " FROM pg_catalog.pg_class c"
                     " WHERE c.relnamespace = 'analysis'::regnamespace AND c.relkind = 'r' AND " IS_KEPT(
                         "'center_id'");

static const char sql_rows[] = "SELECT string_agg(format('SELECT xmin, ctid FROM analysis.%I', c.relname) || "
                               "E'\\x1f' || c.relname, E'\\x1e'"
                               "  ORDER BY c.relname COLLATE \"C\")"
                               " FROM pg_catalog.pg_class c"
                               " WHERE c.relnamespace = 'analysis'::regnamespace AND c.relkind = 'r'";

static char *
digest_of(PGconn *connection, const char *query, const char *table)
{
    char *sql;
    char *line;

    if (asprintf(&sql,
                 "SELECT format('%%s %%s %%s', '%s', count(*),"
                 "  encode(sha256(convert_to(coalesce(string_agg(q::text, E'\\n' ORDER BY q::text COLLATE "
                 "\"C\"), ''),"
                 "         'UTF8')), 'hex'))"
                 " FROM (%s) q",
                 table, query) < 0)
        abort();
    line = cluster_text(connection, sql);
    free(sql);
    return line;
}

/* queries: query US table RS query US table ... */
static char *
digest_all(PGconn *connection, char *queries)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    char *rest = queries;
    char *query;

    if (out == NULL)
        abort();
    while ((query = strsep(&rest, "\x1e")) != NULL && *query != '\0') {
        char *table = strchr(query, '\x1f');
        char *line;

        *table++ = '\0';
        line = digest_of(connection, query, table);
        fprintf(out, "%s\n", line);
        free(line);
    }
    if (fclose(out) != 0)
        abort();
    free(queries);
    return text;
}

char *
signature_take(PGconn *connection)
{
    return digest_all(connection, cluster_text(connection, sql_contents));
}

void
signature_keep_columns(PGconn *connection)
{
    free(cluster_text(connection,
                      "SELECT set_config('" KEPT "', string_agg(c.relname || '.' || a.attname, ' '), false)"
                      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
                      " WHERE c.relnamespace = 'analysis'::regnamespace AND a.attnum > 0"));
}

char *
signature_rows(PGconn *connection)
{
    return digest_all(connection, cluster_text(connection, sql_rows));
}
