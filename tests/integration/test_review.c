/*
 * What people do with findings: waive, take back, comment; who may, and what the history has of it.
 */
#include "expect.h"
#include "fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* S005 has a systolic pressure of 61 at WEEK 2, below the diastolic one, in each center that has the subject. */
#define PLACE   "(subject_id, event, form, check_id) = ('S005', 'WEEK 2', 'vs', 'VS001')"
#define FINDING PLACE " AND center_id = 'C05'"
#define PAGE    "(center_id, subject_id, event, form) = ('C05', 'S005', 'WEEK 2', 'VS')"

static char one[24];   /* the finding of C05 */
static char other[24]; /* that of another center */

static void
prepare(void)
{
    PGconn *connection;

    cluster_start(&cluster);
    connection = cluster_connect(&cluster, "postgres");
    cluster_exec(connection,
                 "CREATE ROLE crfd_review; CREATE ROLE crfd_reader; CREATE ROLE crfd_web_review;"
                 "CREATE ROLE zhao LOGIN IN ROLE crfd_review; CREATE ROLE lin LOGIN IN ROLE crfd_reader;"
                 "CREATE ROLE web LOGIN IN ROLE crfd_web_review");
    PQfinish(connection);
}

static void
take_id(char out[24], const char *which)
{
    char sql[256];
    char *text;

    snprintf(sql, sizeof sql,
             "SELECT finding_id FROM analysis.open_finding WHERE " PLACE " AND center_id %s 'C05' ORDER BY"
             " center_id LIMIT 1",
             which);
    text = cluster_text(analysis, sql);
    snprintf(out, 24, "%s", text);
    free(text);
}

/* An instance after its first night. */
static void
create(const char *name)
{
    instance_create_night(&instance, &cluster, name);
    instance_do(&instance, 0, "run", NULL);
    fixture_connect();
    take_id(one, "=");
    take_id(other, "<>");
}

static void
expect_states(const char *expected)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "SELECT string_agg(state, ' ' ORDER BY finding_id = %s DESC) FROM analysis.finding WHERE "
             "finding_id IN"
             " (%s, %s)",
             one, one, other);
    expect_text(analysis, expected, "the states of one finding and the other", sql);
}

/* What people did: from, to, reason, note and who. */
static void
expect_history(const char *finding, const char *expected)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(format('%%s>%%s %%s %%s %%s', from_state, to_state, reason, note, "
             "actor), ', '"
             " ORDER BY event_id), '') FROM analysis.finding_event WHERE finding_id = %s AND run_id IS NULL",
             finding);
    expect_text(analysis, expected, "the history", sql);
}

START_TEST(findings_are_waived_and_taken_back_together)
{
    char *said;

    create("together");
    said = instance_crfd(&instance, 0, "waive", one, other, "--note", "query 12", NULL);
    expect_in(said, one);
    expect_in(said, "is waived: check VS001, form vs, event WEEK 2, subject S005 of center C05\n");
    expect_in(said, other);
    free(said);
    expect_states("waived waived");
    fixture_rerun();
    expect_states("waived waived");
    instance_do(&instance, 0, "unwaive", other, one, "--note", "was wrong", NULL);
    expect_states("open open");
    expect_history(one, "open>waived waived query 12 postgres, waived>open unwaived was wrong postgres");
    expect_int(analysis, 0, "findings that a run reopened", "SELECT sum(reopened) FROM analysis.finding");
    expect_int(analysis, 2, "centers to be counted again", "SELECT count(*) FROM crfd.center WHERE recount");
    fixture_rerun();
    expect_states("open open");
    fixture_disconnect();
}
END_TEST

static const struct {
    const char *verb;
    const char *second; /* NULL: the other finding, which is closed */
    const char *told[2];
} refusals[] = {
    {"waive", NULL, {"is closed; only an open finding", "nothing was changed, because of 1 of the 2"}},
    {"waive", "987654321", {"no finding 987654321", "nothing was changed, because of 1 of the 2"}},
    {"unwaive", NULL, {"is open; only a waived finding", "nothing was changed, because of 2 of the 2"}},
    {"comment", "987654321", {"no finding 987654321", "nothing was changed, because of 1 of the 2"}},
};

