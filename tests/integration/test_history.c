/*
 * Incremental equals full: whatever happened to the source from night to night, the end state is that of a first
 * night on what the source holds in the end.
 *
 * Days pass from night to night, so that what is expected becomes overdue while nothing of it changes.
 *
 * Each center is a history of its own, changed at random every night: pages that change, come, come with an old
 * date, are committed late, move to another event, go; subjects that go or move to another center; centers that go;
 * pages, subjects and centers that are away for a night; a source that is restored from an older copy. Values
 * that no two subjects may share are shared by many, in a center and in all. Findings are waived at random: a waiver
 * never outlives what it was given for, and is there again when that is.
 */
#include "cluster.h"
#include "false_clock.h"
#include "instance.h"
#include "rehearsal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NIGHTS        4
#define RESTORE_NIGHT 3
#define DAYS_A_NIGHT  3

/* A false clock and a sanitizer both want to be loaded first: under one, all nights are of one date. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_CLOCK false
#else
#define HAS_CLOCK true
#endif

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

/* ---- The source ---- */

/*
 * Values that are right, wrong, to be cleaned or missing; a page that is no object, a key that the form does not have,
 * one that occurs twice.
 */
static const char functions[] =
    "CREATE FUNCTION one_of(VARIADIC choices text[]) RETURNS text VOLATILE LANGUAGE sql"
    " RETURN choices[1 + floor(random() * cardinality(choices))::int];"
    /* Some day near one that lies so many days from today. */
    "CREATE FUNCTION day_around(days int) RETURNS text VOLATILE LANGUAGE sql"
    " RETURN (current_date + days + floor(random() * 20)::int - 10)::text;"
    "CREATE FUNCTION vital_signs() RETURNS json VOLATILE LANGUAGE sql RETURN json_build_object("
    " 'VSDTC', one_of('2024-03-01', '01-MAR-2024', 'yesterday', '0206-03-01', day_around(-10), "
    "day_around(3), 'ND', NULL),"
    " 'SYSBP', one_of('120', '61', ' 130 ', '400', 'ND', '１２０'), 'DIABP', one_of('80', '90', ''),"
    " 'WEIGHT', one_of('70', '70.50', '1,000', 'heavy', '<120', '≥ 300', 'ND', NULL), 'WEIGHT_U', "
    "one_of('kg', 'KG', 'LB', "
    "'stone'));"
    "CREATE FUNCTION demographics() RETURNS json VOLATILE LANGUAGE sql RETURN json_build_object("
    " 'SEX', one_of('F', 'FEMALE', '男', 'unknown', NULL), 'RFSTDTC', one_of(day_around(-18), "
    "day_around(-18),"
    " '2024-13-01', NULL), 'RFENDTC', one_of(NULL, NULL, day_around(12), to_char(now(), 'YYYY-MM')));"
    "CREATE FUNCTION adverse_event() RETURNS json VOLATILE LANGUAGE sql RETURN one_of("
    " '{\"AETERM\": \"Headache\", \"AESTDTC\": \"2024-02\"}', '{\"AETERM\": \" Dizzy  spells\", \"AESER\": "
    "\"n\"}',"
    " '{\"AESTDTC\": \"2023-12-31\"}', '{\"AETERM\": \"Rash\", \"COLOUR\": \"red\"}', '[1]',"
    " '{\"AETERM\": \"a\", \"aeterm\": \"b\"}')::json;"
    "CREATE FUNCTION page(form text) RETURNS json VOLATILE LANGUAGE sql RETURN"
    " CASE form WHEN 'VS' THEN vital_signs() WHEN 'DM' THEN demographics() ELSE adverse_event() END;";

#define PAGE_COLUMNS " (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at)"

static void
fill(PGconn *source, int centers)
{
    cluster_exec(source, functions);
    cluster_execf(
        source,
        "INSERT INTO edc.crf_page" PAGE_COLUMNS
        " SELECT format('C%%s', c), format('S%%s-%%s', c, s), k.event, 1, k.form, 1, page(k.form),"
        "        timestamptz '2024-06-01 12:00 UTC'"
        " FROM generate_series(1, %d) c, generate_series(1, 3) s,"
        "      (VALUES ('SCREENING', 'DM'), ('SCREENING', 'VS'), ('WEEK 2', 'VS'), ('AE LOG', 'AE')) k"
        "      (event, form)"
        " WHERE random() < 0.7",
        centers);
}

