/*
 * The guide for data managers, docs/checks.md, keeps its word: its examples are read out of the page and taken
 * through one night, and exactly the findings it shows come out; then PostgreSQL is asked, by `crfd verify` and by
 * each query that `crfd explain` prints. Last, findings are waived, and later nights leave them as the guide shows.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "guide.h"
#include "instance.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLES_WANTED 20
#define STATES_WANTED   8 /* of waived findings, on later nights */

static struct cluster cluster;
static struct instance instance;
static struct guide guide;
static PGconn *analysis;

static void
insert(PGconn *connection, const char *sql, const char *const *parameters, int count)
{
    PGresult *result = PQexecParams(connection, sql, count, NULL, parameters, NULL, NULL, 0);

    TEST_REQUIRE(PQresultStatus(result) == PGRES_COMMAND_OK, "%s", PQerrorMessage(connection));
    PQclear(result);
}

/* As it is on its night: there, changed, or gone. */
static void
submit_page(PGconn *source, const struct guide_page *page)
{
    char subject[16], repeat[16];
    const char *const parameters[] = {subject, page->event, page->form, repeat, page->data};

    snprintf(subject, sizeof subject, "%d", page->subject);
    snprintf(repeat, sizeof repeat, "%d", page->form_repeat);
    if (page->data != NULL)
        insert(source,
               "INSERT INTO edc.crf_page VALUES ('701', $1, $2, 1, $3, $4::int, $5::json, '2024-03-31')"
               " ON CONFLICT (center_id, subject_id, event, event_repeat, form, form_repeat)"
               " DO UPDATE SET data = excluded.data",
               parameters, 5);
    else
        insert(source,
               "DELETE FROM edc.crf_page"
               " WHERE (subject_id, event, form, form_repeat) = ($1, $2, $3, $4::int)",
               parameters, 4);
}

static void
submit_night(int night)
{
    PGconn *source = instance_connect_source(&instance);

    for (size_t i = 0; i < guide.page_count; i++)
        if (guide.pages[i].night == night)
            submit_page(source, &guide.pages[i]);
    PQfinish(source);
}

static void
insert_expected(const struct guide_page *page)
{
    char example[16], subject[16], repeat[16];
    const char *const parameters[] = {
        example, subject, page->event, page->form, repeat, page->finding, page->is_error ? "error" : "false"};

    snprintf(example, sizeof example, "%d", page->example);
    snprintf(subject, sizeof subject, "%d", page->subject);
    snprintf(repeat, sizeof repeat, "%d", page->form_repeat);
    insert(analysis, "INSERT INTO expected VALUES ($1::int, $2, $3, $4, $5::int, $6, $7)", parameters, 7);
}

static void
prepare(void)
{
    cluster_start(&cluster);
    instance_create(&instance, &cluster, "guide");
    instance_write_study(&instance, guide.study);
    submit_night(1);
    instance_do(&instance, 0, "migrate", NULL);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "CREATE TABLE expected (example int, subject_id text, event text, form text,"
                           " form_repeat int, check_id text, outcome text)");
    for (size_t i = 0; i < guide.page_count; i++)
        if (guide.pages[i].night == 1)
            insert_expected(&guide.pages[i]);
    PQfinish(analysis);
    instance_do(&instance, 0, "run", NULL);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

static void
connect(void)
{
    analysis = instance_connect_analysis(&instance);
}

static void
disconnect(void)
{
    PQfinish(analysis);
}

START_TEST(an_example_finds_what_it_shows)
{
    const struct guide_example *example = &guide.examples[_i];
    char *sql;

    ck_assert_msg(example->rules != NULL, "%s: it has neither a check nor a rule", example->title);
    ck_assert_int_ge(
        asprintf(&sql,
                 "WITH shown AS (SELECT subject_id, event, form, form_repeat, check_id, outcome FROM expected"
                 " WHERE example = %d AND check_id IS NOT NULL), found AS (SELECT subject_id, event, form,"
                 " form_repeat, check_id, outcome FROM analysis.open_finding WHERE check_id LIKE ANY ('{%s}')"
                 " AND subject_id IN (SELECT subject_id FROM expected WHERE example = %d))"
                 " SELECT coalesce(string_agg(line, E'\\n'), '') FROM ("
                 " SELECT 'shown, not found: ' || s::text AS line FROM (TABLE shown EXCEPT ALL TABLE found) s"
                 " UNION ALL SELECT 'found, not shown: ' || f::text"
                 " FROM (TABLE found EXCEPT ALL TABLE shown) f) d",
                 _i, example->rules, _i),
        0);
    expect_text(analysis, "", example->title, sql);
    free(sql);
}
END_TEST

START_TEST(an_example_shows_a_page_that_fires_and_one_that_does_not)
{
    char *sql;

    ck_assert_int_ge(
        asprintf(&sql,
                 "SELECT bool_or(check_id IS NOT NULL) AND bool_or(check_id IS NULL) FROM expected"
                 " WHERE example = %d",
                 _i),
        0);
    expect_text(analysis, "t", guide.examples[_i].title, sql);
    free(sql);
}
END_TEST

