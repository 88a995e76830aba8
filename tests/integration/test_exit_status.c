/*
 * Every exit status of crfd, each in the situations in which people meet it: what was wrong and what to do next stand
 * on standard error, and nothing that a script could take for an answer stands on standard output.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(rows)   ((int)(sizeof(rows) / sizeof((rows)[0])))
#define ARGUMENTS_MAX 10

static struct cluster cluster;
static struct instance instance;

static void
make_sources(void)
{
    PGconn *source = instance_connect_source(&instance);

    /* Views that fail while the centers are listed, before any of them begins. */
    cluster_exec(source,
                 "CREATE VIEW edc.unreadable AS SELECT center_id::int::text AS center_id, subject_id, event,"
                 " event_repeat, form, form_repeat, data, submitted_at FROM edc.crf_page;"
                 "CREATE FUNCTION edc.fail(state text, name text) RETURNS text LANGUAGE plpgsql AS"
                 " 'BEGIN RAISE ''of % '', name USING ERRCODE = state; END';"
                 "CREATE VIEW edc.raising AS SELECT edc.fail('P0001', center_id) AS center_id, subject_id,"
                 " event, event_repeat, form, form_repeat, data, submitted_at FROM edc.crf_page;"
                 "CREATE VIEW edc.broken AS SELECT edc.fail('XX001', center_id) AS center_id, subject_id,"
                 " event, event_repeat, form, form_repeat, data, submitted_at FROM edc.crf_page");
    PQfinish(source);
}

