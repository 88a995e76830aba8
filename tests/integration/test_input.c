/*
 * What is wrong with the input: pages of hostile content, sources that are not what they should be, doors that are
 * shut. Nothing is lost, and whoever has to mend it is told what.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct cluster cluster;
static struct instance instance;

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

/* ---- Pages ---- */

/* SQL of a page's data; the page is a VS page of SCREENING unless said otherwise. */
static const struct {
    const char *name;
    const char *data;
    const char *event;
    const char *form;
} quarantined[] = {
    {"an array", "'[1, 2]'", NULL, NULL},
    {"a number", "'5'", NULL, NULL},
    {"a string", "'\"SYSBP\"'", NULL, NULL},
    {"null", "'null'", NULL, NULL},
    {"a nested object", "'{\"SYSBP\": {\"value\": 120}}'", NULL, NULL},
    {"a nested array", "'{\"SYSBP\": [120]}'", NULL, NULL},
    {"a thousand levels", "(repeat('[', 1000) || repeat(']', 1000))", NULL, NULL},
    {"a key twice", "'{\"SYSBP\": \"120\", \"SYSBP\": \"130\"}'", NULL, NULL},
    {"a key twice, in two cases", "'{\"SYSBP\": \"120\", \"sysbp\": \"130\"}'", NULL, NULL},
    {"an unknown key twice", "'{\"X\": \"120\", \"x\": \"130\"}'", NULL, NULL},
    {"ten megabytes", "('{\"SYSBP\": \"' || repeat('x', 10 * 1024 * 1024) || '\"}')", NULL, NULL},
    {"five thousand keys", "(SELECT json_object_agg('K' || i, i)::text FROM generate_series(1, 5000) i)",
     NULL, NULL},
    {"a lone surrogate", "'{\"SYSBP\": \"\\ud800\"}'", NULL, NULL},
    {"a NUL", "'{\"SYSBP\": \"1\\u00002\"}'", NULL, NULL},
    {"an unknown form", "'{\"SYSBP\": \"120\"}'", NULL, "XX"},
    {"an unknown event", "'{\"SYSBP\": \"120\"}'", "WEEK 99", NULL},
};

/* Pages that are taken in, and the finding that each opens. */
static const struct {
    const char *name;
    const char *data;
    const char *check_id;
    const char *item;
    const char *evidence; /* the raw value of the item */
} found[] = {
    {"a day that does not exist", "'{\"VSDTC\": \"2024-02-30\"}'", "vs.vsdtc.type", "vsdtc", "2024-02-30"},
    {"a month that does not exist", "'{\"VSDTC\": \"2024-13-01\"}'", "vs.vsdtc.type", "vsdtc", "2024-13-01"},
    {"a partial date", "'{\"VSDTC\": \"2024-02\"}'", "vs.vsdtc.type", "vsdtc", "2024-02"},
    {"a number beyond all", "'{\"WEIGHT\": 1e999, \"WEIGHT_U\": \"kg\"}'", "vs.weight.type", "weight",
     "1e999"},
    {"a text beyond all", "'{\"WEIGHT\": \"1e999\", \"WEIGHT_U\": \"kg\"}'", "vs.weight.type", "weight",
     "1e999"},
    {"an integer beyond all", "'{\"SYSBP\": \"99999999999999999999\"}'", "vs.sysbp.type", "sysbp",
     "99999999999999999999"},
    {"a boolean for a number", "'{\"SYSBP\": true}'", "vs.sysbp.type", "sysbp", "true"},
    {"not a number", "'{\"WEIGHT\": \"NaN\", \"WEIGHT_U\": \"kg\"}'", "vs.weight.type", "weight", "NaN"},
    {"an unknown unit", "'{\"WEIGHT\": \"60\", \"WEIGHT_U\": \"stone\"}'", "vs.weight.unit", "weight", "60"},
    {"quotes and semicolons in a key", "'{\"a\\\"b'';DROP TABLE analysis.vs;--\": \"x\"}'", "vs.unknown-item",
     "a\"b';DROP TABLE analysis.vs;--", "x"},
    {"a key of another script", "'{\"体重\": \"60\"}'", "vs.unknown-item", "体重", "60"},
};

#define COUNT(list) ((int)(sizeof(list) / sizeof(list)[0]))

