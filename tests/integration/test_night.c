/*
 * Nights that do not go smoothly: killed, stopped, shared, locked out, cut off. Whatever happened on the way, the
 * end state is that of an undisturbed night, and every center was taken in once.
 *
 * A night is held at a chosen place by a lock that the test takes, and the test goes on when the server says that
 * the night waits for it: nothing here depends on how fast the machine is.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "signature.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define PAGES 360

static struct cluster cluster;

static const char night_waits[] =
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE NOT l.granted AND a.datname = current_database() AND a.application_name LIKE 'crfd%')";

static const char centers_done[] = "SELECT coalesce(string_agg(center_id, ',' ORDER BY center_id), '')"
                                   " FROM crfd.run_center WHERE state = 'done'";

/* What an undisturbed night leaves. */
static char *
calm_signature(void)
{
    struct instance instance;
    PGconn *analysis;
    char *signature;

    instance_create_night(&instance, &cluster, "calm");
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    signature = signature_take(analysis);
    PQfinish(analysis);
    return signature;
}

static char *calm;

static void
prepare(void)
{
    cluster_start(&cluster);
    calm = calm_signature();
}

static void
clear(void)
{
    free(calm);
    cluster_destroy(&cluster);
}

/* The state after a night that was completed: one run, done, each center done, all pages counted once. */
static void
expect_calm(PGconn *analysis)
{
    char *signature = signature_take(analysis);

    ck_assert_str_eq(signature, calm);
    free(signature);
    expect_text(analysis, "1 done", "the runs", "SELECT count(*) || ' ' || min(state) FROM crfd.run");
    expect_text(
        analysis, "6 6 360 360", "centers, centers done, pages expected, pages read",
        "SELECT format('%s %s %s %s', count(*), count(*) FILTER (WHERE state = 'done'), sum(expected_pages),"
        " sum(pages_read)) FROM crfd.run_center");
    expect_int(analysis, PAGES, "pages of the ledger", "SELECT sum(pages) FROM analysis.subject");
}

/* ---- Killed and stopped ---- */

/* Where a night is held, largest center first, one worker; and which centers are done by then. */
static const struct {
    const char *name;
    const char *lock;
    const char *done;
} places[] = {
    {"entering_a_center", "INSERT INTO crfd.center (center_id) VALUES ('C05')", "C06"},
    {"writing_a_form", "LOCK TABLE analysis.ae IN SHARE MODE", "C04,C05,C06"},
    {"writing_a_finding",
     "INSERT INTO analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, "
     "item,"
     " severity, message, state, outcome, evidence, opened_run, opened_at)"
     " VALUES ('C05', 'S005', 'WEEK 2', 1, 'vs', 1, 'VS001', 'sysbp', 'major', '', 'open', 'false', '{}', 0, "
     "now())",
     "C06"},
    {"writing_the_ledger",
     "INSERT INTO analysis.subject (center_id, subject_id, pages, quarantined, digest, run_id)"
     " VALUES ('C05', 'S001', 1, 0, sha256(''), 0)",
     "C06"},
};

#define PLACE_COUNT ((int)(sizeof places / sizeof places[0]))

/* An instance of one worker whose night waits at the place; the holder's transaction is what it waits for. */
static void
hold_night(struct instance *instance, const char *name, int place, PGconn **holder, struct process *night)
{
    char full_name[40];

    snprintf(full_name, sizeof full_name, "%s_%s", name, places[place].name);
    instance_create_night(instance, &cluster, full_name);
    instance->workers = 1;
    instance_write_config(instance);
    *holder = instance_connect_analysis(instance);
    cluster_exec(*holder, "BEGIN");
    cluster_exec(*holder, places[place].lock);
    instance_start(instance, night, "run", NULL);
    instance_wait_until(*holder, "the night waits for the lock", night_waits);
}

