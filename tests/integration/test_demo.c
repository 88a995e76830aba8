/*
 * The demo study over three nights, and that of the benchmark over two: what the generator planted, and nothing
 * else, is what the nights find.
 *
 * The generator tells every finding, every cleaned value and every count that it expects (generate_expect.h); it
 * shares no code with crfd and does not read the definition.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "process.h"
#include "signature.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A trial to generate. */
struct trial {
    const char *name, *study, *seed, *centers, *subjects;
};

/* The demo's own, and a smaller one of another seed. */
static const struct trial trials[] = {
    {"demo", "demo", "1", "12", "25"},
    {"small", "demo", "20", "7", "19"},
};

static const struct trial bench = {"bench", "bench", "3", "6", "35"};

#define TRIAL_COUNT ((int)(sizeof trials / sizeof trials[0]))

#define LAST_RUN "(SELECT max(run_id) FROM crfd.run)"

/* Counts of the manifest as (key, number); of two levels, the keys are joined by a blank. */
#define COUNTS(name) "SELECT key, value::bigint FROM manifest, jsonb_each_text(body->'" name "')"
#define COUNTS_OF_TWO(name)                                                                                  \
    "SELECT o.key || ' ' || i.key, i.value::bigint"                                                          \
    " FROM manifest, jsonb_each(body->'" name "') o, jsonb_each_text(o.value) i WHERE i.value <> '0'"

/* What was planted, and where to look for it. */
static const struct {
    const char *name, *expected, *found;
} sections[] = {
    {
        "the whole",
        "SELECT key, value::bigint FROM manifest, jsonb_each_text(body)"
        " WHERE jsonb_typeof(body->key) = 'number'",
        "SELECT 'pages', sum(pages) FROM analysis.subject"
        " UNION ALL SELECT 'subjects', count(*) FROM analysis.subject"
        " UNION ALL SELECT 'centers', count(DISTINCT center_id) FROM analysis.subject"
        " UNION ALL SELECT 'cleaned', count(*) FROM analysis.cleaning WHERE steps <> '' AND run_id "
        "= " LAST_RUN,
    },
    {
        "findings",
        COUNTS("findings"),
        "SELECT check_id, count(*) FROM analysis.open_finding GROUP BY 1",
    },
    {
        "findings of checks that ended in an error",
        COUNTS("errors"),
        "SELECT check_id, count(*) FROM analysis.open_finding WHERE outcome = 'error' GROUP BY 1",
    },
    {
        "findings opened",
        COUNTS("opened"),
        "SELECT check_id, count(*) FROM analysis.finding WHERE opened_run = " LAST_RUN " GROUP BY 1",
    },
    {
        "findings closed",
        COUNTS_OF_TWO("closed"),
        "SELECT check_id || ' ' || closed_reason, count(*) FROM analysis.finding"
        " WHERE closed_run = " LAST_RUN " GROUP BY 1",
    },
    {
        "findings reopened",
        COUNTS("reopened"),
        "SELECT check_id, count(*) FROM analysis.finding_event JOIN analysis.finding USING (center_id, "
        "finding_id)"
        " WHERE run_id = " LAST_RUN " AND from_state = 'closed' AND to_state = 'open' GROUP BY 1",
    },
    {
        "cleaned values by step",
        COUNTS_OF_TWO("cleaning"),
        "SELECT form || '.' || item || ' ' || coalesce(nullif(steps, ''), 'as entered'), count(*)"
        " FROM analysis.cleaning GROUP BY 1",
    },
    {
        "pages in quarantine",
        COUNTS("quarantine"),
        "SELECT CASE WHEN reason LIKE '%not an object' THEN 'not an object'"
        " WHEN reason LIKE 'item % not a scalar' THEN 'nested'"
        " WHEN reason LIKE 'key % occurs twice' THEN 'duplicate key'"
        " WHEN reason LIKE '%no such form' THEN 'unknown form'"
        " WHEN reason LIKE '%no such event' THEN 'unknown event' ELSE reason END, count(*)"
        " FROM analysis.quarantine GROUP BY 1",
    },
    {
        "centers",
        COUNTS_OF_TWO("center"),
        "SELECT center_id || ' ' || key, value::bigint FROM analysis.center_quality q,"
        " LATERAL (VALUES ('pages', pages), ('subjects', subjects), ('quarantined', quarantined),"
        " ('cleaned', cleaned), ('open', open_critical + open_major + open_minor)) v (key, value)"
        " WHERE value <> 0",
    },
};