static void
add_page(PGconn *source, const char *subject, const char *event, const char *form, const char *data)
{
    cluster_execf(
        source,
        "INSERT INTO edc.crf_page VALUES ('H01', '%s', '%s', 1, '%s', 1, (%s)::json, '2024-06-01 12:00 UTC')",
        subject, event, form, data);
}

/* A subject per page, so that no page hides behind another. */
static void
add_hostile_pages(PGconn *source)
{
    char subject[16];

    for (int i = 0; i < COUNT(quarantined); i++) {
        snprintf(subject, sizeof subject, "Q%03d", i);
        add_page(source, subject, quarantined[i].event ? quarantined[i].event : "SCREENING",
                 quarantined[i].form ? quarantined[i].form : "VS", quarantined[i].data);
    }
    for (int i = 0; i < COUNT(found); i++) {
        snprintf(subject, sizeof subject, "F%03d", i);
        add_page(source, subject, "SCREENING", "VS", found[i].data);
    }
}

static void
expect_quarantined(PGconn *source, PGconn *analysis, int row)
{
    char sql[256];
    char *raw;
    char *kept;

    snprintf(sql, sizeof sql, "SELECT md5(data::text) FROM edc.crf_page WHERE subject_id = 'Q%03d'", row);
    raw = cluster_text(source, sql);
    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(md5(data), ','), 'none') FROM analysis.quarantine"
             " WHERE subject_id = 'Q%03d' AND reason <> ''",
             row);
    kept = cluster_text(analysis, sql);
    ck_assert_msg(strcmp(raw, kept) == 0, "%s: not kept whole in the quarantine", quarantined[row].name);
    free(raw);
    free(kept);
}

static void
expect_found(PGconn *analysis, int row)
{
    char subject[16];
    const char *const parameters[] = {subject, found[row].check_id, found[row].item};
    PGresult *result;

    snprintf(subject, sizeof subject, "F%03d", row);
    result = PQexecParams(analysis,
                          "SELECT evidence->>item FROM analysis.open_finding"
                          " WHERE subject_id = $1 AND check_id = $2 AND item = $3",
                          3, NULL, parameters, NULL, NULL, 0);
    ck_assert_msg(PQntuples(result) == 1, "%s: %d findings %s at %s", found[row].name, PQntuples(result),
                  found[row].check_id, found[row].item);
    ck_assert_msg(strcmp(PQgetvalue(result, 0, 0), found[row].evidence) == 0, "%s: the evidence is %s",
                  found[row].name, PQgetvalue(result, 0, 0));
    PQclear(result);
}

START_TEST(hostile_pages_are_quarantined_or_found_and_none_is_lost)
{
    PGconn *source;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "hostile");
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    add_hostile_pages(source);
    instance_do(&instance, 0, "run", NULL);
    for (int i = 0; i < COUNT(quarantined); i++)
        expect_quarantined(source, analysis, i);
    for (int i = 0; i < COUNT(found); i++)
        expect_found(analysis, i);
    expect_int(analysis, COUNT(quarantined), "pages in quarantine",
               "SELECT count(*) FROM analysis.quarantine");
    expect_int(analysis, COUNT(quarantined), "pages in quarantine, of the ledger",
               "SELECT sum(quarantined) FROM analysis.subject");
    expect_int(analysis, 360 + COUNT(quarantined) + COUNT(found), "pages of the ledger",
               "SELECT sum(pages) FROM analysis.subject");
    expect_int(analysis, COUNT(found), "rows of the pages that were taken in",
               "SELECT count(*) FROM analysis.vs WHERE center_id = 'H01'");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

START_TEST(a_corrected_page_leaves_the_quarantine)
{
    PGconn *source;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "mended");
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    add_page(source, "Q001", "SCREENING", "VS", "'[1, 2]'");
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 1, "pages in quarantine", "SELECT count(*) FROM analysis.quarantine");
    cluster_exec(source, "UPDATE edc.crf_page SET data = '{\"SYSBP\": \"120\", \"VSDTC\": \"2024-06-01\"}'"
                         " WHERE subject_id = 'Q001'");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "corrected", NULL);
    expect_int(analysis, 0, "pages in quarantine", "SELECT count(*) FROM analysis.quarantine");
    expect_int(analysis, 120, "the value of the page",
               "SELECT sysbp FROM analysis.vs WHERE subject_id = 'Q001'");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* A relation without any constraint: keys that are NULL, and one page key twice. */