static const char *const changes[] = {
    "UPDATE edc.crf_page SET data = page(form), submitted_at = now() WHERE random() < 0.05",
    /* An entry in the database that leaves no trace of its time. */
    "UPDATE edc.crf_page SET data = page(form) WHERE random() < 0.03",
    /* Pages come, among them second ones where there must be one, and of forms and events that the study lacks. */
    "INSERT INTO edc.crf_page" PAGE_COLUMNS " SELECT center_id, subject_id, one_of('SCREENING', 'WEEK 2', "
    "'WEEK 4', 'CYCLE 1', 'CYCLE 3', 'UNSCHEDULED 1', 'NO SUCH EVENT'),"
    "        1 + floor(random() * 2)::int, wanted, 1 + floor(random() * 1000)::int, page(wanted),"
    "        one_of(now()::text, (now() - interval '3 days')::text, '2001-01-01')::timestamptz"
    " FROM edc.crf_page, LATERAL (SELECT one_of('VS', 'AE', 'DM', 'XX') AS wanted WHERE subject_id <> '') f"
    " WHERE random() < 0.05 ON CONFLICT DO NOTHING",
    /* To another event. */
    "UPDATE edc.crf_page SET event = one_of('SCREENING', 'WEEK 2', 'WEEK 4', 'CYCLE 2'),"
    "       form_repeat = 1000 + floor(random() * 1000000)::int WHERE random() < 0.03",
    "DELETE FROM edc.crf_page WHERE random() < 0.04",
    "DELETE FROM edc.crf_page WHERE subject_id IN (SELECT subject_id FROM"
    "  (SELECT DISTINCT subject_id FROM edc.crf_page ORDER BY 1) s WHERE random() < 0.03)",
    "DELETE FROM edc.crf_page WHERE center_id IN (SELECT center_id FROM"
    "  (SELECT DISTINCT center_id FROM edc.crf_page ORDER BY 1) c WHERE random() < 0.01)",
    /* To another center, or to a new one. */
    "UPDATE edc.crf_page p SET center_id = m.center_id FROM (SELECT subject_id, one_of(center_id, 'C1', "
    "'C2', 'N' ||"
    "  subject_id) AS center_id FROM (SELECT DISTINCT center_id, subject_id FROM edc.crf_page ORDER BY 1, 2) "
    "s"
    "  WHERE random() < 0.05) m WHERE p.subject_id = m.subject_id",
};

/* What is away for a night: pages, subjects, centers, all; each of its own share. */
static const char away[] =
    "CREATE TABLE away AS SELECT p.* FROM edc.crf_page p, LATERAL (SELECT"
    "  hashtext(center_id || %1$d) %% 10 AS c, hashtext(subject_id || %1$d) %% 10 AS s,"
    "  hashtext(subject_id || event || form || form_repeat || %1$d) %% 5 AS k WHERE p.event <> '') h"
    " WHERE %2$d = 0 OR c = 1 OR s = 1 OR k = 1;"
    "DELETE FROM edc.crf_page p USING away a WHERE (p.center_id, p.subject_id, p.event, p.event_repeat, "
    "p.form,"
    "  p.form_repeat) = (a.center_id, a.subject_id, a.event, a.event_repeat, a.form, a.form_repeat)";

static void
take_away(PGconn *source, int salt, bool all)
{
    cluster_execf(source, away, salt, all ? 0 : 1);
}

static void
bring_back(PGconn *source)
{
    cluster_exec(source, "INSERT INTO edc.crf_page TABLE away ON CONFLICT DO NOTHING; DROP TABLE away");
}

static void
change(PGconn *source, int night)
{
    if (night > 0)
        bring_back(source);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        cluster_exec(source, changes[i]);
    if (night == 1)
        cluster_exec(source, "CREATE TABLE backup AS TABLE edc.crf_page");
    if (night == RESTORE_NIGHT)
        cluster_exec(source, "TRUNCATE edc.crf_page; INSERT INTO edc.crf_page TABLE backup");
    if (night + 1 < NIGHTS)
        take_away(source, night, false);
}

/* ---- Nights ---- */

static char clock_file[256];

/* The clock of the instance is so many nights on. */
static void
set_night(struct instance *instance, int night)
{
    if (!HAS_CLOCK)
        return;
    instance->clock_file = clock_file;
    false_clock_set(clock_file, time(NULL) + (int64_t)night * DAYS_A_NIGHT * 86400);
}

/* What is entered before the night and committed after it, with the time of entry. */
static void
night_with_a_late_commit(const struct instance *instance, int night)
{
    PGconn *late = instance_connect_source(instance);

    cluster_exec(late, "BEGIN");
    cluster_execf(late,
                  "INSERT INTO edc.crf_page" PAGE_COLUMNS
                  " SELECT DISTINCT ON (center_id) center_id, subject_id, 'AE LOG', 1, 'AE', 2000000 + %d,"
                  "        json_build_object('AETERM', 'Late'), now() FROM edc.crf_page"
                  " ORDER BY center_id, subject_id",
                  night);
    instance_do(instance, 0, "run", "--rerun", "--reason", "a night", night % 2 ? NULL : "--full", NULL);
    cluster_exec(late, "COMMIT");
    PQfinish(late);
}

