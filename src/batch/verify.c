#include "verify_rules.h"

#include "crfd/batch/session.h"
#include "crfd/definition/rule_book.h"
#include "crfd/pg/migrate.h"

#include "queries.h"

#include <string.h>

/* Of a group, which is looked at in one snapshot: what one center has may be more. */
#define GROUP_PAGES   200000
#define GROUP_CENTERS 500

void
verify_tell(struct verify *verify, const struct verify_difference *difference)
{
    verify->counts->differences++;
    verify->options->tell(verify->options->data, difference);
}

/* Counts the findings, and tells of those that no rule explains. */
static bool
count_findings(struct verify *verify, struct err *err)
{
    struct conn_param centers = CONN_TEXT(verify->centers);
    PGresult *rows = conn_query(verify->conn, "counting the findings", sql_verify_findings, &centers, 1, err);

    if (rows == NULL)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *check_id = PQgetvalue(rows, i, 1);
        const struct rule *rule = rulebook_find(verify->definition->rules, check_id);
        int64_t findings = conn_int_at(rows, i, 2);

        if (rule != NULL && verify_asks(verify, rule))
            verify->counts->compared += findings;
        else if (rule != NULL && verify->options->only == NULL)
            verify->counts->untold += findings;
        else if (rule == NULL && verify->options->only == NULL)
            verify_tell(verify, &(struct verify_difference){.kind = VERIFY_RETIRED,
                                                            .center_id = PQgetvalue(rows, i, 0),
                                                            .check_id = check_id,
                                                            .detail = PQgetvalue(rows, i, 2)});
    }
    PQclear(rows);
    return true;
}

/* --- the tables --- */

/* Each subject's pages in all form tables and in quarantine beside the ledger's; only where they differ. */
static void
append_page_count(struct strbuf *sql, const struct study *study)
{
    strbuf_append(sql, "WITH page AS (\n");
    for (size_t i = 0; i < study->form_count; i++) {
        strbuf_append(sql, "SELECT center_id, subject_id, false AS quarantined FROM analysis.");
        rule_twin_append_name(sql, study->forms[i].name);
        strbuf_append(sql, " WHERE center_id = ANY ($1)\nUNION ALL\n");
    }
    strbuf_append(
        sql, "SELECT center_id, subject_id, true FROM analysis.quarantine WHERE center_id = ANY ($1)\n"
             "), counted AS (\n"
             "SELECT center_id, subject_id, count(*) AS pages, count(*) FILTER (WHERE quarantined) AS "
             "quarantined\n"
             "FROM page GROUP BY center_id, subject_id\n), ledger AS (\n"
             "SELECT center_id, subject_id, pages, quarantined FROM analysis.subject WHERE center_id = ANY "
             "($1)\n)\n"
             "SELECT center_id, subject_id, coalesce(counted.pages, 0), coalesce(counted.quarantined, 0),"
             " coalesce(ledger.pages, 0), coalesce(ledger.quarantined, 0),"
             " (counted.pages, counted.quarantined) IS DISTINCT FROM (ledger.pages, ledger.quarantined)\n"
             "FROM counted FULL JOIN ledger USING (center_id, subject_id) ORDER BY center_id, subject_id");
}

/* Columns of the counted pages. */
enum { P_CENTER, P_SUBJECT, P_PAGES, P_QUARANTINED, P_LEDGER_PAGES, P_LEDGER_QUARANTINED, P_DIFFERS };

static void
tell_pages(struct verify *verify, const PGresult *rows, int row)
{
    verify_tell(verify,
                &(struct verify_difference){
                    .kind = VERIFY_PAGES,
                    .center_id = PQgetvalue(rows, row, P_CENTER),
                    .subject_id = PQgetvalue(rows, row, P_SUBJECT),
                    .detail = arena_printf(
                        &verify->arena,
                        "the tables have %s pages, %s of them in quarantine; the ledger "
                        "counts %s, %s of them in quarantine",
                        PQgetvalue(rows, row, P_PAGES), PQgetvalue(rows, row, P_QUARANTINED),
                        PQgetvalue(rows, row, P_LEDGER_PAGES), PQgetvalue(rows, row, P_LEDGER_QUARANTINED)),
                });
}

static bool
count_pages(struct verify *verify, struct err *err)
{
    struct conn_param centers = CONN_TEXT(verify->centers);
    PGresult *rows;

    strbuf_reset(&verify->sql);
    append_page_count(&verify->sql, verify->definition->study);
    rows = conn_query(verify->conn, "counting the pages", verify->sql.text, &centers, 1, err);
    if (rows == NULL)
        return false;
    verify->counts->subjects += PQntuples(rows);
    for (int i = 0; i < PQntuples(rows); i++)
        if (PQgetvalue(rows, i, P_DIFFERS)[0] == 't')
            tell_pages(verify, rows, i);
    PQclear(rows);
    return true;
}

/* --- groups of centers --- */

/* Columns of the centers of a group; the night is NULL where a center was never passed as a whole. */
enum { C_CENTER, C_DIGEST, C_NIGHT };

static bool
is_evaluated(const struct verify *verify, const PGresult *rows, int row)
{
    return !PQgetisnull(rows, row, C_NIGHT) &&
           strcmp(PQgetvalue(rows, row, C_DIGEST), verify->definition->study->digest) == 0;
}