START_TEST(one_that_cannot_be_keeps_the_others)
{
    char *said;
    char name[32];

    snprintf(name, sizeof name, "none%d", _i);
    create(name);
    cluster_execf(analysis,
                  "UPDATE analysis.finding SET state = 'closed', closed_reason = 'corrected', closed_run = 1,"
                  " closed_at = now() WHERE finding_id = %s",
                  other);
    said = instance_crfd(&instance, 64, refusals[_i].verb, one,
                         refusals[_i].second ? refusals[_i].second : other, "--note", "x", NULL);
    expect_in(said, refusals[_i].told[0]);
    expect_in(said, refusals[_i].told[1]);
    free(said);
    expect_states("open closed");
    expect_int(analysis, 0, "what people did",
               "SELECT count(*) FROM analysis.finding_event WHERE run_id IS NULL");
    fixture_disconnect();
}
END_TEST

/* A comment changes nothing, and neither what comes back: the page is away for a night, its finding closed meanwhile. */
START_TEST(a_comment_changes_no_state)
{
    create("comment");
    instance_do(&instance, 0, "comment", one, other, "--note", "asked the center", NULL);
    expect_states("open open");
    instance_do(&instance, 0, "waive", one, "--note", "confirmed", NULL);
    instance_do(&instance, 0, "comment", one, "--note", "really", NULL);
    expect_states("waived open");
    cluster_exec(source, "CREATE TABLE away AS SELECT * FROM edc.crf_page WHERE " PAGE
                         "; DELETE FROM edc.crf_page WHERE " PAGE);
    fixture_rerun();
    expect_states("closed open");
    instance_do(&instance, 0, "comment", one, "--note", "where is it?", NULL);
    cluster_exec(source, "INSERT INTO edc.crf_page TABLE away");
    fixture_rerun();
    expect_states("waived open");
    expect_history(one,
                   "open>open comment asked the center postgres, open>waived waived confirmed postgres,"
                   " waived>waived comment really postgres, closed>closed comment where is it? postgres");
    fixture_disconnect();
}
END_TEST

/* What a person does is one of three things, whoever writes it, and however. */
START_TEST(a_person_closes_nothing)
{
    static const char *const events[] = {"'open', 'closed', 'corrected'", "'open', 'open', 'waived'",
                                         "'open', 'waived', 'comment'", "'waived', 'open', 'basis'"};
    PGresult *result;
    char sql[256];

    create("closes");
    for (int i = 0; i < COUNT(events); i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason)"
                 " VALUES ('C05', %s, %s)",
                 one, events[i]);
        result = PQexec(analysis, sql);
        ck_assert_pstr_eq(PQresultErrorField(result, PG_DIAG_SQLSTATE), "23514");
        PQclear(result);
    }
    fixture_disconnect();
}
END_TEST

/* The rights are those of sql/roles.sql; from then on the program is run by another user. */
static void
become(const char *user)
{
    char *path = cluster_project_path("sql/roles.sql");
    const char *const argv[] = {cluster.psql, "-X",         "-q", "-d", instance.analysis_conninfo,
                                "-v",         "analysis=1", "-f", path, NULL};
    size_t length = strlen(instance.analysis_conninfo);
    struct process_result result;

    process_run(argv, NULL, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == 0, "%s", result.err);
    process_result_clear(&result);
    free(path);
    snprintf(instance.analysis_conninfo + length, sizeof instance.analysis_conninfo - length, " user=%s",
             user);
    instance_write_config(&instance);
}

START_TEST(who_reviews_needs_no_other_right)
{
    create("review");
    become("zhao");
    instance_do(&instance, 0, "waive", one, "--note", "w", NULL);
    instance_do(&instance, 0, "unwaive", one, "--note", "u", NULL);
    instance_do(&instance, 0, "comment", one, "--note", "c", NULL);
    instance_do(&instance, 0, "findings", "--center", "C05", NULL);
    expect_history(one, "open>waived waived w zhao, waived>open unwaived u zhao, open>open comment c zhao");
    fixture_disconnect();
}
END_TEST