static void
prepare(void)
{
    PGconn *analysis;

    cluster_start(&cluster);
    instance_create_night(&instance, &cluster, "exit_status");
    instance_do(&instance, 0, "run", NULL);
    make_sources();
    analysis = instance_connect_analysis(&instance);
    cluster_exec(
        analysis,
        "CREATE ROLE stranger LOGIN; UPDATE analysis.finding SET state = 'waived' WHERE finding_id = 2;"
        "UPDATE analysis.finding SET state = 'closed', closed_reason = 'corrected', closed_run = 1,"
        " closed_at = now() WHERE finding_id = 3");
    PQfinish(analysis);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

/* What is different from an instance whose night is done. */
struct situation {
    const char *says;
    int exit_status;
    const char *command[ARGUMENTS_MAX];
    const char *words[3]; /* on standard error */
    const char *relation; /* at the source */
    const char *conninfo; /* of the analysis database: added at the end, where the last of a word counts */
    const char *study;    /* the study definition, NULL: that of the night */
    const char *config;   /* its text */
    const char *status;   /* text of the status file; "": none */
    const char *sql;      /* at the analysis database, by a session that stays until the end */
    const char *undo;
    bool has_answer; /* standard output is one */
    bool no_config;  /* --config is not given */
};

static const struct situation situations[] = {
    {"all is well", 0, {"run"}, .words = {""}, .has_answer = true},
    {"help", 0, {"--help"}, .words = {""}, .has_answer = true, .no_config = true},

    {"verify finds a difference",
     1,
     {"verify", "--check", "VS001"},
     .words = {""},
     .sql = "UPDATE analysis.finding SET state = 'closed', closed_reason = 'removed', closed_run = 1,"
            " closed_at = now(), message = 'hidden' WHERE finding_id = (SELECT max(finding_id)"
            " FROM analysis.finding WHERE check_id = 'VS001')",
     .undo = "UPDATE analysis.finding SET state = 'open', closed_reason = NULL, closed_run = NULL,"
             " closed_at = NULL WHERE message = 'hidden'",
     .has_answer = true},
    {"a center fails",
     3,
     {"run", "--rerun", "--full", "--center", "C01", "--reason", "x"},
     .words = {"center failed", "center=C01", "constraint not_now"},
     .sql = "DELETE FROM analysis.vs WHERE center_id = 'C01';"
            " ALTER TABLE analysis.vs ADD CONSTRAINT not_now CHECK (center_id <> 'C01')",
     .undo = "ALTER TABLE analysis.vs DROP CONSTRAINT not_now",
     .has_answer = true},

    {"no command", 64, {NULL}, .words = {"no command", "crfd --help"}, .no_config = true},
    {"a command misspelt",
     64,
     {"stauts"},
     .words = {"unknown command \"stauts\"", "did you mean \"status\"?"},
     .no_config = true},
    {"an option misspelt",
     64,
     {"run", "--reson", "x"},
     .words = {"unknown option --reson", "did you mean --reason?"}},
    {"an argument missing", 64, {"waive", "1"}, .words = {"waive needs --note TEXT"}},
    {"an unknown center",
     64,
     {"center", "C99"},
     .words = {"no run knows a center \"C99\"", "TABLE crfd.center lists"}},
    {"an unknown center of a list",
     64,
     {"findings", "--center", "C99"},
     .words = {"\"C99\"", "TABLE crfd.center lists"}},
    {"an unknown center of a rerun",
     64,
     {"run", "--rerun", "--reason", "x", "--center", "C99"},
     .words = {"\"C99\" has no pages"}},
    {"an unknown check", 64, {"explain", "VS01"}, .words = {"no check \"VS01\"", "did you mean \"VS001\"?"}},
    {"a check like no other",
     64,
     {"verify", "--check", "nonsense"},
     .words = {"no check \"nonsense\"", "built-in rule"}},
    {"an unknown finding",
     64,
     {"waive", "99999", "--note", "x"},
     .words = {"no finding 99999", "analysis.open_finding"}},
    {"a waived finding",
     64,
     {"waive", "2", "--note", "x"},
     .words = {"finding 2 is waived", "only an open finding"}},
    {"an open finding",
     64,
     {"unwaive", "1", "--note", "x"},
     .words = {"finding 1 is open", "only a waived finding"}},
    {"a comment on an unknown finding",
     64,
     {"comment", "99999", "--note", "x"},
     .words = {"no finding 99999", "analysis.open_finding"}},
    {"a closed finding",
     64,
     {"waive", "3", "--note", "x"},
     .words = {"finding 3 is closed", "only an open finding"}},

    {"a source whose rows cannot be read",
     65,
     {"run", "--rerun", "--reason", "x"},
     .words = {"the source database: text that is invalid for its type", "SQLSTATE 22P02"},
     .relation = "edc.unreadable"},
    {"a source whose view raises an error",
     65,
     {"run", "--rerun", "--reason", "x"},
     .words = {"error raised by a function of the database", "SQLSTATE P0001"},
     .relation = "edc.raising"},

    {"no server",
     69,
     {"runs"},
     .words = {"the analysis database", "Is the server running"},
     .conninfo = "host=/nonexistent"},
    {"no server for a night",
     69,
     {"run"},
     .words = {"the analysis database", "Is the server running"},
     .conninfo = "host=/nonexistent"},

    {"an internal error of a server",
     70,
     {"run", "--rerun", "--reason", "x"},
     .words = {"the source database: ", "SQLSTATE XX001"},
     .relation = "edc.broken"},

    {"no configuration",
     74,
     {"run", "--config", "/nonexistent/crfd.json"},
     .words = {"reading /nonexistent/crfd.json: No such file", "by --config FILE"},
     .no_config = true},
    {"a folder for a configuration",
     74,
     {"status", "--config", "/"},
     .words = {"reading /: Is a directory"},
     .no_config = true},
    {"no configuration for a daemon",
     74,
     {"daemon", "--config", "/nonexistent/crfd.json"},
     .words = {"reading /nonexistent/crfd.json: No such file", "/etc/crfd/STUDY.json"},
     .no_config = true},
    {"no status", 74, {"status"}, .words = {"no status yet", "`crfd runs`"}, .status = ""},
    {"no status for a program", 74, {"status", "--json"}, .words = {"no status yet"}, .status = ""},
    {"half a status",
     74,
     {"status"},
     .words = {"is not a status file", "status_file"},
     .status = "{\"schema_version\": 1,"},
    {"another file for a status",
     74,
     {"status", "--json"},
     .words = {"is not a status file"},
     .status = "{\"name\": 1}"},
    {"the status of a newer crfd",
     74,
     {"status"},
     .words = {"schema version 99", "a newer crfd wrote it"},
     .status = "{\"schema_version\": 99, \"state\": \"idle\"}"},

    {"a table that someone else locks",
     75,
     {"findings"},
     .words = {"listing the findings", "deadline"},
     .sql = "BEGIN; LOCK TABLE analysis.finding IN ACCESS EXCLUSIVE MODE"},

    {"a role without privileges",
     77,
     {"runs"},
     .words = {"permission denied for schema crfd", "grant what is missing as sql/roles.sql does"},
     .conninfo = "user=stranger"},
    {"a role without privileges for a night",
     77,
     {"run"},
     .words = {"permission denied for schema crfd", "grant what is missing as sql/roles.sql does"},
     .conninfo = "user=stranger"},
    {"a role that there is not",
     77,
     {"run"},
     .words = {"role \"nobody\" does not exist", "check the user"},
     .conninfo = "user=nobody"},

    {"a configuration that is no JSON",
     78,
     {"status"},
     .words = {"crfd.json: line 1, column "},
     .config = "{\"instance\" 1}"},
    {"a configuration with a key misspelt",
     78,
     {"run"},
     .words = {"unknown key \"instanc\"; did you mean \"instance\"?", "\"source\" is missing"},
     .config = "{\"instanc\": \"x\"}"},
    {"a database without schemas",
     78,
     {"run"},
     .words = {"has no schema of crfd yet", "crfd migrate"},
     .conninfo = "dbname=postgres"},
    {"a waiver without schemas",
     78,
     {"waive", "1", "--note", "x"},
     .words = {"has no schema of crfd yet", "crfd migrate"},
     .conninfo = "dbname=postgres"},
    {"no database",
     78,
     {"run"},
     .words = {"\"nowhere\" does not exist", "create the database"},
     .conninfo = "dbname=nowhere"},
    {"a study that is none", 78, {"run"}, .words = {"study.json: ", "\"study\" is missing"}, .study = "{}"},
    {"a schema of a newer crfd",
     78,
     {"findings"},
     .words = {"is newer than this crfd"},
     .sql = "INSERT INTO crfd.migration (number, name, sha256, version) SELECT max(number) + 1, "
            "'9999_future', '', '9.9' FROM crfd.migration",
     .undo = "DELETE FROM crfd.migration WHERE name = '9999_future'"},
};

static void
write_file(const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", instance.folder, name);
    if (*text == '\0')
        (void)unlink(path);
    else
        text_file_write(path, text);
}

static void
arrange(const struct situation *situation)
{
    struct instance here = instance;
    size_t length = strlen(here.analysis_conninfo);

    if (situation->relation != NULL)
        here.relation = situation->relation;
    if (situation->conninfo != NULL)
        snprintf(here.analysis_conninfo + length, sizeof here.analysis_conninfo - length, " %s",
                 situation->conninfo);
    if (situation->exit_status == 75)
        here.statement_deadline = "300ms";
    instance_write_config(&here);
    if (situation->study != NULL)
        instance_write_study(&here, situation->study);
    else
        instance_copy_study(&here, "tests/data/night.json");
    if (situation->config != NULL)
        write_file("crfd.json", situation->config);
    if (situation->status != NULL)
        write_file("status.json", situation->status);
}

static void
execute(const char *const command[], bool no_config, struct process_result *result)
{
    const char *argv[ARGUMENTS_MAX + 4] = {getenv("CRFD_PROGRAM")};
    char config[256];
    size_t count = 1;

    for (; command[count - 1] != NULL; count++)
        argv[count] = command[count - 1];
    if (!no_config) {
        snprintf(config, sizeof config, "%s/crfd.json", instance.folder);
        argv[count++] = "--config";
        argv[count] = config;
    }
    process_run(argv, NULL, INSTANCE_PATIENCE_MS, result);
}

/* A night that failed is what whoever watches is told of, also where it was never opened. */
static void
expect_watched(const struct situation *situation, PGconn *analysis)
{
    char *told, expected[16];

    if (situation->command[0] == NULL || strcmp(situation->command[0], "run") != 0 ||
        situation->exit_status < 65 || situation->no_config || situation->config != NULL)
        return;
    snprintf(expected, sizeof expected, "%d", situation->exit_status);
    told = instance_status(&instance, analysis, "{last_run,exit_code}");
    ck_assert_msg(strcmp(told, expected) == 0, "%s: the status file tells of exit status %s", situation->says,
                  told);
    free(told);
}

START_TEST(a_situation_has_its_status_and_its_words)
{
    const struct situation *situation = &situations[_i];
    PGconn *analysis = instance_connect_analysis(&instance);
    struct process_result result;

    arrange(situation);
    if (situation->sql != NULL)
        cluster_exec(analysis, situation->sql);
    execute(situation->command, situation->no_config, &result);
    if (situation->undo != NULL)
        cluster_exec(analysis, situation->undo);
    ck_assert_msg(result.exit_status == situation->exit_status, "%s: exit status %d\n%s%s", situation->says,
                  result.exit_status, result.out, result.err);
    for (int i = 0; i < COUNT(situation->words) && situation->words[i] != NULL; i++)
        ck_assert_msg(strstr(result.err, situation->words[i]) != NULL, "%s: \"%s\" is not told:\n%s",
                      situation->says, situation->words[i], result.err);
    ck_assert_msg(situation->has_answer == (result.out[0] != '\0'), "%s: standard output is\n%s",
                  situation->says, result.out);
    expect_watched(situation, analysis);
    process_result_clear(&result);
    PQfinish(analysis);
}
END_TEST

static const struct {
    int signal;
    int exit_status;
} signals[] = {{SIGINT, 130}, {SIGTERM, 143}};

START_TEST(a_signal_has_its_status)
{
    PGconn *analysis = instance_connect_analysis(&instance);
    struct process run;
    struct process_result result;

    instance_write_config(&instance);
    cluster_exec(analysis, "BEGIN; LOCK TABLE analysis.finding IN ACCESS EXCLUSIVE MODE");
    instance_start(&instance, &run, "run", "--rerun", "--full", "--reason", "x", NULL);
    instance_wait_until(
        analysis, "a center waits",
        "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'analysis.finding'::regclass AND NOT granted");
    process_signal(&run, signals[_i].signal);
    process_wait(&run, INSTANCE_PATIENCE_MS, &result);
    ck_assert_int_eq(result.exit_status, signals[_i].exit_status);
    expect_in(result.err, "the same command takes the run up again");
    process_result_clear(&result);
    PQfinish(analysis);
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "x", NULL);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("exit_status");
    TCase *cases = tcase_create("exit_status");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, a_situation_has_its_status_and_its_words, 0, COUNT(situations));
    tcase_add_loop_test(cases, a_signal_has_its_status, 0, COUNT(signals));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
