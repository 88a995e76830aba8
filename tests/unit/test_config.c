#include "crfd/definition/config.h"

#include "definition/schedule_text.h"

#include "schema_keys.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;
static struct problems problems;
static struct err err;
static char folder[] = "/tmp/crfd-config-XXXXXX";
static char path[64];

static void
begin(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 7);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/trial.json", folder);
    arena_init(&arena, 4096, 0);
    problems_init(&problems, &arena, path);
    err_clear(&err);
}

static void
end(void)
{
    arena_destroy(&arena);
    unlink(path);
    rmdir(folder);
}

static bool
load_bytes(const char *bytes, size_t length, struct config *out)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
    return config_load(&arena, path, out, &problems, &err);
}

static bool
load(const char *text, struct config *out)
{
    return load_bytes(text, strlen(text), out);
}

/* Members that every configuration needs, to be followed by more. */
#define NEEDED                                                                                               \
    "{\"study\": \"cdiscpilot01.json\", \"source\": {\"conninfo\": \"dbname=edc\"},"                         \
    " \"analysis\": {\"conninfo\": \"dbname=analysis\"}"

START_TEST(what_is_not_given_has_a_default)
{
    struct config config;

    ck_assert(load(NEEDED "}", &config));
    ck_assert_str_eq(config.path, path);
    ck_assert_str_eq(config.instance, "cdiscpilot01");
    ck_assert_str_eq(config.study_path, arena_printf(&arena, "%s/cdiscpilot01.json", folder));
    ck_assert_str_eq(config.source_conninfo, "dbname=edc");
    ck_assert_str_eq(config.source_relation, "\"edc\".\"crf_page\"");
    ck_assert_str_eq(config.analysis_conninfo, "dbname=analysis");
    ck_assert_str_eq(config.cron, "0 2 * * *");
    ck_assert_str_eq(config.timezone, "UTC");
    ck_assert(config.catch_up);
    ck_assert(config.workers >= 1 && config.workers <= 8);
    ck_assert_int_eq(config.run_deadline_ms, 6 * 3600 * 1000);
    ck_assert_int_eq(config.center_deadline_ms, 3600 * 1000);
    ck_assert_int_eq(config.statement_deadline_ms, 600 * 1000);
    ck_assert_int_eq(config.retry_attempts, 3);
    ck_assert_int_eq(config.retry_backoff_ms, 2000);
    ck_assert_int_eq(config.removals_millionths, 200000);
    ck_assert_int_eq(config.removals_pages, 100);
    ck_assert_str_eq(config.status_file, "/run/crfd/cdiscpilot01/status.json");
    ck_assert_str_eq(config.metrics_file, "/run/crfd/cdiscpilot01/crfd.prom");
    ck_assert_int_eq(config.log_level, LOG_LEVEL_INFO);
    ck_assert_int_eq(config.log_format, LOG_FORMAT_TEXT);
}
END_TEST

START_TEST(what_is_given_counts)
{
    struct config config;

    ck_assert(load(
        "{ // all of it\n"
        "\"$schema\": \"config.schema.json\", \"instance\": \"a-1.b_2\", \"study\": \"/etc/studies/x\","
        "\"source\": {\"conninfo\": \"postgresql://edc.example/edc\", \"relation\": \"Edc.\\\"Pages\\\"\"},"
        "\"analysis\": {\"conninfo\": \"service=analysis\"},"
        "\"schedule\": {\"cron\": \"30 1 * * mon-fri\", \"timezone\": \"Asia/Shanghai\", "
        "\"catch_up\": false},"
        "\"workers\": 64, \"deadlines\": {\"run\": \"1d\", \"center\": \"90min\", \"statement\": \"500ms\"},"
        "\"retry\": {\"attempts\": 20, \"backoff\": \"0s\"},"
        "\"removals\": {\"share\": \"0.000005\", \"pages\": 0},"
        "\"status_file\": \"run/status.json\", \"log\": {\"level\": \"debug\", \"format\": \"json\"} }",
        &config));
    ck_assert_str_eq(config.instance, "a-1.b_2");
    ck_assert_str_eq(config.study_path, "/etc/studies/x");
    ck_assert_str_eq(config.source_relation, "\"edc\".\"Pages\"");
    ck_assert_str_eq(config.cron, "30 1 * * mon-fri");
    ck_assert_str_eq(config.timezone, "Asia/Shanghai");
    ck_assert(!config.catch_up);
    ck_assert_int_eq(config.workers, 64);
    ck_assert_int_eq(config.run_deadline_ms, 24 * 3600 * 1000);
    ck_assert_int_eq(config.center_deadline_ms, 90 * 60 * 1000);
    ck_assert_int_eq(config.statement_deadline_ms, 500);
    ck_assert_int_eq(config.retry_attempts, 20);
    ck_assert_int_eq(config.retry_backoff_ms, 0);
    ck_assert_int_eq(config.removals_millionths, 5);
    ck_assert_int_eq(config.removals_pages, 0);
    ck_assert_str_eq(config.status_file, arena_printf(&arena, "%s/run/status.json", folder));
    ck_assert_str_eq(config.metrics_file, arena_printf(&arena, "%s/run/crfd.prom", folder));
    ck_assert_int_eq(config.log_level, LOG_LEVEL_DEBUG);
    ck_assert_int_eq(config.log_format, LOG_FORMAT_JSON);
}
END_TEST

