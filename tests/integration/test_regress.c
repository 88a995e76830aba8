/*
 * What PostgreSQL's own regression tests publish about the expressions that the check language has: crfd gives
 * the same, and so does the server that the tests run on.
 */
#include "crfd/base/strbuf.h"
#include "crfd/check/compile.h"
#include "crfd/check/eval.h"

#include "check_study.h"
#include "cluster.h"
#include "fail.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_MAX 2000

struct fact {
    const char *file;
    const char *expression;
    const char *expected; /* as text; "NULL", or "!" and a SQLSTATE */
};

static const char *const files[] = {"boolean", "case",    "date", "int4", "int8",
                                    "numeric", "strings", "text", "time", "timestamp"};
static struct fact facts[FACTS_MAX];
static int fact_count;

static struct cluster cluster;
static struct arena arena;
static const struct study *study;
static const struct subject *subject;
static PGconn *connection;

/* --- the facts --- */

static void
read_facts(const char *file)
{
    char path[128];
    char *text;
    char *rest;

    snprintf(path, sizeof path, "tests/data/regress/%s.tsv", file);
    text = text_file_read(path);
    rest = arena_strdup(&arena, text);
    free(text);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *tab = strchr(line, '\t');

        if (line[0] == '#' || line[0] == '\0')
            continue;
        TEST_REQUIRE(tab != NULL && fact_count < FACTS_MAX, "%s: %s: no fact", path, line);
        *tab = '\0';
        facts[fact_count++] = (struct fact){file, line, tab + 1};
    }
}

/* --- asking --- */

static const char *
ask_crfd(const char *expression)
{
    struct check_error refusal;
    struct eval_error error;
    struct value value;
    const struct program *program = check_compile_value(&arena, study, check_study_form(study, "vs"),
                                                        expression, strlen(expression), VALUE_TEXT, &refusal);

    if (program == NULL)
        return arena_printf(&arena, "refused at %zu: %s", refusal.offset, refusal.message);
    if (!eval_value(program, subject, check_subject_page(subject, PAGE_ORDINARY),
                    eval_scratch_new(&arena, program_scratch_bytes(program)), &arena, &value, &error))
        return arena_printf(&arena, "!%s", error.sqlstate);
    return value.is_null ? "NULL" : arena_copy(&arena, value.text, value.length);
}

static const char *
ask_server(const char *expression)
{
    const char *sql = arena_printf(&arena, "SELECT (%s)::text", expression);
    PGresult *result = PQexec(connection, sql);
    const char *answer;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        answer = arena_printf(&arena, "!%s", PQresultErrorField(result, PG_DIAG_SQLSTATE));
    else
        answer = PQgetisnull(result, 0, 0) ? "NULL" : arena_strdup(&arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return answer;
}

START_TEST(what_is_published_is_what_both_give)
{
    const struct fact *fact = &facts[_i];
    const char *server = ask_server(fact->expression);
    const char *crfd = ask_crfd(fact->expression);

    ck_assert_msg(strcmp(server, fact->expected) == 0, "%s: %s: the server gives %s, not %s", fact->file,
                  fact->expression, server, fact->expected);
    ck_assert_msg(strcmp(crfd, fact->expected) == 0, "%s: %s: crfd gives %s, not %s", fact->file,
                  fact->expression, crfd, fact->expected);
}
END_TEST

static void
setup(void)
{
    cluster_start(&cluster);
    connection = cluster_connect(&cluster, "postgres");
    cluster_exec(connection, "SET TimeZone TO '" CHECK_STUDY_ZONE "'");
    arena_init(&arena, 65536, 0);
    study = check_study_new(&arena);
    subject = check_subject_new(&arena, study);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        read_facts(files[i]);
}

static void
teardown(void)
{
    arena_destroy(&arena);
    PQfinish(connection);
    cluster_destroy(&cluster);
}

int
main(void)
{
    Suite *suite = suite_create("regress");
    TCase *tcase = tcase_create("facts");
    SRunner *runner;
    int failed;

    setup();
    tcase_add_loop_test(tcase, what_is_published_is_what_both_give, 0, fact_count);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    /* One connection serves all facts, so none of them is a process of its own. */
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    teardown();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