START_TEST(who_only_reads_reviews_nothing)
{
    static const char *const verbs[] = {"waive", "unwaive", "comment"};
    char name[32];

    snprintf(name, sizeof name, "reader%d", _i);
    create(name);
    become("lin");
    instance_do(&instance, 77, verbs[_i], one, "--note", "x", NULL);
    expect_history(one, "");
    fixture_disconnect();
}
END_TEST

/* ---- The functions themselves ---- */

/* What the function of a session answers; an error is its code. */
static void
expect_answer(PGconn *session, const char *expected, const char *call)
{
    char sql[512];
    char answer[64];
    PGresult *result;

    snprintf(sql, sizeof sql, "SELECT concat_ws(' ', done, coalesce(state, '-')) FROM crfd.%s", call);
    result = PQexec(session, sql);
    snprintf(answer, sizeof answer, "%s",
             PQresultStatus(result) == PGRES_TUPLES_OK ? PQgetvalue(result, 0, 0)
                                                       : PQresultErrorField(result, PG_DIAG_SQLSTATE));
    ck_assert_msg(strcmp(answer, expected) == 0, "%s: %s, and not %s: %s", call, answer, expected,
                  PQresultErrorMessage(result));
    PQclear(result);
}

static PGconn *
connect_as(const char *user)
{
    PGconn *session;

    become(user);
    session = instance_connect_analysis(&instance);
    cluster_execf(session, "SET SESSION AUTHORIZATION %s", user);
    return session;
}

static const struct {
    const char *before;  /* the finding, among the arguments of the function */
    const char *finding; /* NULL: the one that there is */
    const char *after;
    const char *expected;
} calls[] = {
    {"'unwaive', 'C05'", NULL, "'n'", "f open"},
    {"'comment', 'C05'", NULL, "'n1'", "t open"},
    {"'waive', 'C05'", NULL, "'n2'", "t waived"},
    {"'waive', 'C05'", NULL, "'again'", "f waived"},
    {"'comment', 'C05'", NULL, "'n3'", "t waived"},
    {"'unwaive', 'C05'", NULL, "'n4'", "t open"},
    {"'waive', 'C04'", NULL, "'another center'", "f -"},
    {"'comment', 'C04'", NULL, "'another center'", "f -"},
    {"'waive', 'C05'", "987654321", "'nothing'", "f -"},
    {"'close', 'C05'", NULL, "'n'", "22023"},
    {"'', 'C05'", NULL, "'n'", "22023"},
    {"NULL, 'C05'", NULL, "'n'", "22023"},
    {"'waive', 'C05'", NULL, "NULL", "22023"},
    {"'waive', 'C05'", NULL, "E' \\t\\n'", "22023"},
    {"'comment', 'C05'", NULL, "''", "22023"},
    {"NULL, NULL", "NULL", "'n'", "22023"},
    {"'waive', NULL", NULL, "'n'", "f -"},
    {"'waive', 'C05'", "NULL", "'n'", "f -"},
};

static void
call_all(PGconn *session, const char *function, const char *first)
{
    for (int i = 0; i < COUNT(calls); i++) {
        char call[256];

        snprintf(call, sizeof call, "%s(%s%s, %s, %s)", function, first, calls[i].before,
                 calls[i].finding ? calls[i].finding : one, calls[i].after);
        expect_answer(session, calls[i].expected, call);
    }
}

/* Whatever is asked for: each change of state is in the history, and nothing else is. */
START_TEST(no_state_is_without_history)
{
    PGconn *session;

    create("session");
    session = connect_as("zhao");
    call_all(session, "review", "");
    expect_history(one,
                   "open>open comment n1 zhao, open>waived waived n2 zhao, waived>waived comment n3 zhao,"
                   " waived>open unwaived n4 zhao");
    expect_int(analysis, 4, "rows without one who vouches",
               "SELECT count(*) FROM analysis.finding_event WHERE run_id IS NULL AND via IS NULL");
    expect_text(analysis, "C05", "centers to be counted again",
                "SELECT string_agg(center_id, ' ' ORDER BY center_id) FROM crfd.center WHERE recount AND"
                " center_id = 'C05'");
    PQfinish(session);
    fixture_disconnect();
}
END_TEST