const char *
verify_center_array(struct verify *verify, const char *const *center_ids, size_t count)
{
    struct strbuf text;
    const char *array;

    strbuf_init(&text);
    strbuf_append_char(&text, '{');
    for (size_t i = 0; i < count; i++) {
        strbuf_append(&text, i > 0 ? ",\"" : "\"");
        for (const char *at = center_ids[i]; *at != '\0'; at++) {
            if (*at == '"' || *at == '\\')
                strbuf_append_char(&text, '\\');
            strbuf_append_char(&text, *at);
        }
        strbuf_append_char(&text, '"');
    }
    strbuf_append_char(&text, '}');
    array = arena_copy(&verify->arena, text.text, text.length);
    strbuf_destroy(&text);
    return array;
}

/* The ids stand in the first column of the rows from first on, before end. */
static void
take_centers(struct verify *verify, const PGresult *rows, int first, int end)
{
    size_t count = (size_t)(end - first);
    const char **ids = arena_array(&verify->arena, const char *, count);

    for (size_t i = 0; i < count; i++)
        ids[i] = PQgetvalue(rows, first + (int)i, C_CENTER);
    verify->center_ids = ids;
    verify->center_count = count;
    verify->centers = verify_center_array(verify, ids, count);
}

/* Of one night: what current_date stands for is the same in all of them. */
static bool
look_at_night(struct verify *verify, const PGresult *rows, int first, int end, struct err *err)
{
    verify->scope.night = arena_strdup(&verify->arena, PQgetvalue(rows, first, C_NIGHT));
    take_centers(verify, rows, first, end);
    return count_findings(verify, err) && verify_rules(verify, err) &&
           (verify->options->only != NULL || count_pages(verify, err));
}

/* They come in the order of their nights. */
static bool
look_at_nights(struct verify *verify, const PGresult *rows, struct err *err)
{
    int count = PQntuples(rows);
    int end;

    for (int first = 0; first < count; first = end) {
        end = first + 1;
        if (!is_evaluated(verify, rows, first)) {
            verify_tell(verify, &(struct verify_difference){.kind = VERIFY_NOT_EVALUATED,
                                                            .center_id = PQgetvalue(rows, first, C_CENTER),
                                                            .detail = ""});
            continue;
        }
        while (end < count && is_evaluated(verify, rows, end) &&
               strcmp(PQgetvalue(rows, end, C_NIGHT), PQgetvalue(rows, first, C_NIGHT)) == 0)
            end++;
        if (!look_at_night(verify, rows, first, end, err))
            return false;
    }
    return true;
}

/* All in one snapshot. */
static bool
look_at_group(struct verify *verify, struct err *err)
{
    /* Machine code and parallel workers cost these small statements more than they save. */
    static const char begin[] = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                " SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";
    struct conn_param centers = CONN_TEXT(verify->centers);
    PGresult *rows = NULL;
    bool ok = conn_execute(verify->conn, "beginning to verify", begin, err);

    if (ok) {
        rows = conn_query(verify->conn, "looking at the centers", sql_verify_group, &centers, 1, err);
        ok = rows != NULL && look_at_nights(verify, rows, err);
    }
    PQclear(rows);
    conn_rollback(verify->conn);
    return ok;
}

/* Under a center's deadline, as a pass of one is. */
static bool
verify_group(struct verify *verify, struct context *context, const PGresult *rows, int first, int end,
             struct err *err)
{
    struct context group;
    bool ok;

    if (!context_init(&group, context, "centers", verify->config->center_deadline_ms, err))
        return false;
    arena_reset(&verify->arena);
    verify->counts->centers += end - first;
    conn_set_context(verify->conn, &group);
    take_centers(verify, rows, first, end);
    ok = look_at_group(verify, err);
    conn_set_context(verify->conn, context);
    context_destroy(&group);
    if (!ok && end - first == 1)
        err_prefix(err, "center %s", PQgetvalue(rows, first, C_CENTER));
    else if (!ok)
        err_prefix(err, "%d centers, %s to %s", end - first, PQgetvalue(rows, first, C_CENTER),
                   PQgetvalue(rows, end - 1, C_CENTER));
    return ok;
}

static bool
verify_centers(struct verify *verify, struct context *context, struct err *err)
{
    PGresult *rows = conn_query(verify->conn, "listing the centers", sql_verify_centers, NULL, 0, err);
    int count = rows != NULL ? PQntuples(rows) : 0;
    bool ok = rows != NULL;
    int end;

    for (int first = 0; ok && first < count; first = end) {
        int64_t pages = conn_int_at(rows, first, 1);

        for (end = first + 1; end < count && end - first < GROUP_CENTERS; end++) {
            pages += conn_int_at(rows, end, 1);
            if (pages > GROUP_PAGES)
                break;
        }
        ok = verify_group(verify, context, rows, first, end, err);
    }
    PQclear(rows);
    return ok;
}

bool
verify_run(const struct config *config, const struct definition *definition,
           const struct verify_options *options, struct context *context, struct verify_counts *counts,
           struct err *err)
{
    struct verify verify = {
        .config = config,
        .definition = definition,
        .options = options,
        .counts = counts,
        .scope = {.definition = definition, .center = "ANY ($1)"},
    };
    bool ok;

    *counts = (struct verify_counts){0};
    arena_init(&verify.arena, 64 * 1024, 0);
    strbuf_init(&verify.sql);
    verify.scope.arena = &verify.arena;
    for (size_t i = 0; i < definition->rules->count; i++)
        counts->rules += verify_asks(&verify, &definition->rules->rules[i]);
    verify.conn = session_open_reader(config, context, err);
    ok = verify.conn != NULL && migrate_check(verify.conn, err) && verify_centers(&verify, context, err);
    conn_close(verify.conn);
    strbuf_destroy(&verify.sql);
    arena_destroy(&verify.arena);
    return ok;
}
