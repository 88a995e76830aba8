#include "review.h"

#include "crfd/batch/session.h"
#include "crfd/pg/migrate.h"
#include "load.h"
#include "render.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of sql/queries/finding_find.sql. */
enum { F_ID, F_CENTER, F_SUBJECT, F_EVENT, F_FORM, F_CHECK };

/* Of the files that review one. */
enum { DONE, DONE_STATE };

struct reviewing {
    const struct review *review;
    const struct review_args *args;
    struct conn *conn;
    size_t refused;
};

/* ---- What is told ---- */

static void
print_done(const struct review *review, const PGresult *found, int row)
{
    static const struct {
        const char *lead;
        int column;
    } parts[] = {{": check ", F_CHECK},
                 {", form ", F_FORM},
                 {", event ", F_EVENT},
                 {", subject ", F_SUBJECT},
                 {" of center ", F_CENTER}};
    struct strbuf line;

    strbuf_init(&line);
    strbuf_printf(&line, "finding %s %s", PQgetvalue(found, row, F_ID), review->done);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        strbuf_append(&line, parts[i].lead);
        render_text(&line, PQgetvalue(found, row, parts[i].column));
    }
    puts(line.text);
    strbuf_destroy(&line);
}

/* One is told when the command ends; of several, each now. */
static void
refuse(struct reviewing *reviewing, struct err *refusal)
{
    if (reviewing->args->finding_ids.count > 1)
        tell_error(refusal);
    reviewing->refused++;
}

static bool
end_refusals(const struct reviewing *reviewing, const struct err *last, struct err *err)
{
    if (reviewing->refused == 0)
        return true;
    if (reviewing->args->finding_ids.count == 1)
        *err = *last;
    else
        err_set(err, ERR_USAGE, "nothing was changed, because of %zu of the %zu findings", reviewing->refused,
                reviewing->args->finding_ids.count);
    return false;
}

/* ---- Which findings ---- */

static PGresult *
find(struct reviewing *reviewing, struct err *err)
{
    const struct option_numbers *ids = &reviewing->args->finding_ids;
    struct conn_param param = CONN_TEXT(NULL);
    struct strbuf array;
    PGresult *found;

    strbuf_init(&array);
    for (size_t i = 0; i < ids->count; i++)
        strbuf_printf(&array, "%c%" PRId64, i == 0 ? '{' : ',', ids->list[i]);
    strbuf_append_char(&array, '}');
    param.text = array.text;
    found = conn_query(reviewing->conn, "looking for the findings", sql_finding_find, &param, 1, err);
    strbuf_destroy(&array);
    return found;
}

static bool
is_found(const PGresult *found, int64_t id)
{
    for (int row = 0; row < PQntuples(found); row++)
        if (conn_int_at(found, row, F_ID) == id)
            return true;
    return false;
}

static bool
expect_all(struct reviewing *reviewing, const PGresult *found, struct err *err)
{
    const struct option_numbers *ids = &reviewing->args->finding_ids;
    struct err missing = {0};

    for (size_t i = 0; i < ids->count; i++) {
        if (is_found(found, ids->list[i]))
            continue;
        err_set(&missing, ERR_USAGE,
                "there is no finding %" PRId64 "; analysis.open_finding lists the open ones", ids->list[i]);
        refuse(reviewing, &missing);
    }
    return end_refusals(reviewing, &missing, err);
}

/* ---- What is done ---- */

static bool
do_each(struct reviewing *reviewing, const PGresult *found, struct err *err)
{
    const struct review *review = reviewing->review;
    struct err refusal = {0};

    for (int row = 0; row < PQntuples(found); row++) {
        const struct conn_param params[] = {CONN_TEXT(PQgetvalue(found, row, F_ID)),
                                            CONN_TEXT(reviewing->args->note),
                                            CONN_TEXT(PQgetvalue(found, row, F_CENTER))};
        PGresult *done = conn_query(reviewing->conn, review->doing, review->sql, params, 3, err);

        if (done == NULL)
            return false;
        if (PQgetvalue(done, 0, DONE)[0] != 't') {
            err_set(&refusal, ERR_USAGE, "finding %s is %s; %s", PQgetvalue(found, row, F_ID),
                    PQgetvalue(done, 0, DONE_STATE), review->refuse);
            refuse(reviewing, &refusal);
        }
        PQclear(done);
    }
    return end_refusals(reviewing, &refusal, err);
}

/* The findings stand in the order of centers, whose passes are waited for: no two reviews wait for each other. */
static bool
review(struct reviewing *reviewing, struct err *err)
{
    PGresult *found = find(reviewing, err);
    bool ok = false, lost;

    if (found == NULL || !expect_all(reviewing, found, err) ||
        !conn_execute(reviewing->conn, "beginning the review", "BEGIN", err) ||
        !do_each(reviewing, found, err) || !conn_commit(reviewing->conn, &lost, err))
        goto done;
    for (int row = 0; row < PQntuples(found); row++)
        print_done(reviewing->review, found, row);
    ok = true;
done:
    PQclear(found);
    return ok;
}

int
review_run(struct arena *arena, const struct common_args *common, const struct review *how,
           const struct review_args *args)
{
    struct reviewing reviewing = {.review = how, .args = args};
    struct context context;
    struct config config;
    struct err err = {0};
    int exit_status;
    bool ok;

    if (!load_config(arena, common, &config, &exit_status))
        return exit_status;
    if (!context_init(&context, NULL, "run", config.run_deadline_ms, &err))
        return tell_error(&err);
    reviewing.conn = session_open_analysis(&config, &context, &err);
    ok = reviewing.conn != NULL && migrate_check(reviewing.conn, &err) && review(&reviewing, &err);
    conn_close(reviewing.conn);
    context_destroy(&context);
    return ok ? 0 : tell_error(&err);
}

const struct command_option review_reason[1] = {
    {.name = "note",
     .kind = OPTION_TEXT,
     .at = offsetof(struct review_args, note),
     .argument = "TEXT",
     .required = "the auditor will ask why",
     .help = "why, for the auditor"},
};

const struct command_operand review_operand = {
    .name = "ID",
    .kind = OPTION_NUMBER,
    .is_many = true,
    .at = offsetof(struct review_args, finding_ids),
    .needs = "the number of a finding, or several",
    .is_no = "the number of a finding",
};