START_TEST(a_killed_night_is_completed_by_the_next_run)
{
    struct instance instance;
    struct process night;
    struct process_result result;
    PGconn *holder;
    PGconn *analysis;

    hold_night(&instance, "killed", _i, &holder, &night);
    analysis = instance_connect_analysis(&instance);
    expect_text(analysis, places[_i].done, "centers done before the kill", centers_done);
    process_signal(&night, SIGKILL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    ck_assert_int_eq(result.signal, SIGKILL);
    process_result_clear(&result);
    cluster_exec(holder, "ROLLBACK");
    instance_do(&instance, 0, "run", NULL);
    expect_calm(analysis);
    expect_text(analysis, "1", "centers that needed a second attempt",
                "SELECT count(*) FROM crfd.run_center WHERE attempts = 2");
    PQfinish(analysis);
    PQfinish(holder);
}
END_TEST

/* All centers are done, and the run waits to be closed. */
START_TEST(a_night_killed_before_its_run_is_closed_is_completed_by_the_next_run)
{
    struct instance instance;
    struct process night;
    struct process_result result;
    PGconn *holder;
    PGconn *analysis;

    hold_night(&instance, "closing", 3, &holder, &night);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "BEGIN; SELECT FROM crfd.run FOR UPDATE");
    cluster_exec(holder, "ROLLBACK");
    instance_wait_until(holder, "all centers are done",
                        "SELECT count(*) = 6 FROM crfd.run_center WHERE state = 'done'");
    instance_wait_until(holder, "the night waits to close its run", night_waits);
    process_signal(&night, SIGKILL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    process_result_clear(&result);
    cluster_exec(analysis, "ROLLBACK");
    instance_do(&instance, 0, "run", NULL);
    expect_calm(analysis);
    expect_int(analysis, 6, "attempts: each center once", "SELECT sum(attempts) FROM crfd.run_center");
    PQfinish(analysis);
    PQfinish(holder);
}
END_TEST

/* What is selected, and how the run of it ends. */
static const struct {
    const char *says;
    const char *center;
    const char *subject;
    const char *dry_run; /* NULL: a rerun */
    int exit_status;
} subjects[] = {
    {"one of all centers", "C06,C01", "S001", NULL, 0},
    {"one that only the source has", "C01", "S new", NULL, 0},
    {"one that only the ledger has", "C01", "S002", NULL, 0},
    {"one that neither has", "C06,C01", "S999", NULL, 64},
    {"one that neither has, tried out", "C06,C01", "S999", "--dry-run", 64},
    {"one of another center", "C01", "S024", NULL, 64},
};

START_TEST(a_run_of_a_subject_that_is_not_there_is_refused)
{
    struct instance instance;
    PGconn *source, *analysis;

    instance_create_night(&instance, &cluster, "subject");
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(
        source,
        "UPDATE edc.crf_page SET subject_id = 'S new' WHERE center_id = 'C01' AND subject_id = 'S002'");
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        int64_t before = cluster_int(analysis, "SELECT count(*) FROM crfd.run");
        char *said =
            instance_crfd(&instance, subjects[i].exit_status, "run", "--rerun", "--reason", "why", "--center",
                          subjects[i].center, "--subject", subjects[i].subject, subjects[i].dry_run, NULL);

        if (subjects[i].exit_status != 0)
            expect_in(said, "has no pages at the source and none in the ledger of the selected centers");
        expect_int(analysis, before + (subjects[i].exit_status == 0), subjects[i].says,
                   "SELECT count(*) FROM crfd.run");
        free(said);
    }
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

START_TEST(a_killed_rerun_is_taken_up_by_the_same_command)
{
    struct instance instance;
    struct process rerun;
    struct process_result result;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "rerun");
    instance.workers = 1;
    instance_write_config(&instance);
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "BEGIN; SELECT FROM crfd.center WHERE center_id = 'C05' FOR UPDATE");
    instance_start(&instance, &rerun, "run", "--rerun", "--full", "--reason", "audit", NULL);
    instance_wait_until(analysis, "the rerun waits for the center", night_waits);
    process_signal(&rerun, SIGKILL);
    process_wait(&rerun, INSTANCE_PATIENCE_MS, &result);
    process_result_clear(&result);
    cluster_exec(analysis, "ROLLBACK");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "audit", NULL);
    expect_text(analysis, "nightly done, rerun done", "the runs",
                "SELECT string_agg(kind || ' ' || state, ', ' ORDER BY run_id) FROM crfd.run");
    expect_int(
        analysis, 84, "subjects evaluated by the rerun",
        "SELECT sum(evaluated) FROM crfd.run_center JOIN crfd.run USING (run_id) WHERE kind = 'rerun'");
    PQfinish(analysis);
}
END_TEST