static const struct {
    const char *says;
    const char *text;
    const char *place;
    const char *message;
} mistakes[] = {
    {"a list", "[]", "", "must be an object {...}, not a list [...]"},
    {"no study", "{\"source\": {\"conninfo\": \"dbname=a\"}, \"analysis\": {\"conninfo\": \"dbname=b\"}}", "",
     "\"study\" is missing"},
    {"no source", "{\"study\": \"s.json\", \"analysis\": {\"conninfo\": \"dbname=b\"}}", "",
     "\"source\" is missing"},
    {"no analysis", "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"dbname=b\"}}", "",
     "\"analysis\" is missing"},
    {"no connection", "{\"study\": \"s.json\", \"source\": {}, \"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "source", "\"conninfo\" is missing"},
    {"a connection string with an unknown option",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"hots=a\"}, \"analysis\": {\"conninfo\": "
     "\"dbname=b\"}}",
     "source.conninfo", "invalid connection option \"hots\""},
    {"a password",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"dbname=a password=geheim\"}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "source.conninfo", "must not hold a password: put it in a password file (passfile="},
    {"a password in a URI",
     "{\"study\": \"s.json\", \"analysis\": {\"conninfo\": \"postgresql://me:geheim@host/db\"}, "
     "\"source\": {\"conninfo\": \"dbname=b\"}}",
     "analysis.conninfo", "must not hold a password"},
    {"a password of two words",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"password=very geheim\"}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "source.conninfo", "must not hold a password"},
    {"a relation of three parts",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"dbname=a\", \"relation\": \"a.b.c\"}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "source.relation", "\"a.b.c\" is not the name of a table or view"},
    {"a relation that is SQL",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"dbname=a\", \"relation\": \"a; DROP TABLE b\"}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "source.relation", "is not the name of a table or view"},
    {"a relation with a quotation mark too few",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"dbname=a\", \"relation\": \"edc.\\\"Pages\"}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "source.relation", "is not the name of a table or view"},
    {"an instance with a slash", NEEDED ", \"instance\": \"a/b\"}", "instance",
     "\"a/b\" is no name for an instance"},
    {"a study file that cannot name the instance",
     "{\"study\": \"my study.json\", \"source\": {\"conninfo\": \"dbname=a\"}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "", "\"instance\" is missing, and the study file's name \"my study\" cannot stand in for it"},
    {"an unknown key", NEEDED ", \"wrokers\": 3}", "", "unknown key \"wrokers\"; did you mean \"workers\"?"},
    {"an unknown key below", NEEDED ", \"retry\": {\"attempt\": 3}}", "retry",
     "unknown key \"attempt\"; did you mean \"attempts\"?"},
    {"no workers", NEEDED ", \"workers\": 0}", "workers", "must be a whole number from 1 to 64"},
    {"a share of more than all", NEEDED ", \"removals\": {\"share\": \"1.000001\"}}", "removals.share",
     "\"1.000001\" is no share: write a number from 0 to 1, such as \"0.2\""},
    {"a share in percent", NEEDED ", \"removals\": {\"share\": \"20%\"}}", "removals.share",
     "\"20%\" is no share: write a number from 0 to 1, such as \"0.2\""},
    {"a share without decimals", NEEDED ", \"removals\": {\"share\": \"0.\"}}", "removals.share",
     "\"0.\" is no share: write a number from 0 to 1, such as \"0.2\""},
    {"a share of too many decimals", NEEDED ", \"removals\": {\"share\": \"0.1234567\"}}", "removals.share",
     "\"0.1234567\" is no share: write a number from 0 to 1, such as \"0.2\""},
    {"too many attempts", NEEDED ", \"retry\": {\"attempts\": 21}}", "retry.attempts",
     "must be a whole number from 1 to 20"},
    {"a duration without a unit", NEEDED ", \"deadlines\": {\"run\": \"6\"}}", "deadlines.run",
     "\"6\" is no duration"},
    {"a duration as a number", NEEDED ", \"deadlines\": {\"run\": 6}}", "deadlines.run",
     "must be a text, not a number"},
    {"a deadline of nothing", NEEDED ", \"deadlines\": {\"center\": \"0s\"}}", "deadlines.center",
     "\"0s\" is too short"},
    {"a deadline of months", NEEDED ", \"deadlines\": {\"statement\": \"31d\"}}", "deadlines.statement",
     "\"31d\" is too long"},
    {"a misspelt time zone", NEEDED ", \"schedule\": {\"timezone\": \"Asia/Shanghia\"}}", "schedule.timezone",
     "there is no time zone \"Asia/Shanghia\"; did you mean \"Asia/Shanghai\"?"},
    {"a time zone out of nowhere", NEEDED ", \"schedule\": {\"timezone\": \"Mars\"}}", "schedule.timezone",
     "there is no time zone \"Mars\" in this system's database"},
    {"a file outside of the zone database", NEEDED ", \"schedule\": {\"timezone\": \"../zoneinfo/UTC\"}}",
     "schedule.timezone", "there is no time zone"},
    {"the machine's own zone", NEEDED ", \"schedule\": {\"timezone\": \"localtime\"}}", "schedule.timezone",
     "there is no time zone"},
    {"an hour that does not exist", NEEDED ", \"schedule\": {\"cron\": \"0 24 * * *\"}}", "schedule.cron",
     "\"24\" is no hour: a number from 0 to 23"},
    {"a level that does not exist", NEEDED ", \"log\": {\"level\": \"loud\"}}", "log.level",
     "\"loud\" is no level: error, warning, info or debug"},
    {"a format of the log that there is not", NEEDED ", \"log\": {\"format\": \"xml\"}}", "log.format",
     "\"xml\" is no format: text or json"},
    {"catch_up as a text", NEEDED ", \"schedule\": {\"catch_up\": \"yes\"}}", "schedule.catch_up",
     "must be true or false, not a text"},
};

START_TEST(a_mistake_is_told_with_its_path)
{
    struct config config = {.workers = 4711};

    ck_assert_msg(!load(mistakes[_i].text, &config), "%s is taken", mistakes[_i].says);
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_int_eq(config.workers, 4711);
    ck_assert_msg(problems.count == 1, "%s: %zu problems", mistakes[_i].says, problems.count);
    ck_assert_msg(strcmp(problems.list[0].path, mistakes[_i].place) == 0, "%s: at %s", mistakes[_i].says,
                  problems.list[0].path);
    ck_assert_msg(strstr(problems.list[0].message, mistakes[_i].message) != NULL, "%s: %s", mistakes[_i].says,
                  problems.list[0].message);
    ck_assert_msg(strstr(problems.list[0].message, "geheim") == NULL, "%s: the password is shown",
                  mistakes[_i].says);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once)
{
    struct config config;

    ck_assert(!load("{\"sudy\": \"s.json\", \"source\": {\"conninfo\": 1}, \"workers\": 1.5, \"workers\": 2,"
                    " \"schedule\": {\"cron\": \"*\", \"timezone\": \"UTV\"}, \"log\": []}",
                    &config));
    ck_assert_uint_eq(problems.count, 9);
    ck_assert_ptr_nonnull(strstr(err.message, ": 9 mistakes"));
}
END_TEST

START_TEST(a_nul_in_a_comment_is_a_mistake)
{
    static const char text[] = NEEDED " /* a\0b */}";
    struct config config;

    ck_assert(!load_bytes(text, sizeof text - 1, &config));
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_ptr_nonnull(strstr(problems.list[0].message, "a NUL byte cannot stand in this file"));
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_io_error)
{
    struct config config;

    ck_assert(!config_load(&arena, "/nonexistent/crfd.json", &config, &problems, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_uint_eq(problems.count, 0);
}
END_TEST

/* ---- Durations ---- */

static const struct {
    const char *text;
    int64_t ms; /* -1: no duration */
} durations[] = {
    {"500ms", 500},
    {"2s", 2000},
    {"10min", 600000},
    {"6h", 21600000},
    {"1d", 86400000},
    {"0s", 0},
    {"007s", 7000},
    {"9999999999d", INT64_C(9999999999) * 86400000},
    {"", -1},
    {"s", -1},
    {"5", -1},
    {"5m", -1},
    {"5 s", -1},
    {"5S", -1},
    {"-5s", -1},
    {"1.5h", -1},
    {"1h30min", -1},
    {"5sec", -1},
    {"99999999999d", -1},
};

START_TEST(a_duration_is_a_number_and_its_unit)
{
    int64_t ms = 4711;
    bool ok = duration_parse(durations[_i].text, &ms);

    ck_assert_msg(ok == (durations[_i].ms >= 0), "%s is %s", durations[_i].text, ok ? "taken" : "refused");
    ck_assert_msg(!ok || ms == durations[_i].ms, "%s is %lld ms", durations[_i].text, (long long)ms);
}
END_TEST

/* ---- Sample and schema ---- */

START_TEST(the_sample_is_valid_and_shows_the_defaults)
{
    struct config sample, defaults;

    ck_assert(load(NEEDED "}", &defaults));
    ck_assert_msg(config_load(&arena, CRFD_SOURCE_ROOT "/config/crfd.json", &sample, &problems, &err), "%s",
                  problems.count > 0 ? problems.list[0].message : err.message);
    ck_assert_str_eq(sample.source_relation, defaults.source_relation);
    ck_assert_str_eq(sample.cron, defaults.cron);
    ck_assert_str_eq(sample.timezone, defaults.timezone);
    ck_assert_int_eq(sample.run_deadline_ms, defaults.run_deadline_ms);
    ck_assert_int_eq(sample.center_deadline_ms, defaults.center_deadline_ms);
    ck_assert_int_eq(sample.statement_deadline_ms, defaults.statement_deadline_ms);
    ck_assert_int_eq(sample.retry_attempts, defaults.retry_attempts);
    ck_assert_int_eq(sample.retry_backoff_ms, defaults.retry_backoff_ms);
    ck_assert_int_eq(sample.removals_millionths, defaults.removals_millionths);
    ck_assert_int_eq(sample.removals_pages, defaults.removals_pages);
    ck_assert_int_eq(sample.log_level, defaults.log_level);
    ck_assert_int_eq(sample.log_format, defaults.log_format);
    ck_assert_str_eq(sample.status_file, "/run/crfd/study/status.json");
}
END_TEST

static const struct {
    const char *place; /* where a key is unknown; "" is the root */
    const char *text;
    const char *schema; /* where the schema says which keys are known */
} known[] = {
    {"", NEEDED ", \"zzzzzzzzzzzz\": 1}", "properties"},
    {"source",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"\", \"zzzzzzzzzzzz\": 1}, "
     "\"analysis\": {\"conninfo\": \"dbname=b\"}}",
     "properties/source/properties"},
    {"analysis",
     "{\"study\": \"s.json\", \"source\": {\"conninfo\": \"dbname=a\"}, \"analysis\": {\"zzzzzzzzzzzz\": 1}}",
     "properties/analysis/properties"},
    {"schedule", NEEDED ", \"schedule\": {\"zzzzzzzzzzzz\": 1}}", "properties/schedule/properties"},
    {"deadlines", NEEDED ", \"deadlines\": {\"zzzzzzzzzzzz\": 1}}", "properties/deadlines/properties"},
    {"retry", NEEDED ", \"retry\": {\"zzzzzzzzzzzz\": 1}}", "properties/retry/properties"},
    {"removals", NEEDED ", \"removals\": {\"zzzzzzzzzzzz\": 1}}", "properties/removals/properties"},
    {"log", NEEDED ", \"log\": {\"zzzzzzzzzzzz\": 1}}", "properties/log/properties"},
};

/* The schema for editors and the loader must not drift apart. */
START_TEST(the_schema_knows_the_same_keys)
{
    char *names = schema_keys(CRFD_SOURCE_ROOT "/config/config.schema.json", known[_i].schema);
    char *message = arena_printf(&arena, "unknown key \"zzzzzzzzzzzz\"; known here: %s", names);
    struct config config;
    bool found = false;

    ck_assert(!load(known[_i].text, &config));
    for (size_t i = 0; i < problems.count; i++)
        found = found || (strcmp(problems.list[i].path, known[_i].place) == 0 &&
                          strcmp(problems.list[i].message, message) == 0);
    ck_assert_msg(found, "at \"%s\" the schema has: %s, the loader: %s", known[_i].place, names,
                  problems.list[0].message);
    free(names);
}
END_TEST

static Suite *
config_suite(void)
{
    Suite *suite = suite_create("config");
    TCase *tcase = tcase_create("config");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, what_is_not_given_has_a_default);
    tcase_add_test(tcase, what_is_given_counts);
    tcase_add_loop_test(tcase, a_mistake_is_told_with_its_path, 0, COUNT(mistakes));
    tcase_add_test(tcase, all_mistakes_are_told_at_once);
    tcase_add_test(tcase, a_nul_in_a_comment_is_a_mistake);
    tcase_add_test(tcase, a_file_that_is_not_there_is_an_io_error);
    tcase_add_loop_test(tcase, a_duration_is_a_number_and_its_unit, 0, COUNT(durations));
    tcase_add_test(tcase, the_sample_is_valid_and_shows_the_defaults);
    tcase_add_loop_test(tcase, the_schema_knows_the_same_keys, 0, COUNT(known));
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(config_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