/* Who vouches for people names them, and stands beside them in the history. */
START_TEST(people_without_a_login_have_one_who_vouches)
{
    PGconn *session;

    create("web");
    session = connect_as("web");
    call_all(session, "review_as", "'李娜 <li.na@example.org>', ");
    expect_answer(session, "22023", "review_as('', 'comment', 'C05', 1, 'n')");
    expect_answer(session, "22023", "review_as(NULL, 'comment', 'C05', 1, 'n')");
    expect_text(analysis, "李娜 <li.na@example.org> web 4", "who did it",
                "SELECT string_agg(DISTINCT concat_ws(' ', actor, via), ', ') || ' ' || count(*)"
                " FROM analysis.finding_event WHERE run_id IS NULL");
    PQfinish(session);
    fixture_disconnect();
}
END_TEST

/* What a session puts in the way of names is looked at nowhere. */
START_TEST(the_functions_mean_the_tables_of_crfd)
{
    PGconn *session;
    char call[128];

    create("path");
    session = connect_as("zhao");
    cluster_exec(session,
                 "CREATE TEMPORARY TABLE finding (x int); CREATE TEMPORARY TABLE center (x int);"
                 "CREATE TEMPORARY TABLE finding_event (x int); CREATE TEMPORARY TABLE changed (x int);"
                 "SET search_path = pg_temp, public; SET ROLE crfd_review");
    snprintf(call, sizeof call, "review('waive', 'C05', %s, 'n')", one);
    expect_answer(session, "t waived", call);
    expect_history(one, "open>waived waived n zhao");
    expect_int(
        analysis, 3, "functions of reviews with a search path of their own",
        "SELECT count(*) FROM pg_proc WHERE proname LIKE 'review%' AND pronamespace = 'crfd'::regnamespace"
        " AND proconfig = '{\"search_path=pg_catalog, pg_temp\"}'");
    PQfinish(session);
    fixture_disconnect();
}
END_TEST

/* A pass at the center ends first, and what it closed is not waived. */
START_TEST(a_review_waits_for_the_pass_at_its_center)
{
    PGconn *session;
    char call[192], waits[96];
    PGresult *result;

    create("pass");
    session = connect_as("zhao");
    cluster_exec(analysis, "BEGIN; UPDATE crfd.center SET last_run_id = last_run_id WHERE center_id = 'C05'");
    snprintf(call, sizeof call, "SELECT done, state FROM crfd.review('waive', 'C05', %s, 'n')", one);
    ck_assert_int_eq(PQsendQuery(session, call), 1);
    snprintf(waits, sizeof waits, "SELECT cardinality(pg_blocking_pids(%d)) > 0", PQbackendPID(session));
    instance_wait_until(source, "the review waits for the pass", waits);
    cluster_execf(analysis,
                  "UPDATE analysis.finding SET state = 'closed', closed_reason = 'corrected', closed_run = 1,"
                  " closed_at = now() WHERE finding_id = %s; COMMIT",
                  one);
    result = PQgetResult(session);
    ck_assert_pstr_eq(PQgetvalue(result, 0, 0), "f");
    ck_assert_pstr_eq(PQgetvalue(result, 0, 1), "closed");
    PQclear(result);
    expect_history(one, "");
    PQfinish(session);
    fixture_disconnect();
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("review");
    TCase *cases = tcase_create("review");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, fixture_destroy_cluster);
    tcase_add_test(cases, findings_are_waived_and_taken_back_together);
    tcase_add_loop_test(cases, one_that_cannot_be_keeps_the_others, 0, COUNT(refusals));
    tcase_add_test(cases, a_comment_changes_no_state);
    tcase_add_test(cases, a_person_closes_nothing);
    tcase_add_test(cases, who_reviews_needs_no_other_right);
    tcase_add_loop_test(cases, who_only_reads_reviews_nothing, 0, 3);
    tcase_add_test(cases, no_state_is_without_history);
    tcase_add_test(cases, people_without_a_login_have_one_who_vouches);
    tcase_add_test(cases, the_functions_mean_the_tables_of_crfd);
    tcase_add_test(cases, a_review_waits_for_the_pass_at_its_center);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