START_TEST(pages_without_a_proper_key_are_counted_and_kept)
{
    PGconn *source;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "keyless");
    instance.relation = "edc.loose";
    instance_write_config(&instance);
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(source, "CREATE TABLE edc.loose AS SELECT * FROM edc.crf_page");
    cluster_exec(source, "INSERT INTO edc.loose VALUES"
                         " ('K01', 'S001', NULL, 1, 'VS', 1, '{}', now()), ('K01', 'S001', 'SCREENING', "
                         "NULL, 'VS', 1, '{}', now()),"
                         " ('K01', 'S001', 'SCREENING', 1, NULL, 1, '{}', now()),"
                         " ('K01', 'S001', 'SCREENING', 1, 'VS', NULL, '{}', now()),"
                         " ('K01', 'S001', 'WEEK 2', 1, 'VS', 1, NULL, now()), ('K01', 'S001', 'WEEK 4', 1, "
                         "'VS', 1, '{}', NULL),"
                         " ('K01', NULL, 'SCREENING', 1, 'VS', 1, '{}', now()), (NULL, 'S001', 'SCREENING', "
                         "1, 'VS', 1, '{}', now()),"
                         " ('K01', 'S002', 'SCREENING', 1, 'VS', 1, '{\"SYSBP\": \"120\"}', '2024-06-01'),"
                         " ('K01', 'S002', 'SCREENING', 1, 'VS', 1, '{\"SYSBP\": \"130\"}', '2024-06-02')");
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 370, "pages of the ledger", "SELECT sum(pages) FROM analysis.subject");
    expect_int(analysis, 370, "pages that are somewhere",
               "SELECT (SELECT count(*) FROM analysis.quarantine) + (SELECT count(*) FROM analysis.vs)"
               " + (SELECT count(*) FROM analysis.dm) + (SELECT count(*) FROM analysis.ae)");
    expect_int(analysis, 0, "pages in quarantine without a reason",
               "SELECT count(*) FROM analysis.quarantine WHERE reason = ''");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* SQL of a center, subject, event and form of a VS page; every one of them must end up somewhere. */
static const struct {
    const char *name;
    const char *center;
    const char *subject;
    const char *event;
    const char *form;
} odd_keys[] = {
    {"quotes in the center", "'O''B\"rien\\'", "'S1'", "'SCREENING'", "'VS'"},
    {"braces and commas in the center", "'{a,b}'", "'S1'", "'SCREENING'", "'VS'"},
    {"a center called NULL", "'NULL'", "'S1'", "'SCREENING'", "'VS'"},
    {"an empty center", "''", "'S1'", "'SCREENING'", "'VS'"},
    {"a center of another script", "'中心 一'", "'受试者'", "'SCREENING'", "'VS'"},
    {"a center with a line feed", "E'a\\nb\\tc'", "'S1'", "'SCREENING'", "'VS'"},
    {"an empty subject", "'K02'", "''", "'SCREENING'", "'VS'"},
    {"quotes in the subject", "'K02'", "'O''B\"rien\\'", "'SCREENING'", "'VS'"},
    {"a form in mixed case", "'K02'", "'S2'", "'SCREENING'", "'Vs'"},
    {"the same page in another case", "'K02'", "'S2'", "'SCREENING'", "'vs'"},
    {"an event that is only a pattern's beginning", "'K02'", "'S3'", "'UNSCHEDULED '", "'VS'"},
    {"an event with quotes", "'K02'", "'S3'", "'UNSCHEDULED ''\"\\'", "'VS'"},
    {"an event too long for an index", "'K03'", "'S4'",
     "(SELECT 'UNSCHEDULED ' || string_agg(md5(i::text), '') FROM generate_series(1, 200) i)", "'VS'"},
    {"a subject that looks like NULL", "'K02'", "'(null)'", "'SCREENING'", "'VS'"},
    {"a subject that is NULL", "'K02'", "NULL", "'SCREENING'", "'VS'"},
    {"a center that looks like NULL", "'(null)'", "'S5'", "'SCREENING'", "'VS'"},
    {"a subject too long for an index", "'K02'", "repeat('上', 200)", "'SCREENING'", "'VS'"},
    {"a center that is NULL", "NULL", "'S6'", "'SCREENING'", "'VS'"},
};

