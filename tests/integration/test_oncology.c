/*
 * Four weeks of an oncology trial, night by night: what its data manager has to find on each of them, in words that were
 * written down before crfd was asked. Nothing more may be found, and PostgreSQL has to agree every night.
 *
 * Who is in the trial and what was entered when stands in tests/data/oncology_pages.sql.
 */
#include "cluster.h"
#include "expect.h"
#include "false_clock.h"
#include "instance.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NIGHTS  28
#define DAY_S   INT64_C(86400)
#define NIGHT_S INT64_C(1772409600) /* 2026-03-02 00:00 UTC */

static struct cluster cluster;
static struct instance instance;
static PGconn *source;
static PGconn *analysis;

/* Of each night on which something is found or settled, in the order of the subjects. */
static const struct {
    const char *night;
    const char *found;
} diary[] = {
    /* Consent is dated a day after the visit. */
    {"2026-03-02", "A-108 SCREENING IC01 open"},
    /* Infusion with neutrophils below 0.5. */
    {"2026-03-03", "B-205 CYCLE 1 LB01 open"},
    /* 11.8 of what? Without a unit there is no number, which nobody may take for g/L. */
    {"2026-03-05", "B-201 CYCLE 1 lb.hgb.unit open"},
    {"2026-03-06", "B-202 CYCLE 2 PG01 open"},
    /* The visit was entered on the third; five days are given for its pages. */
    {"2026-03-08", "A-102 CYCLE 1 preg.missing-page open"},
    {"2026-03-09", "A-107 RANDOMISATION rn.randno.unique open\n"
                   "A-108 SCREENING IC01 closed: corrected\n"
                   "B-206 RANDOMISATION rn.randno.unique open"},
    {"2026-03-10", "B-201 CYCLE 1 lb.hgb.unit closed: corrected\n"
                   "B-202 CYCLE 2 PG01 closed: corrected"},
    /* The test is missed though she failed screening: she was seen. 55 kg after 69.5. A dose that nobody asked for. */
    {"2026-03-11", "A-109 SCREENING preg.missing-page open\n"
                   "B-203 CM LOG cm.cmdose.required open\n"
                   "B-203 CYCLE 2 VS01 open"},
    {"2026-03-12", "A-102 CYCLE 1 preg.missing-page closed: corrected"},
    {"2026-03-13", "A-106 AE LOG AE01 open"},
    {"2026-03-14", "A-107 RANDOMISATION rn.randno.unique closed: corrected\n"
                   "B-206 RANDOMISATION rn.randno.unique closed: corrected"},
    /* What was waived was "<0.5". */
    {"2026-03-17", "B-205 CYCLE 1 LB01 open: evidence"},
    /* Unknown is an answer. */
    {"2026-03-18", "B-203 CM LOG cm.cmdose.required closed: corrected"},
    /* No planned day tells when the end of treatment of the dead should have been: a check asks for it. */
    {"2026-03-20", "A-106 AE LOG AE01 closed: corrected\n"
                   "A-106 DEATH DD01 open"},
    /* He withdrew on the 15th, which was entered on the 16th. */
    {"2026-03-21", "B-201 EOT vs.missing-page open"},
    /* Planned for the 13th, three days of window, five of grace. */
    {"2026-03-22", "A-103 CYCLE 2 CYCLE *.missing-event open"},
    /* It came, a week out of its window. */
    {"2026-03-25", "A-103 CYCLE 2 CYCLE *.missing-event closed: corrected\n"
                   "A-103 CYCLE 2 sv.svstdtc.window open"},
};

#define DIARY_COUNT (sizeof diary / sizeof diary[0])

static const char *
found_on(const char *night)
{
    for (size_t i = 0; i < DIARY_COUNT; i++)
        if (strcmp(diary[i].night, night) == 0)
            return diary[i].found;
    return "";
}

/* Noon of the day, where the instance is. */
static void
set_day(int day)
{
    int west;

    ck_assert_int_eq(sscanf(instance.timezone, "Etc/GMT%d", &west), 1);
    false_clock_set(instance.clock_file, NIGHT_S + day * DAY_S + west * 3600 + DAY_S / 2);
}

