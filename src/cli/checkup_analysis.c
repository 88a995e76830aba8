#include "checkup.h"
#include "crfd/batch/instance_study.h"
#include "crfd/definition/study_tables.h"
#include "crfd/pg/migrate.h"
#include "queries.h"

#include <string.h>

static void
tell_migrate(struct checkup *checkup)
{
    checkup_command(checkup, "crfd migrate --config", checkup->config->path, "as a member of crfd_owner");
}

/* Each line of what `crfd migrate` would do. */
static void
tell_report(struct checkup *checkup, const char *report)
{
    while (*report != '\0') {
        size_t length = strcspn(report, "\n");

        checkup_detail(checkup, "# %.*s", (int)length, report);
        report += length + (report[length] == '\n');
    }
}

static void
check_tables(struct checkup *checkup)
{
    struct strbuf sql, report;
    struct problems problems;
    struct err err = {0};
    bool ok;

    strbuf_init(&sql);
    strbuf_init(&report);
    problems_init(&problems, checkup->arena, checkup->config->study_path);
    ok =
        study_tables_plan(checkup->analysis.conn, checkup->definition->study, &sql, &report, &problems, &err);
    for (size_t i = 0; i < problems.count; i++)
        checkup_problem(checkup, "analysis: %s: %s", problems.list[i].path, problems.list[i].message);
    if (!ok && problems.count == 0)
        checkup_problem(checkup, "%s", err.message);
    if (ok && sql.length == 0)
        checkup_ok(checkup, "analysis: the form tables fit the study");
    if (ok && sql.length > 0) {
        checkup_problem(checkup, "analysis: the form tables do not fit the study yet");
        tell_migrate(checkup);
        tell_report(checkup, report.text);
    }
    strbuf_destroy(&sql);
    strbuf_destroy(&report);
}

static bool
check_study(struct checkup *checkup)
{
    const char *study = checkup->definition->study->name;
    struct err err = {0};

    if (!instance_study_check(checkup->analysis.conn, study, &err)) {
        checkup_problem(checkup, "%s", err.message);
        return false;
    }
    checkup_ok(checkup, "analysis: the database is that of study \"%s\"", study);
    return true;
}

static void
check_schemas(struct checkup *checkup)
{
    struct err err = {0};

    if (migrate_check(checkup->analysis.conn, &err)) {
        checkup_ok(checkup, "analysis: the schemas are those of crfd " CRFD_VERSION);
        if (checkup->definition != NULL && check_study(checkup))
            check_tables(checkup);
        return;
    }
    checkup_problem(checkup, "%s", err.message);
    if (err.kind == ERR_PERMISSION)
        checkup_roles(checkup, &checkup->analysis);
    else
        tell_migrate(checkup);
}

/* As a text array: the names are plain identifiers. */
static void
append_forms(struct strbuf *out, const struct definition *definition)
{
    strbuf_append_char(out, '{');
    for (size_t i = 0; definition != NULL && i < definition->study->form_count; i++)
        strbuf_printf(out, "%s\"%s\"", i > 0 ? "," : "", definition->study->forms[i].name);
    strbuf_append_char(out, '}');
}

static PGresult *
ask_rights(struct checkup *checkup, struct err *err)
{
    PGresult *rights;
    struct conn_param forms;
    struct strbuf names;

    strbuf_init(&names);
    append_forms(&names, checkup->definition);
    forms = CONN_TEXT(names.text);
    rights = conn_query(checkup->analysis.conn, "asking for the rights of the role",
                        sql_checkup_analysis_rights, &forms, 1, err);
    strbuf_destroy(&names);
    return rights;
}

static void
check_rights(struct checkup *checkup)
{
    struct err err = {0};
    PGresult *rights = ask_rights(checkup, &err);

    if (rights == NULL)
        checkup_problem(checkup, "%s", err.message);
    else if (PQntuples(rights) == 0 && !checkup_is_superuser(&checkup->analysis))
        checkup_ok(checkup, "analysis: role %s has the rights that a night needs, and no more",
                   checkup_fact(&checkup->analysis, "role"));
    for (int row = 0; rights != NULL && row < PQntuples(rights); row++) {
        checkup_problem(checkup, "analysis: role %s %s", checkup_fact(&checkup->analysis, "role"),
                        PQgetvalue(rights, row, 0));
        if (strcmp(PQgetvalue(rights, row, 1), "t") == 0) {
            checkup_roles(checkup, &checkup->analysis);
            checkup_membership(checkup, &checkup->analysis);
        }
        if (!PQgetisnull(rights, row, 2))
            checkup_statement(checkup, &checkup->analysis, PQgetvalue(rights, row, 2));
    }
    PQclear(rights);
}

/* Nothing shows before the server crashes; then the ledger says that the pages are there. */
static void
check_unlogged(struct checkup *checkup)
{
    struct err err = {0};
    PGresult *tables = conn_query(checkup->analysis.conn, "looking for unlogged tables", sql_checkup_unlogged,
                                  NULL, 0, &err);

    if (tables == NULL)
        checkup_problem(checkup, "%s", err.message);
    for (int row = 0; tables != NULL && row < PQntuples(tables); row++) {
        checkup_problem(checkup, "analysis: table %s is unlogged: a crash of the server empties it",
                        PQgetvalue(tables, row, 0));
        checkup_statement(checkup, &checkup->analysis, PQgetvalue(tables, row, 1));
    }
    PQclear(tables);
}

void
checkup_analysis(struct checkup *checkup)
{
    if (checkup->analysis.facts == NULL)
        return;
    check_schemas(checkup);
    check_unlogged(checkup);
    check_rights(checkup);
}
