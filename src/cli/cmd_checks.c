#include "ask.h"
#include "cmd.h"
#include "crfd/batch/check_list.h"
#include "load.h"
#include "render.h"

#include <string.h>

struct checks_args {
    struct ask_form form;
};

/* What the answer needs beside its connection. */
struct checks_question {
    struct ask_form form;
    const struct definition *definition;
};

static const struct table_column columns[] = {
    {"check_id", "check", 0, NULL}, {"trues", "true", 3, NULL},
    {"falses", "false", 0, NULL},   {"unknowns", "unknown", 2, NULL},
    {"errors", "errors", 4, NULL},  {"open", "open", 0, NULL},
    {"waived", "waived", 5, NULL},  {"last_fired", "last fired", 1, NULL},
    {"mark", "", 0, NULL},
};

/* What a mark says, and what to do about it. */
static const struct {
    const char *mark;
    const char *advice;
} marks[] = {
    {"never evaluated",
     "there is no page of its form, or this version of the study has not run yet: crfd run"},
    {"always unknown",
     "something that it compares is missing on every page: crfd explain ID tells what it reads, and "
     "crfd check whether it can ever be false"},
};

static bool
has_mark(const PGresult *rows, const char *mark)
{
    int column = PQfnumber(rows, "mark");

    for (int i = 0; i < PQntuples(rows); i++)
        if (strcmp(PQgetvalue(rows, i, column), mark) == 0)
            return true;
    return false;
}

static void
append_advice(struct strbuf *out, const PGresult *rows)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        struct strbuf text;

        if (!has_mark(rows, marks[i].mark))
            continue;
        strbuf_init(&text);
        strbuf_printf(&text, "%s: %s\n", marks[i].mark, marks[i].advice);
        render_fold(out, text.text, table_columns());
        strbuf_destroy(&text);
    }
}

static bool
print_checks(struct conn *conn, struct arena *arena, const void *args, struct err *err)
{
    const struct checks_question *question = args;
    PGresult *rows = check_list_ask(conn, question->definition, err);
    struct strbuf out;
    bool ok;

    (void)arena;
    if (rows == NULL)
        return false;
    strbuf_init(&out);
    ask_append(&out, question->form, rows, columns, sizeof columns / sizeof columns[0]);
    if (!question->form.json && !question->form.csv)
        append_advice(&out, rows);
    ok = ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(rows);
    return ok;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct checks_args *own = args;
    struct checks_question question = {.form = own->form};
    struct definition definition;
    struct config config;
    int exit_status;

    if (!load_both(arena, common, &config, &definition, &exit_status))
        return exit_status;
    question.definition = &definition;
    return ask_database(arena, &config, &question, print_checks);
}

static const struct command_option options[] = {
    ASK_FORM_OPTIONS(struct checks_args, form),
};

static bool
check(void *args, struct err *err)
{
    return ask_check(((const struct checks_args *)args)->form, err);
}

const struct command cmd_checks = {
    .name = "checks",
    .line = "each check and built-in rule: how often it was true, false, unknown, and when it last fired",
    .group = GROUP_FINDINGS,
    .text = "Lists every rule of the study with how often it was true, false, unknown or not to\n"
            "be computed since this version of the study first ran at each center (a page that\n"
            "is evaluated again counts again), its open and waived findings, and the night on\n"
            "which it last fired. Marked is what was never evaluated or always unknown. Of\n"
            "built-in rules only false and errors are counted.\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct checks_args),
    .check = check,
    .run = run,
};