/* ---- Waivers ---- */

/* Each as a person gives it, and for what. */
static const char waive[] =
    "CREATE TABLE IF NOT EXISTS waived (center_id text COLLATE \"C\", finding_id bigint, basis bytea,"
    "  PRIMARY KEY (center_id, finding_id));"
    "WITH w AS (UPDATE analysis.finding SET state = 'waived' WHERE state = 'open' AND random() < 0.2"
    "  RETURNING center_id, finding_id, evidence, basis),"
    " told AS (INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, "
    "evidence)"
    "  SELECT center_id, finding_id, 'open', 'waived', 'waived', evidence FROM w)"
    " INSERT INTO waived SELECT center_id, finding_id, basis FROM w"
    " ON CONFLICT (center_id, finding_id) DO UPDATE SET basis = excluded.basis";

static void
expect_waivers_for_what_they_were_given(PGconn *analysis)
{
    ck_assert_msg(cluster_int(analysis, "SELECT count(*) FROM analysis.finding WHERE state = 'waived'") > 0,
                  "no finding is waived");
    ck_assert_msg(cluster_int(analysis, "SELECT count(*) FROM waived JOIN analysis.finding f"
                                        " USING (center_id, finding_id) WHERE f.state = 'open'") > 0,
                  "no waiver has ended");
    ck_assert_int_eq(cluster_int(analysis, "SELECT count(*) FROM waived w JOIN analysis.finding f"
                                           " USING (center_id, finding_id)"
                                           " WHERE f.state = 'waived' AND f.basis IS DISTINCT FROM w.basis"),
                     0);
}

/* ---- The end state ---- */

/* What a query over both end states compares; history (closed findings, earlier cleanings) is left out. */
static const char *const parts[] = {
    "SELECT (to_jsonb(t) - 'run_id')::text AS line FROM analysis.dm t",
    "SELECT (to_jsonb(t) - 'run_id')::text AS line FROM analysis.vs t",
    "SELECT (to_jsonb(t) - 'run_id')::text AS line FROM analysis.ae t",
    "SELECT (to_jsonb(t) - 'run_id' - 'night')::text AS line FROM analysis.subject t",
    "SELECT (to_jsonb(t) - 'run_id')::text AS line FROM analysis.quarantine t",
    /* Whether one is waived is left out, too. */
    "SELECT (to_jsonb(t) - 'finding_id' - 'opened_run' - 'opened_at' - 'reopened' - 'state' - "
    "'waived_basis')::text AS line"
    " FROM analysis.finding t WHERE state <> 'closed'",
    /* How each value that stands now came about. */
    "SELECT (to_jsonb(c) - 'cleaning_id' - 'run_id')::text AS line FROM"
    " (SELECT DISTINCT ON (center_id, subject_id, event, event_repeat, form, form_repeat, item) *"
    "  FROM analysis.cleaning"
    "  ORDER BY center_id, subject_id, event, event_repeat, form, form_repeat, item, cleaning_id DESC) c"
    " JOIN (SELECT center_id, subject_id, event, event_repeat, 'dm' AS form, form_repeat FROM analysis.dm "
    "UNION ALL"
    "       SELECT center_id, subject_id, event, event_repeat, 'vs', form_repeat FROM analysis.vs UNION ALL"
    "       SELECT center_id, subject_id, event, event_repeat, 'ae', form_repeat FROM analysis.ae) p"
    " USING (center_id, subject_id, event, event_repeat, form, form_repeat) WHERE steps <> ''",
};

static char *
lines_of(PGconn *analysis, const char *part)
{
    char *sql;
    char *lines;

    ck_assert_int_ge(
        asprintf(&sql,
                 "SELECT coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"), '') FROM (%s) q",
                 part),
        0);
    lines = cluster_text(analysis, sql);
    free(sql);
    return lines;
}

static void
expect_same_lines(char *found, char *expected, const char *part)
{
    char *found_line;
    char *expected_line;

    while ((found_line = strsep(&found, "\n")) != NULL && (expected_line = strsep(&expected, "\n")) != NULL)
        ck_assert_msg(strcmp(found_line, expected_line) == 0, "%s: there is\n%s\nwhere there should be\n%s",
                      part, found_line, expected_line);
    ck_assert_msg(found == NULL && expected == NULL, "%s: one has more rows", part);
}

