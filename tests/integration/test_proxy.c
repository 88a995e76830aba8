/*
 * A network that is slow, breaks or falls silent between crfd and PostgreSQL: the night completes by itself, or ends
 * within its deadlines and is completed by the next run.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "proxy.h"
#include "rehearsal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STATEMENT_DEADLINE    "2s"
#define STATEMENT_DEADLINE_MS 2000
/* What a promised time may be exceeded by: the machine is shared, and slower under a sanitizer. */
#define SLACK_MS 2000

/* The statement alone, by the length of its message before it; tables say ON COMMIT, too. */
#define COMMIT "\vCOMMIT"

static struct cluster cluster;
static struct rehearsal rehearsal;

static void
prepare(void)
{
    cluster_start(&cluster);
    rehearsal_create(&rehearsal, &cluster, "proxied", REHEARSAL_SECOND_NIGHT);
}

static void
clear(void)
{
    rehearsal_destroy(&rehearsal);
    cluster_destroy(&cluster);
}

/* The instance behind the proxy, with both databases or with one of them. */
enum side { SOURCE = 1, ANALYSIS = 2, BOTH = 3 };

static void
put_behind(const struct proxy *proxy, enum side side, int attempts)
{
    struct instance instance = rehearsal.instance;

    instance.attempts = attempts;
    instance.statement_deadline = STATEMENT_DEADLINE;
    if (side & SOURCE)
        proxy_conninfo(proxy, "proxied_source", instance.source_conninfo);
    if (side & ANALYSIS)
        proxy_conninfo(proxy, "proxied_analysis", instance.analysis_conninfo);
    instance_write_config(&instance);
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
slack_ms(void)
{
    const char *multiplier = getenv("CK_TIMEOUT_MULTIPLIER");

    return SLACK_MS * (multiplier != NULL ? strtol(multiplier, NULL, 10) : 1);
}

/* ---- Nights that get through ---- */

static const struct {
    const char *name;
    enum side side;
    struct proxy_rule rule;
} rough[] = {
    {"one byte at a time", BOTH, {.action = PROXY_PASS, .text = "", .occurrence = 0, .piece_bytes = 1}},
    {"a delay of each piece", BOTH, {.action = PROXY_PASS, .text = "", .occurrence = 0, .delay_ms = 2}},
    {"reset at connecting", BOTH, {.action = PROXY_RESET, .text = "", .occurrence = 1}},
    {"reset at the first center",
     ANALYSIS,
     {.action = PROXY_RESET, .text = "pg_try_advisory_lock", .occurrence = 1}},
    {"reset at authentication", BOTH, {.action = PROXY_RESET, .text = "application_name", .occurrence = 2}},
    {"reset at reading", SOURCE, {.action = PROXY_RESET, .text = "COPY (SELECT", .occurrence = 2}},
    {"reset in the middle of reading",
     SOURCE,
     {.action = PROXY_RESET, .text = "COPY (SELECT", .occurrence = 2, .more_bytes = 6000}},
    {"reset in the middle of writing",
     ANALYSIS,
     {.action = PROXY_RESET, .text = "COPY pg_temp.", .occurrence = 2, .more_bytes = 100}},
    {"reset in the middle of merging",
     ANALYSIS,
     {.action = PROXY_RESET, .text = "INSERT INTO analysis.subject", .occurrence = 1}},
    {"COMMIT does not arrive", ANALYSIS, {.action = PROXY_RESET, .text = COMMIT, .occurrence = 3}},
    {"the COMMIT that opens the run does not arrive",
     ANALYSIS,
     {.action = PROXY_RESET, .text = COMMIT, .occurrence = 1}},
    {"the answer to the COMMIT that opens the run is lost",
     ANALYSIS,
     {.action = PROXY_LOSE_ANSWER, .text = COMMIT, .occurrence = 1}},
};

#define ROUGH_COUNT ((int)(sizeof rough / sizeof rough[0]))

START_TEST(a_rough_network_is_got_through)
{
    struct proxy proxy;

    rehearsal_reset(&rehearsal);
    proxy_start(&proxy, &cluster, &rough[_i].rule);
    put_behind(&proxy, rough[_i].side, 20);
    instance_do(&rehearsal.instance, 0, "run", NULL);
    ck_assert_msg(rough[_i].rule.action == PROXY_PASS || proxy_has_acted(&proxy), "%s: nothing happened",
                  rough[_i].name);
    proxy_stop(&proxy);
    rehearsal_expect_calm(&rehearsal, rough[_i].name);
}
END_TEST

/* ---- The answer to COMMIT ---- */

static const struct {
    enum proxy_action action;
} lost_answers[] = {{PROXY_LOSE_ANSWER}, {PROXY_MUTE_ANSWER}};

START_TEST(a_lost_answer_to_commit_is_looked_up)
{
    /* The first COMMIT opens the run, the third one ends the second center. */
    struct proxy_rule rule = {.action = lost_answers[_i].action, .text = COMMIT, .occurrence = 3};
    struct proxy proxy;
    PGconn *analysis = instance_connect_analysis(&rehearsal.instance);

    rehearsal_reset(&rehearsal);
    proxy_start(&proxy, &cluster, &rule);
    put_behind(&proxy, ANALYSIS, 20);
    instance_do(&rehearsal.instance, 0, "run", NULL);
    ck_assert(proxy_has_acted(&proxy));
    proxy_stop(&proxy);
    rehearsal_expect_calm(&rehearsal, "a lost answer");
    expect_int(analysis, 0, "centers of the night that were tried again",
               "SELECT count(*) FROM crfd.run_center WHERE attempts > 1");
    PQfinish(analysis);
}
END_TEST

/* ---- Silence ---- */

static const struct {
    const char *name;
    enum side side;
    struct proxy_rule rule;
    int exit_status;
    int waits; /* each as long as the deadline says */
} silences[] = {
    {"at connecting", BOTH, {.action = PROXY_SILENCE_ALL, .text = "", .occurrence = 1}, 69, 1},
    {"at authentication",
     ANALYSIS,
     {.action = PROXY_SILENCE_ALL, .text = "application_name", .occurrence = 1},
     69,
     1},
    {"while the run is opened",
     ANALYSIS,
     {.action = PROXY_SILENCE_ALL, .text = "INSERT INTO crfd.run ", .occurrence = 1},
     75,
     1},
    /* Then, too, for recording the failure and for closing the run. */
    {"in the middle of writing",
     ANALYSIS,
     {.action = PROXY_SILENCE_ALL, .text = "COPY pg_temp.", .occurrence = 2, .more_bytes = 100},
     69,
     3},
    /* And for looking whether it was committed. */
    {"at COMMIT", ANALYSIS, {.action = PROXY_SILENCE_ALL, .text = COMMIT, .occurrence = 3}, 69, 4},
    /* The center fails; the others have connections of their own. */
    {"in the middle of reading",
     SOURCE,
     {.action = PROXY_SILENCE, .text = "COPY (SELECT", .occurrence = 2, .more_bytes = 6000},
     3,
     1},
};

#define SILENCE_COUNT ((int)(sizeof silences / sizeof silences[0]))

START_TEST(a_silent_network_ends_the_night_within_its_deadlines)
{
    struct proxy proxy;
    int64_t begun_ms;

    rehearsal_reset(&rehearsal);
    proxy_start(&proxy, &cluster, &silences[_i].rule);
    put_behind(&proxy, silences[_i].side, 1);
    begun_ms = now_ms();
    instance_do(&rehearsal.instance, silences[_i].exit_status, "run", NULL);
    ck_assert_int_le(now_ms() - begun_ms, silences[_i].waits * STATEMENT_DEADLINE_MS + slack_ms());
    ck_assert_msg(proxy_has_acted(&proxy), "%s: nothing happened", silences[_i].name);
    proxy_stop(&proxy);
    instance_write_config(&rehearsal.instance);
    instance_do(&rehearsal.instance, 0, "run", NULL);
    rehearsal_expect_calm(&rehearsal, silences[_i].name);
}
END_TEST

static Suite *
proxy_suite(void)
{
    Suite *suite = suite_create("proxy");
    TCase *rough_cases = tcase_create("rough");
    TCase *silent_cases = tcase_create("silent");

    tcase_set_timeout(rough_cases, 240);
    tcase_set_tags(rough_cases, "short");
    tcase_add_unchecked_fixture(rough_cases, prepare, clear);
    tcase_add_loop_test(rough_cases, a_rough_network_is_got_through, 0, ROUGH_COUNT);
    tcase_add_loop_test(rough_cases, a_lost_answer_to_commit_is_looked_up, 0, 2);
    suite_add_tcase(suite, rough_cases);
    tcase_set_timeout(silent_cases, 240);
    tcase_add_unchecked_fixture(silent_cases, prepare, clear);
    tcase_add_loop_test(silent_cases, a_silent_network_ends_the_night_within_its_deadlines, 0, SILENCE_COUNT);
    suite_add_tcase(suite, silent_cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(proxy_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
