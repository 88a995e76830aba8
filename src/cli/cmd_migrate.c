#include "cmd.h"
#include "crfd/batch/instance_study.h"
#include "crfd/batch/session.h"
#include "crfd/definition/study_tables.h"
#include "crfd/pg/migrate.h"
#include "load.h"

#include <stdio.h>

struct migrate_args {
    bool dry_run;
    const char *old_study; /* that the database belongs to, which has another name now; NULL: the same */
};

/* What one migration works with. */
struct migrating {
    struct conn *conn;
    const struct definition *definition;
    const char *old_study;
    struct strbuf sql;
    struct strbuf report;
    struct problems problems;
};

static bool
apply_name(struct migrating *m, struct err *err)
{
    const char *study = m->definition->study->name;

    if (m->old_study == NULL)
        return instance_study_take(m->conn, study, err);
    if (!instance_study_rename(m->conn, m->old_study, study, err))
        return false;
    strbuf_printf(&m->report, "study \"%s\": is called \"%s\" from now on\n", m->old_study, study);
    return true;
}

static bool
apply(struct migrating *m, struct err *err)
{
    const struct study *study = m->definition->study;
    struct strbuf comments;
    bool ok = false;

    strbuf_init(&comments);
    if (!migrate_apply(m->conn, &m->report, err) || !apply_name(m, err) ||
        !study_tables_plan(m->conn, study, &m->sql, &m->report, &m->problems, err) ||
        (m->sql.length > 0 && !conn_execute(m->conn, "creating the form tables", m->sql.text, err)))
        goto done;
    /* New tables bring their comments along; here are those whose label has changed. */
    if (!study_tables_comment(m->conn, study, &comments, &m->report, err) ||
        (comments.length > 0 && !conn_execute(m->conn, "commenting the form tables", comments.text, err)))
        goto done;
    strbuf_append(&m->sql, comments.text);
    ok = true;
done:
    strbuf_destroy(&comments);
    return ok;
}

/* One transaction for all; in a dry run it is rolled back. */
static bool
migrate(struct migrating *m, bool dry_run, struct err *err)
{
    bool lost;

    if (!conn_execute(m->conn, "beginning the migration", "BEGIN", err))
        return false;
    if (apply(m, err) && !dry_run && conn_commit(m->conn, &lost, err))
        return true;
    conn_rollback(m->conn);
    return dry_run && err->kind == ERR_NONE;
}

static void
tell(const struct migrating *m, bool ok, bool dry_run)
{
    tell_problems(&m->problems);
    if (!ok)
        return;
    if (m->report.length == 0)
        puts("nothing to do: the schemas are up to date");
    else
        fputs(m->report.text, stdout);
    if (dry_run) {
        fputs(m->sql.text, stdout);
        puts("dry run: nothing was changed");
    }
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct migrate_args *own = args;
    struct migrating m = {0};
    struct definition definition;
    struct context context;
    struct config config;
    struct err err = {0};
    int exit_status;
    bool ok = false;

    if (!load_config(arena, common, &config, &exit_status) ||
        !load_definition(arena, &config, &definition, &exit_status))
        return exit_status;
    if (!context_init(&context, NULL, "run", config.run_deadline_ms, &err))
        return tell_error(&err);
    m.definition = &definition;
    m.old_study = own->old_study;
    strbuf_init(&m.sql);
    strbuf_init(&m.report);
    problems_init(&m.problems, arena, config.study_path);
    m.conn = session_open_analysis(&config, &context, &err);
    if (m.conn != NULL) {
        ok = migrate(&m, own->dry_run, &err);
        tell(&m, ok, own->dry_run);
    }
    conn_close(m.conn);
    context_destroy(&context);
    strbuf_destroy(&m.sql);
    strbuf_destroy(&m.report);
    return ok ? 0 : tell_error(&err);
}

static const struct command_option options[] = {
    {.name = "dry-run",
     .at = offsetof(struct migrate_args, dry_run),
     .help = "print the SQL and change nothing"},
    {.name = "rename-study",
     .kind = OPTION_TEXT,
     .at = offsetof(struct migrate_args, old_study),
     .argument = "OLD",
     .help = "study OLD, which the database belongs to, is the one of the definition, under a new name"},
};

const struct command cmd_migrate = {
    .name = "migrate",
    .line = "create or extend the schemas crfd and analysis",
    .group = GROUP_STUDY,
    .text = "Brings the schemas crfd and analysis to this version and creates or extends\n"
            "the tables of the study's forms, in one transaction. Nothing is ever dropped;\n"
            "what would lose data is refused, and so is the database of another study.\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct migrate_args),
    .acts = true,
    .run = run,
};