START_TEST(odd_keys_are_kept_as_they_are)
{
    PGconn *source;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "odd");
    instance.relation = "edc.loose";
    instance_write_config(&instance);
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(source, "CREATE TABLE edc.loose AS SELECT * FROM edc.crf_page LIMIT 0");
    for (int i = 0; i < COUNT(odd_keys); i++)
        cluster_execf(source,
                      "INSERT INTO edc.loose VALUES (%s, %s, %s, 1, %s, 1, '{\"SYSBP\": \"%d\"}', now())",
                      odd_keys[i].center, odd_keys[i].subject, odd_keys[i].event, odd_keys[i].form, 100 + i);
    instance_do(&instance, 0, "run", NULL);
    for (int i = 0; i < COUNT(odd_keys); i++) {
        char sql[256];

        snprintf(sql, sizeof sql,
                 "SELECT (SELECT count(*) FROM analysis.vs WHERE sysbp = %d)"
                 " + (SELECT count(*) FROM analysis.quarantine WHERE data = '{\"SYSBP\": \"%d\"}')",
                 100 + i, 100 + i);
        expect_int(analysis, 1, odd_keys[i].name, sql);
    }
    expect_int(analysis, COUNT(odd_keys), "pages of the ledger", "SELECT sum(pages) FROM analysis.subject");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "again", NULL);
    expect_int(analysis, COUNT(odd_keys), "pages of the ledger", "SELECT sum(pages) FROM analysis.subject");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* ---- Doors ---- */

/* Runs the night and requires the exit status and that the output names the culprit. */
static void
expect_refused(int exit_status, const char *named)
{
    char *output = instance_crfd(&instance, exit_status, "run", NULL);

    expect_in(output, named);
    free(output);
}

/* Adds to the connection string of the source. */
static void
add_setting(const char *name, const char *value)
{
    size_t used = strlen(instance.source_conninfo);

    snprintf(instance.source_conninfo + used, sizeof instance.source_conninfo - used, " %s='%s'", name,
             value);
}

/* The instance's source as role alice, with a password file that holds the wrong one. */
static void
connect_as_alice(void)
{
    char file[256];

    snprintf(file, sizeof file, "%s/passfile", instance.folder);
    text_file_write(file, "*:*:*:alice:Wr0ng-s3cret\n");
    ck_assert_int_eq(chmod(file, 0600), 0);
    cluster_conninfo_as(&cluster, "password_source", "alice", instance.source_conninfo);
    add_setting("passfile", file);
    instance_write_config(&instance);
}

START_TEST(a_wrong_password_is_told_and_not_shown)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");
    char *output;

    instance_create_night(&instance, &cluster, "password");
    cluster_exec(connection, "CREATE ROLE alice LOGIN PASSWORD 'right'");
    cluster_add_hba(&cluster, "local all alice scram-sha-256");
    connect_as_alice();
    output = instance_crfd(&instance, 77, "run", NULL);
    expect_in(output, "source");
    expect_in(output, "alice");
    ck_assert_msg(strstr(output, "Wr0ng") == NULL, "the password is shown:\n%s", output);
    free(output);
    PQfinish(connection);
}
END_TEST

START_TEST(a_password_in_the_configuration_is_refused_and_not_shown)
{
    char *output;

    instance_create_night(&instance, &cluster, "open_password");
    add_setting("password", "s3cret");
    instance_write_config(&instance);
    output = instance_crfd(&instance, 78, "run", NULL);
    expect_in(output, "source.conninfo");
    ck_assert_msg(strstr(output, "s3cret") == NULL, "the password is shown:\n%s", output);
    free(output);
}
END_TEST

START_TEST(a_server_that_is_not_there_is_told)
{
    instance_create_night(&instance, &cluster, "absent");
    snprintf(instance.analysis_conninfo, sizeof instance.analysis_conninfo,
             "host=/nonexistent dbname=analysis");
    instance_write_config(&instance);
    expect_refused(69, "analysis");
}
END_TEST