static struct cluster cluster;

static void
prepare(void)
{
    cluster_start(&cluster);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

/* ---- The generator ---- */

/* What the generator writes for a night; what it expects goes to files in the instance's folder. */
static char *
generate(const struct instance *instance, const struct trial *trial, const char *night, const char *format)
{
    char manifest[256], findings[256], cleaning[256];
    /* The counts are told of any study, the rows of the demo's. */
    bool has_rows = strcmp(trial->study, "demo") == 0;
    /* clang-format off */
    const char *argv[] = {getenv("CRFD_GENERATE"),
                          "--study", trial->study,
                          "--seed", trial->seed,
                          "--centers", trial->centers,
                          "--subjects", trial->subjects,
                          "--night", night,
                          "--format", format,
                          "--manifest", manifest,
                          has_rows ? "--findings" : NULL, findings,
                          "--cleaning", cleaning,
                          NULL};
    /* clang-format on */
    struct process_result result;
    char *pages;

    TEST_REQUIRE(argv[0] != NULL, "CRFD_GENERATE does not name the generator");
    snprintf(manifest, sizeof manifest, "%s/manifest", instance->folder);
    snprintf(findings, sizeof findings, "%s/findings", instance->folder);
    snprintf(cleaning, sizeof cleaning, "%s/cleaning", instance->folder);
    process_run(argv, NULL, INSTANCE_PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0, "crfd-generate: exit status %d\n%s", result.exit_status,
                 result.err);
    pages = strdup(result.out);
    process_result_clear(&result);
    return pages;
}

static void
copy_in(PGconn *connection, const char *sql, const char *rows)
{
    PGresult *result = PQexec(connection, sql);

    TEST_REQUIRE(PQresultStatus(result) == PGRES_COPY_IN, "%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    TEST_REQUIRE(PQputCopyData(connection, rows, (int)strlen(rows)) == 1 &&
                     PQputCopyEnd(connection, NULL) == 1,
                 "%s: %s", sql, PQerrorMessage(connection));
    result = PQgetResult(connection);
    TEST_REQUIRE(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    while ((result = PQgetResult(connection)) != NULL)
        PQclear(result);
}

static char *
read_made(const struct instance *instance, const char *name)
{
    char path[256];
    char *text = NULL;
    size_t size = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", instance->folder, name);
    file = fopen(path, "re");
    TEST_REQUIRE(file != NULL, "%s is not there", path);
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    return text;
}

static void
copy_file_in(const struct instance *instance, PGconn *connection, const char *name, const char *sql)
{
    char *rows = read_made(instance, name);

    copy_in(connection, sql, rows);
    free(rows);
}

#define FINDING_COLUMNS                                                                                      \
    "center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item, state, outcome,"         \
    " closed_reason, reopened"
#define CLEANING_COLUMNS                                                                                     \
    "center_id, subject_id, event, event_repeat, form, form_repeat, item, raw, cleaned, steps"

/* What the generator counted, as a temporary table of the connection. */
static void
load_manifest(const struct instance *instance, PGconn *analysis)
{
    char *text = read_made(instance, "manifest");
    const char *const parameters[] = {text};
    PGresult *result;

    cluster_exec(analysis, "CREATE TEMPORARY TABLE manifest (body jsonb)");
    result = PQexecParams(analysis, "INSERT INTO manifest VALUES ($1)", 1, NULL, parameters, NULL, NULL, 0);
    TEST_REQUIRE(PQresultStatus(result) == PGRES_COMMAND_OK, "the manifest: %s", PQerrorMessage(analysis));
    PQclear(result);
    free(text);
}

/* Rows that the generator expects, as temporary tables of the connection. */
static void
load_rows(const struct instance *instance, PGconn *analysis)
{
    cluster_exec(analysis, "CREATE TEMPORARY TABLE expected_finding AS"
                           " SELECT " FINDING_COLUMNS " FROM analysis.finding LIMIT 0;"
                           "CREATE TEMPORARY TABLE expected_cleaning AS"
                           " SELECT " CLEANING_COLUMNS " FROM analysis.cleaning LIMIT 0");
    copy_file_in(instance, analysis, "findings", "COPY expected_finding FROM STDIN");
    copy_file_in(instance, analysis, "cleaning", "COPY expected_cleaning FROM STDIN");
}

/* ---- Comparing ---- */

/* The first differences between two queries of the same columns; "" where there is none. */
static void
expect_same_rows(PGconn *analysis, const char *what, const char *expected, const char *found)
{
    char *sql;

    ck_assert_int_ge(asprintf(&sql,
                              "SELECT coalesce(string_agg(line, E'\\n'), '') FROM ("
                              "SELECT 'planted, not found: ' || e::text AS line FROM ((%s) EXCEPT ALL (%s)) e"
                              " UNION ALL SELECT 'found, not planted: ' || f::text"
                              " FROM ((%s) EXCEPT ALL (%s)) f LIMIT 12) d",
                              expected, found, found, expected),
                     0);
    expect_text(analysis, "", what, sql);
    free(sql);
}

/* For each form its rows, for each item its values: what was not dropped on the way. */
static void
expect_values(PGconn *analysis)
{
    char *rows =
        cluster_text(analysis, "SELECT string_agg(format('SELECT %L, count(*) FROM analysis.%I', key, key),"
                               " ' UNION ALL ')"
                               " FROM manifest, jsonb_object_keys(body->'forms') key");
    char *values =
        cluster_text(analysis, "SELECT string_agg(format('SELECT %L, count(%I) FROM analysis.%I', f || '.' "
                               "|| i, i, f), ' UNION ALL ')"
                               " FROM manifest, jsonb_object_keys(body->'values') key,"
                               " LATERAL (SELECT split_part(key, '.', 1) f, split_part(key, '.', 2) i) part");

    expect_same_rows(analysis, "rows of forms", COUNTS("forms"), rows);
    expect_same_rows(analysis, "values", COUNTS("values"), values);
    free(rows);
    free(values);
}

/* The counts of the last run are those of its findings, and the pages add up. */
static void
expect_run(PGconn *analysis)
{
    expect_same_rows(analysis, "the run's own counts",
                     "SELECT (body->>'pages')::bigint, coalesce(q.n, 0), coalesce(o.n, 0), coalesce(c.n, 0),"
                     " coalesce(r.n, 0), (body->>'cleaned')::bigint FROM manifest,"
                     " LATERAL (SELECT sum(value::int) n FROM jsonb_each_text(body->'quarantine')) q,"
                     " LATERAL (SELECT sum(value::int) n FROM jsonb_each_text(body->'opened')) o,"
                     " LATERAL (SELECT sum(value::int) n FROM jsonb_each_text(body->'reopened')) r,"
                     " LATERAL (SELECT sum(i.value::int) n"
                     "  FROM jsonb_each(body->'closed') j, jsonb_each_text(j.value) i) c",
                     "SELECT sum(pages_read), sum(pages_read) - sum(pages_written) - sum(pages_unchanged),"
                     " sum(findings_opened), sum(findings_closed), sum(findings_reopened), sum(cleaned)"
                     " FROM crfd.run_center WHERE run_id = " LAST_RUN);
}

static void
expect_counts(PGconn *analysis, const char *night)
{
    char what[80];

    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        snprintf(what, sizeof what, "night %s: %s", night, sections[i].name);
        expect_same_rows(analysis, what, sections[i].expected, sections[i].found);
    }
    expect_run(analysis);
}

static void
expect_rows(PGconn *analysis)
{
    expect_same_rows(analysis, "findings, row for row", "TABLE expected_finding",
                     "SELECT " FINDING_COLUMNS " FROM analysis.finding");
    expect_same_rows(analysis, "the audit trail, row for row", "TABLE expected_cleaning",
                     "SELECT " CLEANING_COLUMNS " FROM analysis.cleaning");
}

/* PostgreSQL finds the same again. */
static void
expect_verified(const struct instance *instance)
{
    char *said = instance_crfd(instance, 0, "verify", NULL);

    expect_in(said, " 0 differences\n");
    free(said);
}

static void
expect_night(const struct instance *instance, const struct trial *trial, const char *night)
{
    PGconn *analysis = instance_connect_analysis(instance);

    load_manifest(instance, analysis);
    expect_counts(analysis, night);
    if (trial != &bench) {
        load_rows(instance, analysis);
        expect_rows(analysis);
        expect_values(analysis);
    }
    PQfinish(analysis);
    expect_verified(instance);
}

/* ---- Nights ---- */

static void
change_source(const struct instance *instance, const struct trial *trial, const char *night)
{
    PGconn *source = instance_connect_source(instance);
    char *changes = generate(instance, trial, night, "sql");

    cluster_exec(source, changes);
    PQfinish(source);
    free(changes);
}

static void
fill_source(const struct instance *instance, const struct trial *trial)
{
    PGconn *source = instance_connect_source(instance);
    char *pages = generate(instance, trial, "1", "copy");

    copy_in(source, "COPY edc.crf_page FROM STDIN", pages);
    PQfinish(source);
    free(pages);
}

/* The next run of the instance is that of another night. */
static void
let_a_day_pass(const struct instance *instance)
{
    PGconn *analysis = instance_connect_analysis(instance);

    cluster_exec(analysis, "UPDATE crfd.run SET night = night - 1");
    PQfinish(analysis);
}

static void
first_night(struct instance *instance, const struct trial *trial, const char *definition)
{
    instance_create(instance, &cluster, trial->name);
    instance_copy_study(instance, definition);
    fill_source(instance, trial);
    instance_do(instance, 0, "migrate", NULL);
    instance_do(instance, 0, "run", NULL);
    expect_night(instance, trial, "1");
}

static void
next_night(const struct instance *instance, const struct trial *trial, const char *night)
{
    change_source(instance, trial, night);
    let_a_day_pass(instance);
    instance_do(instance, 0, "run", NULL);
    expect_night(instance, trial, night);
}

static void
expect_idle_rerun(const struct instance *instance)
{
    PGconn *analysis = instance_connect_analysis(instance);
    char *before = signature_rows(analysis);
    char *after;

    instance_do(instance, 0, "run", "--rerun", "--full", "--reason", "nothing has changed", NULL);
    after = signature_rows(analysis);
    ck_assert_msg(strcmp(before, after) == 0, "a full rerun without a change writes rows:\n%s\n%s", before,
                  after);
    PQfinish(analysis);
    free(before);
    free(after);
}

START_TEST(three_nights_find_what_was_planted_and_nothing_else)
{
    const struct trial *trial = &trials[_i];
    struct instance instance;

    first_night(&instance, trial, "config/demo.json");
    next_night(&instance, trial, "2");
    change_source(&instance, trial, "3");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "late corrections", NULL);
    expect_night(&instance, trial, "3");
    expect_idle_rerun(&instance);
}
END_TEST

START_TEST(the_bench_finds_what_was_planted_and_nothing_else)
{
    struct instance instance;

    first_night(&instance, &bench, "tests/data/bench.json");
    next_night(&instance, &bench, "2");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("demo");
    TCase *nights = tcase_create("nights");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_unchecked_fixture(nights, prepare, clear);
    tcase_set_timeout(nights, 240);
    tcase_add_loop_test(nights, three_nights_find_what_was_planted_and_nothing_else, 0, TRIAL_COUNT);
    tcase_add_test(nights, the_bench_finds_what_was_planted_and_nothing_else);
    suite_add_tcase(suite, nights);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