static void
prepare(void)
{
    static char clock_file[256];

    cluster_start(&cluster);
    instance_create(&instance, &cluster, "oncology");
    snprintf(clock_file, sizeof clock_file, "%s/clock", instance.folder);
    instance.clock_file = clock_file;
    instance_write_config(&instance);
    instance_copy_study(&instance, "tests/data/oncology.json");
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    cluster_exec_file(source, "tests/data/oncology_pages.sql");
    set_day(0);
    instance_do(&instance, 0, "migrate", NULL);
}

static void
clear(void)
{
    PQfinish(source);
    PQfinish(analysis);
    cluster_destroy(&cluster);
}

/* What became of findings in the run of the night; what a person did, who has no run, is not among it. */
static void
expect_found(const char *night)
{
    static const char transitions[] =
        "SELECT coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"), '') FROM ("
        " SELECT concat_ws(' ', subject_id, event, check_id, 'open') AS line FROM analysis.finding f"
        " JOIN crfd.run ON run_id = f.opened_run AND night = '%s'"
        " UNION ALL"
        " SELECT concat_ws(' ', subject_id, event, check_id, to_state || ':', e.reason) FROM "
        "analysis.finding_event e"
        " JOIN analysis.finding USING (center_id, finding_id)"
        " JOIN crfd.run ON run.run_id = e.run_id AND night = '%s') told";
    char sql[sizeof transitions + 32];

    snprintf(sql, sizeof sql, transitions, night, night);
    expect_text(analysis, found_on(night), night, sql);
}

static void
waive_the_neutrophils(void)
{
    char *id = cluster_text(analysis, "SELECT finding_id FROM analysis.open_finding WHERE check_id = 'LB01'");

    instance_do(&instance, 0, "waive", id, "--note", "Dose was given on medical advice", NULL);
    free(id);
}

START_TEST(four_weeks_of_an_oncology_trial)
{
    for (int day = 0; day < NIGHTS; day++) {
        char night[16];
        char *said;

        snprintf(night, sizeof night, "2026-03-%02d", 2 + day);
        cluster_execf(source, "SELECT submit('%s', '%s')", night, instance.timezone);
        set_day(day);
        instance_do(&instance, 0, "run", NULL);
        expect_found(night);
        said = instance_crfd(&instance, 0, "verify", NULL);
        expect_in(said, "0 differences");
        free(said);
        if (strcmp(night, "2026-03-06") == 0)
            waive_the_neutrophils();
    }
    expect_int(analysis, 0, "quarantined pages", "SELECT count(*) FROM analysis.quarantine");
    expect_text(analysis, "11 130 2.8", "cycles in the order of their numbers, and values in their unit",
                "SELECT concat_ws(' ', event_number, hgb, anc) FROM analysis.lb WHERE subject_id = 'A-105'"
                " ORDER BY event_order DESC, event_number DESC NULLS LAST LIMIT 1");
    expect_text(analysis, "132 g/L", "a converted value",
                "SELECT trim_scale(hgb) || ' ' || hgb_u FROM analysis.lb WHERE subject_id = 'A-101' AND "
                "event = 'SCREENING'");
}
END_TEST

/* A night that begins from nothing, and knows all pages at once, has the same open findings. */
START_TEST(a_first_night_at_the_end_finds_the_same)
{
    static const char open[] =
        "SELECT string_agg(concat_ws(' ', subject_id, event, check_id, item, message), E'\\n'"
        " ORDER BY subject_id, event, check_id, item) FROM analysis.finding"
        " WHERE state = 'open'";
    char *before = cluster_text(analysis, open);
    char *after;

    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "the same again", NULL);
    after = cluster_text(analysis, open);
    ck_assert_str_eq(after, before);
    free(after);
    cluster_exec(analysis, "DROP SCHEMA analysis CASCADE; DROP SCHEMA crfd CASCADE");
    instance_do(&instance, 0, "migrate", NULL);
    instance_do(&instance, 0, "run", NULL);
    after = cluster_text(analysis, open);
    ck_assert_str_eq(after, before);
    free(after);
    free(before);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("oncology");
    TCase *cases = tcase_create("oncology");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, four_weeks_of_an_oncology_trial);
    tcase_add_test(cases, a_first_night_at_the_end_finds_the_same);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