START_TEST(a_database_that_does_not_exist_is_told)
{
    instance_create_night(&instance, &cluster, "nodb");
    cluster_conninfo(&cluster, "no_such_database", instance.source_conninfo);
    instance_write_config(&instance);
    expect_refused(78, "no_such_database");
}
END_TEST

START_TEST(a_database_without_the_schemas_is_told_to_migrate)
{
    instance_create(&instance, &cluster, "bare");
    instance_copy_study(&instance, "tests/data/night.json");
    expect_refused(78, "crfd migrate");
}
END_TEST

START_TEST(a_source_without_a_column_is_told)
{
    PGconn *source;

    instance_create_night(&instance, &cluster, "column");
    source = instance_connect_source(&instance);
    cluster_exec(
        source,
        "CREATE VIEW edc.short AS SELECT center_id, subject_id, event, event_repeat, form, form_repeat, data"
        " FROM edc.crf_page");
    PQfinish(source);
    instance.relation = "edc.short";
    instance_write_config(&instance);
    expect_refused(78, "submitted_at");
}
END_TEST

START_TEST(a_source_that_does_not_exist_is_told)
{
    instance_create_night(&instance, &cluster, "relation");
    instance.relation = "edc.no_such_relation";
    instance_write_config(&instance);
    expect_refused(78, "edc.no_such_relation");
}
END_TEST

START_TEST(a_role_without_privileges_at_the_source_is_told)
{
    PGconn *source;

    instance_create_night(&instance, &cluster, "blind");
    source = instance_connect_source(&instance);
    cluster_exec(source, "CREATE ROLE bob LOGIN; GRANT USAGE ON SCHEMA edc TO bob");
    PQfinish(source);
    cluster_conninfo_as(&cluster, "blind_source", "bob", instance.source_conninfo);
    instance_write_config(&instance);
    expect_refused(77, "crf_page");
}
END_TEST

START_TEST(a_role_without_privileges_at_the_analysis_is_told)
{
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "mute");
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "CREATE ROLE carol LOGIN; GRANT USAGE ON SCHEMA crfd, analysis TO carol;"
                           " GRANT SELECT ON ALL TABLES IN SCHEMA crfd, analysis TO carol");
    PQfinish(analysis);
    cluster_conninfo_as(&cluster, "mute_analysis", "carol", instance.analysis_conninfo);
    instance_write_config(&instance);
    expect_refused(77, "permission denied");
}
END_TEST

START_TEST(a_role_that_can_only_read_the_source_is_enough)
{
    PGconn *source;

    instance_create_night(&instance, &cluster, "reader");
    source = instance_connect_source(&instance);
    cluster_exec(source, "CREATE ROLE dora LOGIN; GRANT USAGE ON SCHEMA edc TO dora;"
                         " GRANT SELECT ON edc.crf_page TO dora");
    PQfinish(source);
    cluster_conninfo_as(&cluster, "reader_source", "dora", instance.source_conninfo);
    instance_write_config(&instance);
    instance_do(&instance, 0, "run", NULL);
}
END_TEST

static Suite *
input_suite(void)
{
    Suite *suite = suite_create("input");
    TCase *cases = tcase_create("input");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, hostile_pages_are_quarantined_or_found_and_none_is_lost);
    tcase_add_test(cases, a_corrected_page_leaves_the_quarantine);
    tcase_add_test(cases, pages_without_a_proper_key_are_counted_and_kept);
    tcase_add_test(cases, odd_keys_are_kept_as_they_are);
    tcase_add_test(cases, a_wrong_password_is_told_and_not_shown);
    tcase_add_test(cases, a_password_in_the_configuration_is_refused_and_not_shown);
    tcase_add_test(cases, a_server_that_is_not_there_is_told);
    tcase_add_test(cases, a_database_that_does_not_exist_is_told);
    tcase_add_test(cases, a_database_without_the_schemas_is_told_to_migrate);
    tcase_add_test(cases, a_source_without_a_column_is_told);
    tcase_add_test(cases, a_source_that_does_not_exist_is_told);
    tcase_add_test(cases, a_role_without_privileges_at_the_source_is_told);
    tcase_add_test(cases, a_role_without_privileges_at_the_analysis_is_told);
    tcase_add_test(cases, a_role_that_can_only_read_the_source_is_enough);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(input_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
