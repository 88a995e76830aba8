#include "cmd.h"
#include "crfd/batch/session.h"
#include "crfd/pg/migrate.h"
#include "load.h"
#include "render.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct waive_args {
    int64_t finding_id;
    const char *note;
};

/* Columns of sql/queries/finding_find.sql: center, subject, event, form, check. */
static void
print_waived(const char *id, const PGresult *found)
{
    static const struct {
        const char *lead;
        int column;
    } parts[] = {
        {" is waived: check ", 4}, {", form ", 3}, {", event ", 2}, {", subject ", 1}, {" of center ", 0}};
    struct strbuf line;

    strbuf_init(&line);
    strbuf_printf(&line, "finding %s", id);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        strbuf_append(&line, parts[i].lead);
        render_text(&line, PQgetvalue(found, 0, parts[i].column));
    }
    puts(line.text);
    strbuf_destroy(&line);
}

/* The center's row first, as a pass has it. */
static bool
waive_in_transaction(struct conn *conn, const struct conn_param params[3], PGresult **waived, struct err *err)
{
    PGresult *marked;
    bool lost;

    if (!conn_execute(conn, "beginning the waiver", "BEGIN", err))
        return false;
    marked = conn_query(conn, "marking the center", sql_center_recount, &params[2], 1, err);
    PQclear(marked);
    if (marked == NULL)
        return false;
    *waived = conn_query(conn, "waiving the finding", sql_finding_waive, params, 3, err);
    return *waived != NULL && conn_commit(conn, &lost, err);
}

static bool
waive(struct conn *conn, const struct waive_args *args, struct err *err)
{
    char id[24];
    struct conn_param params[] = {CONN_TEXT(id), CONN_TEXT(args->note), CONN_TEXT(NULL)};
    PGresult *found, *waived = NULL;
    bool ok = false;

    snprintf(id, sizeof id, "%" PRId64, args->finding_id);
    found = conn_query(conn, "looking for the finding", sql_finding_find, params, 1, err);
    if (found == NULL)
        return false;
    if (PQntuples(found) == 0) {
        err_set(err, ERR_USAGE, "there is no finding %s; analysis.open_finding lists the open ones", id);
        goto done;
    }
    params[2].text = PQgetvalue(found, 0, 0);
    if (!waive_in_transaction(conn, params, &waived, err))
        goto done;
    if (PQntuples(waived) == 0) {
        err_set(err, ERR_USAGE, "finding %s is %s; only an open finding can be waived", id,
                PQgetvalue(found, 0, 6));
        goto done;
    }
    print_waived(id, found);
    ok = true;
done:
    PQclear(waived);
    PQclear(found);
    return ok;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    struct context context;
    struct config config;
    struct conn *conn;
    struct err err = {0};
    int exit_status;
    bool ok;

    if (!load_config(arena, common, &config, &exit_status))
        return exit_status;
    if (!context_init(&context, NULL, "run", config.run_deadline_ms, &err))
        return tell_error(&err);
    conn = session_open_analysis(&config, &context, &err);
    ok = conn != NULL && migrate_check(conn, &err) && waive(conn, args, &err);
    conn_close(conn);
    context_destroy(&context);
    return ok ? 0 : tell_error(&err);
}

static const struct command_option options[] = {
    {.name = "note",
     .kind = OPTION_TEXT,
     .at = offsetof(struct waive_args, note),
     .argument = "TEXT",
     .required = "the auditor will ask why",
     .help = "why, for the auditor"},
};

static const struct command_operand operand = {
    .name = "ID",
    .kind = OPTION_NUMBER,
    .at = offsetof(struct waive_args, finding_id),
    .needs = "the number of one finding",
    .is_no = "the number of a finding",
};

const struct command cmd_waive = {
    .name = "waive",
    .line = "accept a finding as it is",
    .group = GROUP_FINDINGS,
    .text = "Accepts finding ID as it is. The waiver holds while the values it rests on\n"
            "stay the same; when they change and the check is still violated, the finding\n"
            "is open again.\n",
    COMMAND_OPTIONS(options),
    .operand = &operand,
    .args_size = sizeof(struct waive_args),
    .acts = true,
    .run = run,
};
