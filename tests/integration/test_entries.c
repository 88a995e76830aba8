/*
 * What a night makes of entries: an ambiguous comma, a unit, a missing token, a qualified result. Tables, findings and trail
 * say the same of each, PostgreSQL agrees, and what changes from night to night ends as a first night would have it.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cluster cluster;
static struct instance instance;
static PGconn *source;
static PGconn *analysis;

static const char study[] =
    "{\"study\":\"entries\",\"version\":\"1\",\"events\":[{\"name\":\"V1\"}],\"missing\":[\"UNK\",\"ND\"],"
    "\"centers\":{\"DE*\":{\"decimal\":\",\"}},"
    "\"forms\":{\"lb\":{\"items\":{"
    "\"crea\":{\"type\":\"decimal\",\"label\":\"Creatinine\",\"unit\":{\"item\":\"crea_u\",\"to\":\"umol/L\","
    "\"from\":{\"mg/dL\":{\"factor\":\"88.42\"}}}},"
    "\"crea_u\":{\"type\":\"text\"},"
    "\"wbc\":{\"type\":\"decimal\"},"
    "\"anc\":{\"type\":\"decimal\",\"required\":true},"
    "\"crp\":{\"type\":\"decimal\",\"required\":\"value\",\"qualifier\":true}}}},"
    "\"checks\":[{\"id\":\"C\",\"form\":\"lb\",\"check\":\"crea < 1000\",\"message\":\"Creatinine {crea} "
    "{crea_u} is "
    "high, entered as {crea:entered} {crea_u:entered}\"},"
    "{\"id\":\"T\",\"form\":\"lb\",\"check\":\"missing(anc) IS DISTINCT FROM 'UNK' OR crp_limit > 5\"}]}";

static const char pages[] =
    "CREATE FUNCTION page(c text, s text, r int, d text) RETURNS void LANGUAGE sql AS $$"
    " INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " VALUES (c, s, 'V1', 1, 'lb', r, d::json, '2026-05-01')"
    " ON CONFLICT (center_id, subject_id, event, event_repeat, form, form_repeat)"
    " DO UPDATE SET data = excluded.data $$;"
    "SELECT page('US1', 'S1', 1, '{\"crea\": \"30\", \"crea_u\": \"mg/dL\", \"anc\": \"unk\", \"crp\": \"< "
    "5\"}'),"
    " page('US1', 'S1', 2, '{\"wbc\": \"1,125\", \"anc\": \"2\", \"crp\": \"1\"}'),"
    " page('US1', 'S1', 3, '{\"wbc\": \"0,856\", \"anc\": \"2\", \"crp\": \"ND\"}'),"
    " page('US1', 'S1', 4, '{\"wbc\": 1.125, \"crea\": \"30\", \"crea_u\": \"mg/l\", \"anc\": \"2\", "
    "\"crp\": "
    "\"1\"}'),"
    " page('DE1', 'S2', 1, '{\"wbc\": \"1,125\", \"anc\": \"2.000\", \"crp\": \"≥0,5\"}'),"
    " page('DE1', 'S2', 2, '{\"wbc\": 1.125, \"crea\": \"30\", \"anc\": \"2\", \"crp\": \"1\"}')";

static const char rows[] = "SELECT string_agg(concat_ws(' ', center_id, form_repeat || ':', 'crea=' || crea, "
                           "'unit=' || crea_u, 'wbc=' || wbc,"
                           " 'anc=' || anc, 'crp=' || crp, 'crp' || crp_q || crp_limit, missing::text), "
                           "E'\\n' ORDER BY center_id, form_repeat)"
                           " FROM analysis.lb";

static const char findings[] =
    "SELECT string_agg(concat_ws(' ', center_id, form_repeat || ':', check_id || ':', message), E'\\n'"
    " ORDER BY center_id, form_repeat, check_id) FROM analysis.open_finding";

static void
prepare(void)
{
    cluster_start(&cluster);
    instance_create(&instance, &cluster, "entries");
    instance_write_study(&instance, study);
    source = instance_connect_source(&instance);
    cluster_exec(source, pages);
    instance_do(&instance, 0, "migrate", NULL);
    analysis = instance_connect_analysis(&instance);
    instance_do(&instance, 0, "run", NULL);
}

static void
clear(void)
{
    PQfinish(source);
    PQfinish(analysis);
    cluster_destroy(&cluster);
}

START_TEST(a_first_night_takes_entries_as_they_are_meant)
{
    expect_text(analysis,
                "DE1 1: wbc=1.125 anc=2000 crp>=0.5\n"
                "DE1 2: wbc=1.125 anc=2 crp=1\n"
                "US1 1: crea=2652.60 unit=umol/L crp<5 {\"anc\": \"UNK\"}\n"
                "US1 2: anc=2 crp=1\n"
                "US1 3: anc=2 {\"crp\": \"ND\"}\n"
                "US1 4: unit=mg/l wbc=1.125 anc=2 crp=1",
                "the table", rows);
    expect_text(analysis,
                "DE1 2: lb.crea.unit: Creatinine \"30\" has no unit: crea_u is missing, and the value is "
                "kept in umol/L\n"
                "US1 1: C: Creatinine 2652.60 umol/L is high, entered as 30 mg/dL\n"
                "US1 1: T: missing(anc) IS DISTINCT FROM 'UNK' OR crp_limit > 5 does not hold\n"
                "US1 2: lb.wbc.type: wbc \"1,125\" is not a valid decimal: ambiguous: a comma before three "
                "digits may group "
                "them or be a decimal comma, and \"decimal\" declares neither\n"
                "US1 3: lb.crp.required: crp is required\n"
                "US1 3: lb.wbc.type: wbc \"0,856\" is not a valid decimal: ambiguous: a comma before three "
                "digits may group "
                "them or be a decimal comma, and \"decimal\" declares neither\n"
                "US1 4: lb.crea.unit: Creatinine \"30\" is in \"mg/l\", which is no unit that can be "
                "converted to umol/L",
                "the findings", findings);
    expect_text(analysis,
                "anc 2.000 2000 decimal\ncrp ≥0,5 >=0.5 qualifier,decimal\nwbc 1,125 1.125 decimal\n"
                "anc unk missing\ncrea 30 2652.60 unit\ncrea_u mg/dL umol/L unit\ncrp < 5 <5 qualifier\ncrp "
                "ND missing",
                "the trail",
                "SELECT string_agg(concat_ws(' ', item, raw, cleaned, steps), E'\\n'"
                " ORDER BY center_id, form_repeat, item) FROM analysis.cleaning");
    expect_text(analysis, "Creatinine (umol/L)", "the comment of the column",
                "SELECT col_description('analysis.lb'::regclass, attnum) FROM pg_attribute"
                " WHERE attrelid = 'analysis.lb'::regclass AND attname = 'crea'");
}
END_TEST

START_TEST(postgresql_agrees)
{
    char *said = instance_crfd(&instance, 0, "verify", NULL);

    expect_in(said, " 0 differences\n");
    free(said);
}
END_TEST

/* What is stored the same is not written again; a token, a sign and a unit that go leave nothing behind. */
START_TEST(a_changed_night_ends_as_a_first_one_would)
{
    static const char written[] =
        "SELECT count(*) FROM analysis.lb WHERE run_id = (SELECT max(run_id) FROM crfd.run)";

    cluster_exec(
        source,
        "SELECT page('US1', 'S1', 1, '{\"crea\": \"2652.60\", \"crea_u\": \"UMOL/L\", \"anc\": \"unk\","
        " \"crp\": \"<5\"}')");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "the same in other words", NULL);
    expect_int(analysis, 0, "pages written that say the same", written);
    cluster_exec(source,
                 "SELECT page('US1', 'S1', 1, '{\"crea\": \"7\", \"crea_u\": \"umol/L\", \"crp\": \"6\"}'),"
                 " page('US1', 'S1', 3, '{\"anc\": \"ND\", \"crp\": \"> 6\", \"wbc\": \"1,125.0\"}')");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "corrected", NULL);
    expect_int(analysis, 2, "pages written", written);
    expect_text(analysis,
                "DE1 1: wbc=1.125 anc=2000 crp>=0.5\n"
                "DE1 2: wbc=1.125 anc=2 crp=1\n"
                "US1 1: crea=7 unit=umol/L crp=6\n"
                "US1 2: anc=2 crp=1\n"
                "US1 3: wbc=1125.0 crp>6 {\"anc\": \"ND\"}\n"
                "US1 4: unit=mg/l wbc=1.125 anc=2 crp=1",
                "the table", rows);
    expect_text(analysis, "US1 1: lb.anc.required", "what is open of the changed pages",
                "SELECT string_agg(concat_ws(' ', center_id, form_repeat || ':', check_id), E'\\n')"
                " FROM analysis.open_finding WHERE center_id = 'US1' AND form_repeat IN (1, 3)");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "everything again", NULL);
    expect_int(analysis, 0, "pages written by evaluating everything again", written);
    instance_do(&instance, 0, "verify", NULL);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("entries");
    TCase *cases = tcase_create("entries");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, a_first_night_takes_entries_as_they_are_meant);
    tcase_add_test(cases, postgresql_agrees);
    tcase_add_test(cases, a_changed_night_ends_as_a_first_one_would);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
