#include "crfd/base/file.h"
#include "crfd/batch/session.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"
#include "crfd/cli/render.h"
#include "crfd/cli/what_if.h"
#include "crfd/definition/study_tables.h"
#include "crfd/pg/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What is looked over, and what was found. */
struct checking {
    struct arena *arena;
    const struct config *config;
    const struct definition *definition;
    struct context context;
    int problems;
};

static void
tell(struct checking *c, const char *what, bool ok, const struct err *err)
{
    struct strbuf reason;

    if (ok) {
        printf("ok       %s\n", what);
        return;
    }
    strbuf_init(&reason);
    render_text(&reason, err->message);
    printf("PROBLEM  %s: %s\n", what, reason.text);
    strbuf_destroy(&reason);
    c->problems++;
}

static void
check_source(struct checking *c)
{
    struct conn *conn;
    struct strbuf sql;
    struct err err = {0};
    PGresult *rows = NULL;

    strbuf_init(&sql);
    strbuf_printf(&sql,
                  "SELECT center_id::text, subject_id::text, event::text, event_repeat::int4, form::text, "
                  "form_repeat::int4, data::text, submitted_at::timestamptz FROM %s LIMIT 0",
                  c->config->source_relation);
    conn = session_open_source(c->config, &c->context, &err);
    tell(c, "source database answers", conn != NULL, &err);
    if (conn != NULL) {
        rows = conn_query(conn, "reading the source relation", sql.text, NULL, 0, &err);
        tell(c, "source relation has the columns of the contract and may be read", rows != NULL, &err);
    }
    PQclear(rows);
    conn_close(conn);
    strbuf_destroy(&sql);
}

static void
check_tables(struct checking *c, struct conn *conn)
{
    struct strbuf sql, report;
    struct problems problems;
    struct err err = {0};
    bool ok;

    strbuf_init(&sql);
    strbuf_init(&report);
    problems_init(&problems, c->arena, c->config->study_path);
    ok = study_tables_plan(conn, c->definition->study, &sql, &report, &problems, &err);
    if (ok && sql.length > 0) {
        err_set(&err, ERR_CONFIG, "tables or columns of the study's forms are missing; run `crfd migrate`");
        ok = false;
    }
    tell(c, "form tables fit the study", ok, &err);
    strbuf_destroy(&sql);
    strbuf_destroy(&report);
}

static void
check_analysis(struct checking *c)
{
    struct err err = {0};
    struct conn *conn = session_open_analysis(c->config, &c->context, &err);
    bool ok;

    tell(c, "analysis database answers", conn != NULL, &err);
    if (conn == NULL)
        return;
    ok = migrate_check(conn, &err);
    tell(c, "schemas are at this version", ok, &err);
    if (ok)
        check_tables(c, conn);
    conn_close(conn);
}

/* The folder must let a file be replaced; the status file itself is left alone. */
static void
check_status_file(struct checking *c)
{
    char *probe = arena_printf(c->arena, "%s.check", c->config->status_file);
    struct err err = {0};
    bool ok = file_replace(probe, "", 0, &err);

    if (ok)
        (void)unlink(probe);
    tell(c, "status file can be written", ok, &err);
}

int
cmd_check(struct arena *arena, const struct args *args)
{
    struct checking c = {.arena = arena};
    struct definition definition;
    struct config config;
    struct err err = {0};
    int exit_status;

    if (!load_config(arena, args, &config, &exit_status))
        return exit_status;
    printf("ok       configuration %s\n", config.path);
    if (!load_study(arena, &config, &definition, &exit_status))
        return exit_status;
    printf("ok       study %s version %s: %zu forms, %zu checks\n", definition.study->name,
           definition.study->version, definition.study->form_count, definition.check_count);
    if (args->against)
        return tell_what_if(arena, &config, &definition);
    if (!context_init(&c.context, NULL, "run", config.run_deadline_ms, &err))
        return tell_error(&err);
    c.config = &config;
    c.definition = &definition;
    check_source(&c);
    check_analysis(&c);
    check_status_file(&c);
    context_destroy(&c.context);
    return c.problems == 0 ? 0 : err_exit_status(ERR_DIFFERENCE);
}
