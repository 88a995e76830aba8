#include "against.h"

#include "crfd/base/clock.h"
#include "crfd/batch/instance_study.h"
#include "crfd/batch/session.h"
#include "crfd/batch/what_if.h"
#include "crfd/daemon/schedule.h"
#include "crfd/definition/study_tables.h"
#include "crfd/pg/migrate.h"
#include "load.h"
#include "render.h"

#include <inttypes.h>
#include <stdio.h>

/* What `crfd migrate` would have to do first. *fits is false where it would refuse. */
static bool
tell_tables(struct arena *arena, const struct config *config, const struct definition *definition,
            struct context *context, bool *fits, struct err *err)
{
    struct conn *conn = session_open_reader(config, context, err);
    struct strbuf sql, report;
    struct problems problems;
    bool ok = false;

    strbuf_init(&sql);
    strbuf_init(&report);
    problems_init(&problems, arena, config->study_path);
    *fits = true;
    if (conn == NULL || !migrate_check(conn, err) ||
        !instance_study_check(conn, definition->study->name, err))
        goto done;
    ok = study_tables_plan(conn, definition->study, &sql, &report, &problems, err);
    if (ok && sql.length > 0)
        printf("The form tables do not fit yet; `crfd migrate` would first do this:\n%s\n", report.text);
    if (!ok && problems.count > 0) {
        *fits = false;
        ok = true;
        err_clear(err);
        puts("`crfd migrate` would refuse this definition:");
        strbuf_reset(&report);
        strbuf_reset(&sql);
        problems_print(&problems, &report);
        render_lines(&sql, report.text);
        puts(sql.text);
    }
done:
    conn_close(conn);
    strbuf_destroy(&sql);
    strbuf_destroy(&report);
    return ok;
}

static void
print_row(const char *check_id, int64_t opens, int64_t closes, int64_t stays, const char *note)
{
    struct strbuf id;

    strbuf_init(&id);
    render_text(&id, check_id);
    printf("%-40s %10" PRId64 " %10" PRId64 " %10" PRId64 "%s\n", id.text, opens, closes, stays, note);
    strbuf_destroy(&id);
}

static void
print_rows(const struct what_if *what_if)
{
    int64_t opens = 0, closes = 0, stays = 0;

    printf("%-40s %10s %10s %10s\n", "findings that would", "open", "close", "stay");
    for (size_t i = 0; i < what_if->count; i++) {
        const struct what_if_row *row = &what_if->rows[i];

        print_row(row->check_id, row->opens, row->closes, row->stays, row->retired ? "  retired" : "");
        opens += row->opens;
        closes += row->closes;
        stays += row->stays;
    }
    print_row("all", opens, closes, stays, "");
}

static void
print_pages(const struct what_if *what_if)
{
    struct strbuf text;

    strbuf_init(&text);
    render_count(&text, what_if->pages);
    strbuf_append(&text, " pages of ");
    render_count(&text, what_if->subjects);
    strbuf_append(&text, " subjects; in quarantine would be ");
    render_count(&text, what_if->quarantined);
    strbuf_append(&text, ", now there are ");
    render_count(&text, what_if->quarantined_now);
    if (what_if->changed_subjects > 0) {
        strbuf_append(&text, "\npages of ");
        render_count(&text, what_if->changed_subjects);
        strbuf_append(
            &text, " subjects have changed since the last night: what that opens and closes is counted, too");
    }
    puts(text.text);
    puts("nothing was changed");
    strbuf_destroy(&text);
}

int
against_tell(struct arena *arena, const struct config *config, const struct definition *definition)
{
    struct night night = schedule_night(&config->schedule, clock_unix_us());
    struct what_if what_if;
    struct context context;
    struct err err = {0};
    bool fits = true, ok;

    if (!context_init(&context, NULL, "run", config->run_deadline_ms, &err))
        return tell_error(&err);
    ok = tell_tables(arena, config, definition, &context, &fits, &err) &&
         what_if_run(arena, config, definition, night.days, &context, &what_if, &err);
    context_destroy(&context);
    if (!ok)
        return tell_error(&err);
    print_rows(&what_if);
    print_pages(&what_if);
    return fits ? 0 : err_exit_status(ERR_DIFFERENCE);
}