/* Something is away for a night, or all of it, and comes back as it was. */
static void
expect_back_what_was_away(const struct instance *instance, PGconn *source, PGconn *analysis, bool all)
{
    static const char standing[] = "SELECT format('%s %s %s %s %s %s %s', center_id, finding_id, check_id, "
                                   "item, state, evidence, basis) AS line"
                                   " FROM analysis.finding WHERE state <> 'closed'";
    char *before = lines_of(analysis, standing);
    char *after;

    take_away(source, NIGHTS, all);
    instance_do(instance, 0, "run", "--rerun", "--reason", "away", NULL);
    after = lines_of(analysis, standing);
    ck_assert_msg(strcmp(before, after) != 0, "nothing was away");
    free(after);
    bring_back(source);
    instance_do(instance, 0, "run", "--rerun", "--reason", "back", NULL);
    after = lines_of(analysis, standing);
    expect_same_lines(after, before, "what is back");
    free(before);
    free(after);
}

static void
expect_same_end(const struct instance *nightly, const struct instance *at_once)
{
    PGconn *analysis = instance_connect_analysis(nightly);
    PGconn *fresh = instance_connect_analysis(at_once);

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *found = lines_of(analysis, parts[i]);
        char *expected = lines_of(fresh, parts[i]);

        ck_assert_msg(*expected != '\0', "%s: no rows", parts[i]);
        expect_same_lines(found, expected, parts[i]);
        free(found);
        free(expected);
    }
    PQfinish(analysis);
    PQfinish(fresh);
}

/* Of subjects whose pages an earlier night took in as they are. */
static void
expect_what_only_time_brought(PGconn *analysis)
{
    ck_assert_msg(!HAS_CLOCK ||
                      cluster_int(analysis, "SELECT count(*) FROM analysis.finding WHERE opened_run ="
                                            " (SELECT max(run_id) FROM crfd.run)"
                                            " AND check_id ~ 'missing-(event|page)$'") > 0,
                  "time brought nothing");
}

static void
play_histories(const char *name, int centers)
{
    struct instance nightly;
    struct instance at_once;
    char fresh_name[40];
    PGconn *source, *analysis;

    instance_create(&nightly, &cluster, name);
    snprintf(clock_file, sizeof clock_file, "%s/clock", nightly.folder);
    nightly.removals = "{\"share\": \"1\"}";
    instance_write_config(&nightly);
    instance_copy_study(&nightly, "tests/data/history.json");
    instance_do(&nightly, 0, "migrate", NULL);
    source = instance_connect_source(&nightly);
    analysis = instance_connect_analysis(&nightly);
    cluster_execf(source, "SELECT setseed(%lu / 1000000.0)", rehearsal_seed() % 1000000);
    cluster_execf(analysis, "SELECT setseed(%lu / 1000000.0)", rehearsal_seed() % 1000000);
    fill(source, centers);
    for (int night = 0; night < NIGHTS; night++) {
        set_night(&nightly, night);
        night_with_a_late_commit(&nightly, night);
        cluster_exec(analysis, waive);
        change(source, night);
    }
    set_night(&nightly, NIGHTS);
    instance_do(&nightly, 0, "run", "--rerun", "--reason", "the last night", NULL);
    expect_what_only_time_brought(analysis);
    expect_waivers_for_what_they_were_given(analysis);
    expect_back_what_was_away(&nightly, source, analysis, false);
    expect_back_what_was_away(&nightly, source, analysis, true);
    snprintf(fresh_name, sizeof fresh_name, "%s_fresh", name);
    instance_create(&at_once, &cluster, fresh_name);
    memcpy(at_once.source_conninfo, nightly.source_conninfo, sizeof at_once.source_conninfo);
    instance_write_config(&at_once);
    instance_copy_study(&at_once, "tests/data/history.json");
    set_night(&at_once, NIGHTS);
    instance_do(&at_once, 0, "migrate", NULL);
    instance_do(&at_once, 0, "run", NULL);
    instance_do(&at_once, 0, "verify", NULL);
    expect_same_end(&nightly, &at_once);
    PQfinish(analysis);
    PQfinish(source);
}

START_TEST(incremental_equals_full_in_a_few_histories)
{
    play_histories("few", 20);
}
END_TEST

START_TEST(incremental_equals_full_in_500_histories)
{
    play_histories("many", 500);
}
END_TEST

static Suite *
history_suite(void)
{
    Suite *suite = suite_create("history");
    TCase *few = tcase_create("few");
    TCase *many = tcase_create("many");

    tcase_set_timeout(few, 240);
    tcase_set_tags(few, "short");
    tcase_add_unchecked_fixture(few, prepare, clear);
    tcase_add_test(few, incremental_equals_full_in_a_few_histories);
    suite_add_tcase(suite, few);
    tcase_set_timeout(many, 240);
    tcase_add_unchecked_fixture(many, prepare, clear);
    tcase_add_test(many, incremental_equals_full_in_500_histories);
    suite_add_tcase(suite, many);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(history_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