START_TEST(every_page_of_the_guide_is_taken_in)
{
    expect_text(
        analysis, "", "pages in quarantine, and values under unknown keys or of a wrong type",
        "SELECT concat_ws(' ', (SELECT string_agg(reason, ', ') FROM analysis.quarantine),"
        " (SELECT string_agg(message, ', ') FROM analysis.finding"
        "  WHERE check_id LIKE '%.unknown-item' OR check_id LIKE '%.type' OR check_id LIKE '%.unit'))");
    ck_assert_int_ge((int)guide.example_count, EXAMPLES_WANTED);
}
END_TEST

START_TEST(no_example_is_warned_of)
{
    char *said = instance_crfd(&instance, 1, "check", "--strict", NULL);

    ck_assert_msg(strstr(said, "warning: ") == NULL, "%s", said);
    expect_in(said, "ok       study guide ");
    free(said);
}
END_TEST

static void
expect_verified(void)
{
    char *said = instance_crfd(&instance, 0, "verify", NULL);

    expect_in(said, " 0 differences");
    free(said);
}

START_TEST(postgresql_agrees_with_every_finding)
{
    expect_verified();
}
END_TEST

/* The rows of the last statement of a script. */
static int
rows_of(const char *script, const char *what)
{
    PGresult *result = PQexec(analysis, script);
    int rows = PQntuples(result);

    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s\n%s", what, PQerrorMessage(analysis),
                  script);
    PQclear(result);
    return rows;
}

START_TEST(what_explain_prints_is_a_query_that_finds_the_same)
{
    PGresult *found = PQexec(analysis, "SELECT check_id, count(*) FROM analysis.open_finding"
                                       " GROUP BY check_id HAVING bool_and(outcome = 'false')");

    ck_assert_int_gt(PQntuples(found), EXAMPLES_WANTED);
    for (int i = 0; i < PQntuples(found); i++) {
        const char *id = PQgetvalue(found, i, 0);
        char *script = instance_crfd(&instance, 0, "explain", id, NULL);

        ck_assert_msg(rows_of(script, id) == (int)strtol(PQgetvalue(found, i, 1), NULL, 10),
                      "%s: another number of rows than its %s findings\n%s", id, PQgetvalue(found, i, 1),
                      script);
        free(script);
    }
    PQclear(found);
}
END_TEST

/* ---- Waivers: nights after all that was asked of the first ---- */

static char *
finding_at(const struct guide_page *page, const char *column)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "SELECT %s FROM analysis.finding WHERE (subject_id, event, form, form_repeat, check_id)"
             " = ('%d', '%s', '%s', %d, '%s')",
             column, page->subject, page->event, page->form, page->form_repeat, page->finding);
    return cluster_text(analysis, sql);
}

static int
last_night(void)
{
    int last = 1;

    for (size_t i = 0; i < guide.page_count; i++)
        if (guide.pages[i].night > last)
            last = guide.pages[i].night;
    return last;
}

static bool
has_later_night(int subject)
{
    for (size_t i = 0; i < guide.page_count; i++)
        if (guide.pages[i].subject == subject && guide.pages[i].night > 1)
            return true;
    return false;
}

static void
waive_first_findings(void)
{
    for (size_t i = 0; i < guide.page_count; i++) {
        const struct guide_page *page = &guide.pages[i];
        char *id;

        if (page->night != 1 || page->finding == NULL || !has_later_night(page->subject))
            continue;
        id = finding_at(page, "finding_id");
        instance_do(&instance, 0, "waive", id, "--note", "as the guide says", NULL);
        free(id);
    }
}

/* How many it tells of. */
static int
expect_states(int night)
{
    int told = 0;

    for (size_t i = 0; i < guide.page_count; i++) {
        const struct guide_page *page = &guide.pages[i];
        char *state;

        if (page->night != night || page->finding == NULL)
            continue;
        state = finding_at(page, "state");
        ck_assert_msg(strcmp(state, page->state) == 0, "%s: on night %d %s of subject %d is %s, not %s",
                      guide.examples[page->example].title, night, page->finding, page->subject, state,
                      page->state);
        free(state);
        told++;
    }
    return told;
}

START_TEST(waivers_hold_and_end_as_the_guide_shows)
{
    int told = 0;

    waive_first_findings();
    for (int night = 2; night <= last_night(); night++) {
        submit_night(night);
        instance_do(&instance, 0, "run", "--rerun", "--reason", "the next night", NULL);
        told += expect_states(night);
    }
    ck_assert_int_ge(told, STATES_WANTED);
    expect_verified();
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("guide");
    TCase *cases = tcase_create("guide");
    SRunner *runner = srunner_create(suite);
    int failed;

    guide_read(&guide, "docs/checks.md");
    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_checked_fixture(cases, connect, disconnect);
    tcase_add_test(cases, every_page_of_the_guide_is_taken_in);
    tcase_add_loop_test(cases, an_example_finds_what_it_shows, 0, (int)guide.example_count);
    tcase_add_loop_test(cases, an_example_shows_a_page_that_fires_and_one_that_does_not, 0,
                        (int)guide.example_count);
    tcase_add_test(cases, no_example_is_warned_of);
    tcase_add_test(cases, postgresql_agrees_with_every_finding);
    tcase_add_test(cases, what_explain_prints_is_a_query_that_finds_the_same);
    tcase_add_test(cases, waivers_hold_and_end_as_the_guide_shows);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    guide_free(&guide);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