START_TEST(a_night_is_not_continued_under_another_definition)
{
    struct instance instance;
    struct process night;
    struct process_result result;
    PGconn *holder;
    char *output;

    hold_night(&instance, "mixed", 0, &holder, &night);
    process_signal(&night, SIGKILL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    process_result_clear(&result);
    cluster_exec(holder, "ROLLBACK");
    instance_write_study(&instance,
                         "{\"study\": \"night\", \"version\": \"2\", \"events\": [{\"name\": \"SCREENING\"}],"
                         " \"forms\": {\"dm\": {\"items\": {\"sex\": {\"type\": \"text\"}}}}}");
    output = instance_crfd(&instance, 78, "run", NULL);
    expect_in(output, "another study definition");
    free(output);
    instance_copy_study(&instance, "tests/data/night.json");
    instance_do(&instance, 0, "run", NULL);
    expect_calm(holder);
    PQfinish(holder);
}
END_TEST

static const struct {
    int signal;
    int exit_status;
} stops[] = {{SIGTERM, 143}, {SIGINT, 130}};

START_TEST(a_stopped_night_says_so_and_is_completed_by_the_next_run)
{
    struct instance instance;
    struct process night;
    PGconn *holder;
    PGconn *analysis;

    hold_night(&instance, stops[_i].signal == SIGTERM ? "terminated" : "interrupted", 0, &holder, &night);
    analysis = instance_connect_analysis(&instance);
    process_signal(&night, stops[_i].signal);
    instance_finish(&night, stops[_i].exit_status);
    expect_text(analysis, "C06", "centers done before the stop", centers_done);
    expect_text(analysis, "running", "the run", "SELECT state FROM crfd.run");
    cluster_exec(holder, "ROLLBACK");
    instance_do(&instance, 0, "run", NULL);
    expect_calm(analysis);
    PQfinish(analysis);
    PQfinish(holder);
}
END_TEST

START_TEST(a_night_whose_server_crashes_is_completed_by_the_next_run)
{
    struct instance instance;
    struct process night;
    PGconn *holder;
    PGconn *analysis;

    hold_night(&instance, "crashed", 0, &holder, &night);
    cluster_stop_immediate(&cluster);
    instance_finish(&night, 69);
    PQfinish(holder);
    cluster_start_again(&cluster);
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    expect_calm(analysis);
    PQfinish(analysis);
}
END_TEST

/* ---- Two at once ---- */

/* The instance's sessions are of a role that may have no more than this many at once. */
static void
limit_sessions(struct instance *instance, PGconn *analysis, PGconn *source, int sessions)
{
    cluster_execf(analysis,
                  "CREATE ROLE %s LOGIN CONNECTION LIMIT %d;"
                  " GRANT USAGE ON SCHEMA crfd, analysis TO %s;"
                  " GRANT pg_read_all_data, pg_write_all_data TO %s",
                  instance->name, sessions, instance->name, instance->name);
    cluster_conninfo_as(&cluster, PQdb(analysis), instance->name, instance->analysis_conninfo);
    cluster_conninfo_as(&cluster, PQdb(source), instance->name, instance->source_conninfo);
    instance->workers = 4;
    instance_write_config(instance);
}

/* Two are what one worker needs; of an odd number, one worker may get only one of its two. */
START_TEST(workers_without_a_session_leave_the_centers_to_the_others)
{
    struct instance instance;
    char name[40];
    PGconn *analysis, *source;
    char *output;

    snprintf(name, sizeof name, "few_%d", _i);
    instance_create_night(&instance, &cluster, name);
    analysis = instance_connect_analysis(&instance);
    source = instance_connect_source(&instance);
    limit_sessions(&instance, analysis, source, _i);
    output = instance_crfd(&instance, 0, "run", NULL);
    expect_calm(analysis);
    expect_text(analysis, "1", "attempts at each center", "SELECT max(attempts)::text FROM crfd.run_center");
    ck_assert_msg(strstr(output, "53300") != NULL, "no session was refused: %s", output);
    free(output);
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

START_TEST(two_nights_at_once_share_the_centers)
{
    struct instance instance;
    struct process first;
    struct process second;
    PGconn *holder;
    PGconn *analysis;

    hold_night(&instance, "shared", 3, &holder, &first);
    analysis = instance_connect_analysis(&instance);
    instance_start(&instance, &second, "run", NULL);
    /* The first waits in C05, so all that is left is the second's. */
    instance_wait_until(analysis, "the second has done all other centers",
                        "SELECT count(*) = 5 FROM crfd.run_center WHERE state = 'done'");
    cluster_exec(holder, "ROLLBACK");
    instance_finish(&first, 0);
    ck_assert_msg(process_wait_for(&second, "state=done", INSTANCE_PATIENCE_MS),
                  "the second ended before the run did");
    instance_finish(&second, 0);
    expect_calm(analysis);
    expect_int(analysis, 6, "attempts: each center once", "SELECT sum(attempts) FROM crfd.run_center");
    PQfinish(analysis);
    PQfinish(holder);
}
END_TEST

START_TEST(nights_that_start_together_make_one_run)
{
    struct instance instance;
    struct process nights[4];
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "together");
    for (int i = 0; i < 4; i++)
        instance_start(&instance, &nights[i], "run", NULL);
    for (int i = 0; i < 4; i++)
        instance_finish(&nights[i], 0);
    analysis = instance_connect_analysis(&instance);
    expect_calm(analysis);
    expect_int(analysis, 6, "attempts: each center once", "SELECT sum(attempts) FROM crfd.run_center");
    PQfinish(analysis);
}
END_TEST

/* ---- Centers that fail ---- */

static void
expect_only_failed(PGconn *analysis, const char *center)
{
    expect_text(
        analysis, center, "centers that failed",
        "SELECT coalesce(string_agg(center_id, ','), '') FROM crfd.run_center WHERE state = 'failed'");
    expect_int(analysis, 5, "centers that are done",
               "SELECT count(*) FROM crfd.run_center WHERE state = 'done'");
    expect_text(analysis, "failed", "the run", "SELECT state FROM crfd.run");
    expect_text(analysis, "f", "a center that failed without a cause",
                "SELECT coalesce(bool_or(coalesce(error, '') = ''), false) FROM crfd.run_center WHERE state "
                "= 'failed'");
}

static void
expect_status(const struct instance *instance, PGconn *connection, const char *place, const char *expected)
{
    char *value = instance_status(instance, connection, place);

    ck_assert_msg(strcmp(value, expected) == 0, "status file, %s: \"%s\", not \"%s\"", place, value,
                  expected);
    free(value);
}

START_TEST(a_center_behind_a_lock_fails_alone_and_is_taken_up_by_the_next_run)
{
    struct instance instance;
    PGconn *holder;

    instance_create_night(&instance, &cluster, "locked");
    instance.center_deadline = "2s";
    instance.attempts = 1;
    instance_write_config(&instance);
    holder = instance_connect_analysis(&instance);
    cluster_exec(holder, "BEGIN");
    cluster_exec(holder, "LOCK TABLE analysis.ae IN SHARE MODE");
    instance_do(&instance, 3, "run", NULL);
    cluster_exec(holder, "ROLLBACK");
    expect_only_failed(holder, "C02");
    expect_int(holder, 0, "rows of the center that failed",
               "SELECT count(*) FROM analysis.vs WHERE center_id = 'C02'");
    expect_status(&instance, holder, "{last_run,centers,failed}", "1");
    expect_status(&instance, holder, "{last_run,centers,done}", "5");
    expect_status(&instance, holder, "{last_run,exit_code}", "3");
    expect_status(&instance, holder, "{last_run,failures,0,center}", "C02");
    instance_do(&instance, 0, "run", NULL);
    expect_calm(holder);
    expect_int(holder, 5, "centers that the second run left alone",
               "SELECT count(*) FROM crfd.run_center WHERE center_id <> 'C02' AND attempts = 1");
    expect_status(&instance, holder, "{last_run,exit_code}", "0");
    PQfinish(holder);
}
END_TEST

START_TEST(a_source_that_fails_midway_fails_its_center_only)
{
    struct instance instance;
    PGconn *source;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "midway");
    instance.relation = "edc.broken";
    instance_write_config(&instance);
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    /* The error comes when half of the center's pages have been delivered. */
    cluster_exec(
        source,
        "CREATE VIEW edc.broken AS SELECT center_id, subject_id, event, event_repeat, form, form_repeat,"
        " CASE WHEN (center_id, subject_id) = ('C03', 'S007')"
        "      THEN to_json(1 / (length(event) - length(event))) ELSE data END AS data, submitted_at"
        " FROM edc.crf_page");
    instance_do(&instance, 3, "run", NULL);
    expect_only_failed(analysis, "C03");
    expect_text(analysis, "22012", "the SQLSTATE of the failure",
                "SELECT sqlstate FROM crfd.run_center WHERE state = 'failed'");
    expect_int(analysis, 0, "rows of the center that failed",
               "SELECT (SELECT count(*) FROM analysis.vs WHERE center_id = 'C03')"
               " + (SELECT count(*) FROM analysis.finding WHERE center_id = 'C03')"
               " + (SELECT count(*) FROM analysis.subject WHERE center_id = 'C03')");
    cluster_exec(
        source,
        "CREATE OR REPLACE VIEW edc.broken AS SELECT center_id, subject_id, event, event_repeat, form,"
        " form_repeat, data, submitted_at FROM edc.crf_page");
    instance_do(&instance, 0, "run", NULL);
    expect_calm(analysis);
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

START_TEST(a_status_file_that_cannot_be_written_fails_no_night)
{
    struct instance instance;
    PGconn *analysis;
    char *output;

    instance_create_night(&instance, &cluster, "blind");
    instance.status_file = "/nonexistent/status.json";
    instance_write_config(&instance);
    output = instance_crfd(&instance, 0, "run", NULL);
    expect_in(output, "/nonexistent/status.json");
    free(output);
    analysis = instance_connect_analysis(&instance);
    expect_calm(analysis);
    PQfinish(analysis);
}
END_TEST

static Suite *
night_suite(void)
{
    Suite *suite = suite_create("night");
    TCase *cases = tcase_create("night");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, a_killed_night_is_completed_by_the_next_run, 0, PLACE_COUNT);
    tcase_add_test(cases, a_night_killed_before_its_run_is_closed_is_completed_by_the_next_run);
    tcase_add_test(cases, a_run_of_a_subject_that_is_not_there_is_refused);
    tcase_add_test(cases, a_killed_rerun_is_taken_up_by_the_same_command);
    tcase_add_test(cases, a_night_is_not_continued_under_another_definition);
    tcase_add_loop_test(cases, a_stopped_night_says_so_and_is_completed_by_the_next_run, 0, 2);
    tcase_add_loop_test(cases, workers_without_a_session_leave_the_centers_to_the_others, 2, 6);
    tcase_add_test(cases, two_nights_at_once_share_the_centers);
    tcase_add_test(cases, nights_that_start_together_make_one_run);
    tcase_add_test(cases, a_center_behind_a_lock_fails_alone_and_is_taken_up_by_the_next_run);
    tcase_add_test(cases, a_source_that_fails_midway_fails_its_center_only);
    tcase_add_test(cases, a_status_file_that_cannot_be_written_fails_no_night);
    tcase_add_test(cases, a_night_whose_server_crashes_is_completed_by_the_next_run);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(night_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
