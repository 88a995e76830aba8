/*
 * What is expected of a subject and has not come: pages by their event, events by the plan and by later ones, dates by
 * windows; and that nothing but the passing of time finds it, on the night on which it is due and not before.
 *
 * The nights are those of a false clock. PostgreSQL answers every night for itself (`crfd verify`).
 */
#include "expect.h"
#include "false_clock.h"
#include "fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define DAY_S        INT64_C(86400)
#define NIGHT_S      INT64_C(1772323200) /* 2026-03-01 00:00 UTC */
#define NIGHTS       24
#define PAGES_OF_ONE 10

static char clock_file[256];

/* ---- Subjects, and what is found of them on the night of 2026-03-01 ---- */

/* form "" ends the pages. */
struct page {
    const char *event, *form, *data;
    const char *submitted; /* local time */
};

#define DM(sex, day1)                                                                                        \
    {                                                                                                        \
        "SCR", "dm", "{\"sex\": \"" sex "\", \"rfst\": \"" day1 "\"}", "2026-01-01"                          \
    }
#define PREG(event)                                                                                          \
    {                                                                                                        \
        event, "preg", "{\"r\": \"N\"}", "2026-01-20"                                                        \
    }
#define SV(event, at)                                                                                        \
    {                                                                                                        \
        event, "sv", "{}", at                                                                                \
    }
#define SV_ON(event, on)                                                                                     \
    {                                                                                                        \
        event, "sv", "{\"d\": \"" on "\"}", "2026-01-20"                                                     \
    }
#define AE(data)                                                                                             \
    {                                                                                                        \
        "LOG", "ae", data, "2026-01-20"                                                                      \
    }
#define VS(event)                                                                                            \
    {                                                                                                        \
        event, "vs", "{}", "2026-01-20"                                                                      \
    }
#define ENDED(on)                                                                                            \
    {                                                                                                        \
        "EOT", "ds", "{\"dsdat\": \"" on "\"}", "2026-01-20"                                                 \
    }
#define V1 SV("V1", "2026-01-05"), VS("V1")
#define V2 SV("V2", "2026-01-20"), VS("V2")
/* Nothing is expected of cycles of a subject that ended before the first. */
#define NO_CYCLES ENDED("2026-01-28")

static const struct {
    const char *says;
    struct page pages[PAGES_OF_ONE];
    const char *found; /* check, event: outcome, severity of what is not usual */
} subjects[] = {
    /* Pages, by condition. */
    {"a man is not asked for what is of women", {{"SCR", "dm", "{\"sex\": \"M\"}", "2026-01-01"}}, ""},
    {"a woman is", {{"SCR", "dm", "{\"sex\": \"F\"}", "2026-01-01"}}, "preg.missing-page SCR"},
    {"where the deciding question is open nothing is expected", {{"SCR", "dm", "{}", "2026-01-01"}}, ""},
    {"a condition of numbers: it asks at even ones",
     {DM("F", "2026-01-01"), PREG("SCR"), V1, V2, SV("CYCLE 1", "2026-02-01"), SV("CYCLE 2", "2026-02-20"),
      SV("CYCLE 4", "2026-03-01")},
     "preg.missing-page CYCLE 2"},
    {"a condition that fails is told, and does not count as false",
     {{"SCR", "dm", "{}", "2026-01-01"},
      {"EOT", "ds", "{\"n\": 0, \"why\": \"x\", \"dsdat\": \"2026\"}", "2026-02-01"}},
     "lb.missing-page EOT: error\nvs.missing-page EOT"},
    {"nor is it asked where the page is there",
     {{"SCR", "dm", "{}", "2026-01-01"},
      {"EOT", "ds", "{\"n\": 0, \"dsdat\": \"2026\"}", "2026-02-01"},
      {"EOT", "lb", "{}", "2026-02-01"}},
     ""},
    {"a screen failure has no visits before it",
     {{"SCR", "dm", "{\"sex\": \"M\"}", "2026-01-01"},
      {"EOT", "ds", "{\"why\": \"SCREEN FAILURE\", \"dsdat\": \"2026-01-20\", \"n\": 50}", "2026-01-20"}},
     ""},

    /* Pages, by grace. */
    {"pages that come in tonight leave the others their time", {SV("V1", "2026-03-01")}, ""},
    {"two days are not enough", {SV("V1", "2026-02-27")}, ""},
    {"three are", {SV("V1", "2026-02-26")}, "vs.missing-page V1"},
    {"a day begins at midnight of the schedule's zone",
     {SV("V1", "2026-02-26 23:59:59.999999")},
     "vs.missing-page V1"},
    {"and the next one there", {SV("V1", "2026-02-27 00:00")}, ""},
    {"the first page counts, whichever it is",
     {SV("V1", "2026-03-01"), {"V1", "ae", "{}", "2026-02-26"}},
     "vs.missing-page V1"},
    {"a page in quarantine lets an event take place",
     {{"V1", "sv", "[]", "2026-02-26"}},
     "vs.missing-page V1"},
    {"also one of a form that nobody knows",
     {{"V1", "zz", "{}", "2026-02-26"}},
     "sv.missing-page V1\nvs.missing-page V1"},
    {"and is itself not missing", {SV("V1", "2026-02-26"), {"V1", "vs", "[]", "2026-03-01"}}, ""},
    {"at an unscheduled event what is listed may come, and need not", {SV("UNS 1", "2026-01-01")}, ""},
    {"at an optional one that takes place its pages are expected",
     {DM("M", "2026-02-20"), V1, {"OPT", "vs", "{}", "2026-01-01"}},
     "CYCLE 1.missing-event CYCLE 1\nV2.missing-event V2\nsv.missing-page OPT"},

    /* Pages, by the subject's end. */
    {"what is planned after the end is not expected",
     {DM("M", "2026-01-01"), V1, SV("V2", "2026-01-20"), ENDED("2026-01-14")},
     ""},
    {"what is planned for the last day is",
     {DM("M", "2026-01-01"), V1, SV("V2", "2026-01-20"), ENDED("2026-01-15")},
     "vs.missing-page V2"},
    {"an end in some month is on its last day",
     {DM("M", "2025-12-20"), V1, SV("V2", "2026-01-20"), ENDED("2026-01")},
     "CYCLE 1.missing-event CYCLE 1\nvs.missing-page V2"},

    /* Events, by the plan. */
    {"a visit that never came", {DM("M", "2026-01-01"), V1, NO_CYCLES}, "V2.missing-event V2"},
    {"its window and its grace are over", {DM("M", "2026-02-05"), V1}, "V2.missing-event V2"},
    {"its last day of grace is tonight", {DM("M", "2026-02-06"), V1}, ""},
    {"day 1 in some month is the first of it", {DM("M", "2026-02"), V1}, "V2.missing-event V2"},
    {"a visit in quarantine came",
     {DM("M", "2026-01-01"), V1, {"V2", "sv", "[]", "2026-03-01"}, NO_CYCLES},
     ""},
    {"so did one that does not say which repeat",
     {DM("M", "2026-01-01"), V1, {"V2", "sv-without-repeat", "{}", "2026-03-01"}, NO_CYCLES},
     ""},
    {"the subject ended on the last day but one of the window",
     {DM("M", "2026-01-01"), V1, ENDED("2026-01-16")},
     ""},
    {"on the last one", {DM("M", "2026-01-01"), V1, ENDED("2026-01-17")}, "V2.missing-event V2"},
    {"numbers are written out, each as it is over",
     {DM("M", "2026-01-01"), V1, V2},
     "CYCLE 1.missing-event CYCLE 1\nCYCLE 2.missing-event CYCLE 2"},
    {"a number in another spelling is there",
     {DM("M", "2026-01-01"), V1, V2, SV("CYCLE 01", "2026-02-01")},
     "CYCLE 2.missing-event CYCLE 2"},
    {"without a day 1 no plan tells", {{"SCR", "dm", "{\"sex\": \"M\"}", "2025-01-01"}}, ""},

    /* Events, by later ones. */
    {"a later visit tells", {{"SCR", "dm", "{}", "2026-01-01"}, V2}, "V1.missing-event V1"},
    {"once it has been there for the grace", {SV("V1", "2026-02-23")}, "vs.missing-page V1"},
    {"a week", {SV("V1", "2026-02-22")}, "SCR.missing-event SCR\nvs.missing-page V1"},
    {"an unscheduled one tells nothing, nor does a log",
     {VS("UNS 1"), {"LOG", "ae", "{}", "2026-01-01"}},
     ""},
    {"an optional one does",
     {{"SCR", "dm", "{}", "2026-01-01"}, V1, SV("OPT", "2026-01-01")},
     "CYCLE 1.missing-event CYCLE 1\nV2.missing-event V2"},
    {"a larger number tells of the smaller ones",
     {{"SCR", "dm", "{}", "2026-01-01"},
      V1,
      V2,
      SV("CYCLE 1", "2026-01-01"),
      SV("CYCLE 03", "2026-01-01"),
      SV("CYCLE -1", "2026-01-01")},
     "CYCLE 2.missing-event CYCLE 2"},
    {"numbers that nobody reads tell nothing",
     {{"SCR", "dm", "{}", "2026-01-01"}, V1, V2, SV("CYCLE X", "2026-01-01"), SV("CYCLE 1", "2026-01-01")},
     ""},
    {"the largest there may be",
     {{"SCR", "dm", "{}", "2026-01-01"},
      V1,
      V2,
      SV("CYCLE 1", "2026-01-01"),
      SV("CYCLE 9223372036854775807", "2026-03-01")},
     ""},
    {"a subject that ended without a day 1 has no plan",
     {{"SCR", "dm", "{}", "2026-01-01"}, V2, ENDED("2026-02-01")},
     ""},

    /* Dates. */
    {"the first day of the window",
     {DM("M", "2026-01-01"), V1, SV_ON("V2", "2026-01-13"), VS("V2"), NO_CYCLES},
     ""},
    {"the day before it",
     {DM("M", "2026-01-01"), V1, SV_ON("V2", "2026-01-12"), VS("V2"), NO_CYCLES},
     "sv.d.window V2: minor, protocol deviation"},
    {"the last day", {DM("M", "2026-01-01"), V1, SV_ON("V2", "2026-01-17"), VS("V2"), NO_CYCLES}, ""},
    {"the day behind it",
     {DM("M", "2026-01-01"), V1, SV_ON("V2", "2026-01-18"), VS("V2"), NO_CYCLES},
     "sv.d.window V2: minor, protocol deviation"},
    {"a month may be within", {DM("M", "2026-01-01"), V1, SV_ON("V2", "2026-01"), VS("V2"), NO_CYCLES}, ""},
    {"another one cannot",
     {DM("M", "2026-01-01"), V1, SV_ON("V2", "2026-02"), VS("V2"), NO_CYCLES},
     "sv.d.window V2: minor, protocol deviation"},
    {"a time of day is in its day",
     {DM("M", "2026-01-01"),
      V1,
      SV_ON("V2", "2026-01-17"),
      {"V2", "vs", "{\"t\": \"2026-01-17T23:59\"}", "2026-01-20"},
      NO_CYCLES},
     ""},
    {"and the next one not",
     {DM("M", "2026-01-01"),
      V1,
      SV_ON("V2", "2026-01-17"),
      {"V2", "vs", "{\"t\": \"2026-01-18T00:00\"}", "2026-01-20"},
      NO_CYCLES},
     "vs.t.window V2: minor, protocol deviation"},
    {"without a day 1 there is no window",
     {{"SCR", "dm", "{}", "2026-01-01"}, V1, SV_ON("V2", "2020-01-01"), VS("V2")},
     ""},
    {"nor at an event that has none",
     {DM("M", "2026-01-01"), SV_ON("V1", "2020-01-01"), VS("V1"), V2, NO_CYCLES},
     ""},
    {"of an instant the day counts that the study's clocks show",
     {DM("M", "2026-01-01"),
      V1,
      V2,
      NO_CYCLES,
      {"V2", "iv", "{\"i\": \"2026-01-17T15:59:59Z\"}", "2026-01-20"}},
     ""},
    {"not that of UTC",
     {DM("M", "2026-01-01"), V1, V2, NO_CYCLES, {"V2", "iv", "{\"i\": \"2026-01-17T16:00Z\"}", "2026-01-20"}},
     "iv.i.window V2: minor, protocol deviation"},
    {"nor that of where it was entered",
     {DM("M", "2026-01-01"),
      V1,
      V2,
      NO_CYCLES,
      {"V2", "iv", "{\"i\": \"2026-01-17T12:00-05:00\"}", "2026-01-20"}},
     "iv.i.window V2: minor, protocol deviation"},
    {"the first day of the window begins by them",
     {DM("M", "2026-01-01"), V1, V2, NO_CYCLES, {"V2", "iv", "{\"i\": \"2026-01-13T00:00\"}", "2026-01-20"}},
     ""},
    {"and the day before it ends",
     {DM("M", "2026-01-01"),
      V1,
      V2,
      NO_CYCLES,
      {"V2", "iv", "{\"i\": \"2026-01-12T15:59:59.999999Z\"}", "2026-01-20"}},
     "iv.i.window V2: minor, protocol deviation"},

    /* Dates against the night's own. */
    {"tomorrow lies ahead", {AE("{\"seen\": \"2026-03-02\"}")}, "ae.seen.range LOG"},
    {"the night's own date does not", {AE("{\"seen\": \"2026-03-01\"}")}, ""},
    {"a month that has begun may be over", {AE("{\"seen\": \"2026-03\"}")}, ""},
    {"one that has not lies ahead", {AE("{\"seen\": \"2026-04\"}")}, "ae.seen.range LOG"},
    {"so does a year", {AE("{\"seen\": \"2027\"}")}, "ae.seen.range LOG"},
    {"the other end is a day of its own", {AE("{\"seen\": \"1926-02-28\"}")}, "ae.seen.range LOG"},
    {"yesterday has passed", {AE("{\"next\": \"2026-02-28\"}")}, "ae.next.range LOG"},
    {"tonight has not", {AE("{\"next\": \"2026-03-01\"}")}, ""},
    {"it does in ten days", {AE("{\"next\": \"2026-03-10\"}")}, ""},
    {"what is neither ahead nor passed", {AE("{\"today\": \"2026-03-01\"}")}, ""},
    {"what is ahead, comes, and passes", {AE("{\"today\": \"2026-03-05\"}")}, "ae.today.range LOG: minor"},
    {"a hundred years ago is not too long", {AE("{\"born\": \"1926\"}")}, ""},
    {"a year more is", {AE("{\"born\": \"1925-12\"}")}, "ae.born.year LOG"},
    {"so is a year that lost a digit", {AE("{\"born\": \"0206-03-05\"}")}, "ae.born.year LOG"},
    {"a hundred years ahead are not too far", {AE("{\"born\": \"2126-12-31\"}")}, ""},
    {"a year more is, too", {AE("{\"born\": \"2127\"}")}, "ae.born.year LOG"},
    {"so is a year of another calendar", {AE("{\"born\": \"2563-01-05\"}")}, "ae.born.year LOG"},
    {"the last year of all", {AE("{\"born\": \"9999\"}")}, "ae.born.year LOG"},
    {"a bound takes the place of the years on its side", {AE("{\"seen\": \"1925\"}")}, "ae.seen.range LOG"},
    {"and of no others", {AE("{\"next\": \"2127-01-01\"}")}, "ae.next.year LOG"},
    {"one that is the night does as well", {AE("{\"next\": \"1925-01-01\"}")}, "ae.next.range LOG"},
    {"a date-time has a year",
     {{"UNS 1", "vs", "{\"t\": \"1925-12-31T23:59\"}", "2026-01-20"}},
     "vs.t.year UNS 1"},
    {"the next minute has another", {{"UNS 1", "vs", "{\"t\": \"1926-01-01T00:00\"}", "2026-01-20"}}, ""},
    {"an instant has that of the study's clocks",
     {{"UNS 1", "iv", "{\"i\": \"2126-12-31T16:00Z\"}", "2026-01-20"}},
     "iv.i.year UNS 1"},
    {"the minute before has another", {{"UNS 1", "iv", "{\"i\": \"2126-12-31T15:59Z\"}", "2026-01-20"}}, ""},
    {"the nearest of several days is due",
     {AE("{\"next\": \"2026-03-20\", \"seen\": \"2026-03-12\", \"today\": \"2026-03-15\"}")},
     "ae.seen.range LOG\nae.today.range LOG: minor"},
};

static void
insert_page(int subject, const struct page *page)
{
    bool has_repeat = strcmp(page->form, "sv-without-repeat") != 0;

    cluster_execf(
        source,
        "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data,"
        " submitted_at) VALUES ('1', 'S%03d', '%s', %s, '%s', 1, '%s', timestamp '%s' AT TIME ZONE '%s')",
        subject, page->event, has_repeat ? "1" : "NULL", has_repeat ? page->form : "sv", page->data,
        page->submitted, instance.timezone);
}

/* ---- Nights ---- */

/* Noon of so many days behind 2026-03-01, where the instance is. */
static void
set_day(int day)
{
    int west;

    ck_assert_int_eq(sscanf(instance.timezone, "Etc/GMT%d", &west), 1);
    false_clock_set(clock_file, NIGHT_S + day * DAY_S + west * 3600 + DAY_S / 2);
}

static void
prepare(void)
{
    cluster_start(&cluster);
    instance_create(&instance, &cluster, "expected");
    snprintf(clock_file, sizeof clock_file, "%s/clock", instance.folder);
    instance.clock_file = clock_file;
    instance_write_config(&instance);
    instance_copy_study(&instance, "tests/data/schedule.json");
    source = instance_connect_source(&instance);
    cluster_exec(source, "ALTER TABLE edc.crf_page DROP CONSTRAINT crf_page_pkey;"
                         "ALTER TABLE edc.crf_page ALTER event_repeat DROP NOT NULL");
    for (int i = 0; i < COUNT(subjects); i++)
        for (int j = 0; j < PAGES_OF_ONE && subjects[i].pages[j].form != NULL; j++)
            insert_page(i, &subjects[i].pages[j]);
    set_day(0);
    instance_do(&instance, 0, "migrate", NULL);
    instance_do(&instance, 0, "run", NULL);
    PQfinish(source);
}

START_TEST(what_has_not_come_is_found)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(replace(check_id, 'CYCLE *', event) || ' ' || event"
             "  || CASE outcome WHEN 'error' THEN ': error' ELSE '' END"
             "  || CASE severity WHEN 'minor' THEN ': minor' ELSE '' END || coalesce(', ' || category, ''),"
             "  E'\\n' ORDER BY replace(check_id, 'CYCLE *', event) COLLATE \"C\", event), '')"
             " FROM analysis.finding WHERE subject_id = 'S%03d' AND state = 'open'",
             _i);
    expect_text(analysis, subjects[_i].found, subjects[_i].says, sql);
}
END_TEST

START_TEST(postgresql_agrees)
{
    char *said = instance_crfd(&instance, 0, "verify", NULL);

    expect_in(said, "0 differences");
    free(said);
}
END_TEST

START_TEST(an_event_has_a_finding_without_a_form)
{
    expect_text(
        analysis, "V2 1 '' 1 ''", "the place of a missing event",
        "SELECT format('%s %s %L %s %L', event, event_repeat, form, form_repeat, item) FROM analysis.finding"
        " WHERE check_id = 'V2.missing-event' LIMIT 1");
    expect_text(analysis,
                "critical: CYCLE 2 of S029, planned for day 50, is overdue {\"planned\":\"2026-02-19\"}",
                "what it says",
                "SELECT format('%s: %s %s', severity, message, evidence) FROM analysis.finding"
                " WHERE subject_id = 'S029' AND event = 'CYCLE 2'");
    expect_int(analysis, 0, "pages that are called by the star",
               "SELECT count(*) FROM analysis.finding WHERE event LIKE '%*%'");
}
END_TEST

/* ---- Time passes ---- */

/* Subjects that are due, and no others, are evaluated; then every finding is as PostgreSQL has it. */
START_TEST(time_alone_finds_what_is_due)
{
    for (int day = 1; day <= NIGHTS; day++) {
        char due[128];
        int64_t count;

        snprintf(due, sizeof due, "SELECT count(*) FROM analysis.subject WHERE due <= date '2026-03-01' + %d",
                 day);
        count = cluster_int(analysis, due);
        set_day(day);
        instance_do(&instance, 0, "run", NULL);
        expect_int(analysis, count, "subjects that were evaluated",
                   "SELECT evaluated FROM crfd.run_center ORDER BY run_id DESC LIMIT 1");
        expect_int(analysis, 0, "subjects that should have been", due);
        instance_do(&instance, 0, "verify", NULL);
    }
    expect_text(analysis, "t", "findings that only the time brought",
                "SELECT count(*) > 20 FROM analysis.finding WHERE opened_run > 1");
    expect_int(analysis, 0, "findings that only the time took away",
               "SELECT count(*) FROM analysis.finding WHERE state <> 'open' AND check_id NOT LIKE '%.range'");
    expect_int(analysis, 2, "findings of days that have come",
               "SELECT count(*) FROM analysis.finding WHERE state <> 'open' AND check_id LIKE '%.range'");
    expect_int(analysis, 4, "findings of days that have passed",
               "SELECT count(*) FROM analysis.finding WHERE state = 'open' AND check_id LIKE '%.range'"
               " AND check_id <> 'ae.seen.range' AND opened_run > 1");
    expect_int(
        analysis, 2, "findings of days that have come and then passed",
        "SELECT count(*) FROM analysis.finding_event WHERE from_state = 'closed' AND to_state = 'open'");
}
END_TEST

/* On the first day of a year other years are too far, and on no other day. */
START_TEST(a_new_year_changes_which_years_are_far)
{
    static const char open[] =
        "SELECT string_agg(f.check_id || ' ' || a.born, ', ' ORDER BY a.born) FROM analysis.open_finding f"
        " JOIN analysis.ae a USING (center_id, subject_id, event, event_repeat, form_repeat)"
        " WHERE f.check_id = 'ae.born.year'";
    static const char due[] = "SELECT count(*) FROM analysis.subject WHERE due <= date '2027-01-01'";
    int64_t count;

    set_day(305);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "the last day of the year", NULL);
    expect_text(analysis,
                "ae.born.year 0206-03-05, ae.born.year 1925-12, ae.born.year 2127, ae.born.year 2563-01-05,"
                " ae.born.year 9999",
                "far from 2026", open);
    expect_text(analysis, "Born 0206-03-05: the year 0206 is more than 100 years ago", "what it says",
                "SELECT message FROM analysis.finding WHERE message LIKE '%0206%'");
    expect_text(analysis, "Born 2563-01-05: the year 2563 is more than 100 years ahead",
                "what it says of one ahead",
                "SELECT message FROM analysis.finding WHERE message LIKE '%2563%'");
    count = cluster_int(analysis, due);
    set_day(306);
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, count, "subjects that were evaluated",
               "SELECT evaluated FROM crfd.run_center ORDER BY run_id DESC LIMIT 1");
    expect_text(analysis,
                "ae.born.year 0206-03-05, ae.born.year 1925-12, ae.born.year 1926, ae.born.year 2563-01-05,"
                " ae.born.year 9999",
                "far from 2027", open);
    expect_int(analysis, 0, "subjects that should have been", due);
    instance_do(&instance, 0, "verify", NULL);
}
END_TEST

/* A clock that was wrong, and is set right: what is not due yet is taken back. */
START_TEST(an_earlier_night_takes_back_what_is_not_due)
{
    char *first;
    char *again;
    static const char open[] = "SELECT string_agg(format('%s %s %s', subject_id, check_id, event), E'\\n'"
                               " ORDER BY subject_id, check_id, event) FROM analysis.open_finding";

    set_day(NIGHTS + 1);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "before", NULL);
    first = cluster_text(analysis, open);
    for (int day = NIGHTS; day >= -20; day -= 11) {
        set_day(day);
        instance_do(&instance, 0, "run", "--rerun", "--reason", "earlier", NULL);
        instance_do(&instance, 0, "verify", NULL);
    }
    again = cluster_text(analysis, open);
    ck_assert_str_ne(first, again);
    free(again);
    set_day(NIGHTS + 1);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "and again", NULL);
    again = cluster_text(analysis, open);
    ck_assert_str_eq(first, again);
    free(first);
    free(again);
    instance_do(&instance, 0, "verify", NULL);
}
END_TEST

/* ---- Lies ---- */

/* What is done to the findings or to the tables, and what verify says of it. */
static const struct {
    const char *says, *lie, *said;
} lies[] = {
    {"a missing page that is not told",
     "DELETE FROM analysis.finding WHERE check_id = 'preg.missing-page' AND event = 'SCR'",
     "missing in crfd: preg.missing-page: center 1, subject S001, event SCR 1, form preg 1\n"},
    {"one that is not expected", "UPDATE analysis.dm SET sex = 'M' WHERE subject_id = 'S001'",
     "missing in PostgreSQL: preg.missing-page: center 1, subject S001, event SCR 1, form preg 1\n"},
    {"an error that was taken for false",
     "UPDATE analysis.finding SET outcome = 'false' WHERE check_id = 'lb.missing-page'",
     "false in crfd, an error in PostgreSQL\n"},
    {"a visit that is not told to be missing",
     "DELETE FROM analysis.finding WHERE check_id = 'V2.missing-event'",
     "missing in crfd: V2.missing-event: center 1, subject S"},
    {"one that is there",
     "UPDATE analysis.finding SET check_id = 'V1.missing-event', event = 'V1' WHERE check_id = "
     "'V2.missing-event'",
     "missing in PostgreSQL: V1.missing-event: center 1, subject S"},
    {"a number that is not told to be missing",
     "DELETE FROM analysis.finding WHERE check_id = 'CYCLE *.missing-event' AND event = 'CYCLE 2'",
     "missing in crfd: CYCLE *.missing-event: center 1, subject S"},
    {"a page that has another number than its name",
     "UPDATE analysis.sv SET event_number = 2 WHERE event = 'CYCLE 01'",
     "CYCLE *.missing-event: center 1, subject S"},
    {"a date that is not told to be outside", "DELETE FROM analysis.finding WHERE check_id = 'sv.d.window'",
     "missing in crfd: sv.d.window, item d: center 1, subject S"},
    {"one that is within", "UPDATE analysis.sv SET d = '2026-01-15' WHERE event = 'V2' AND d IS NOT NULL",
     "missing in PostgreSQL: sv.d.window, item d: center 1, subject S"},
    {"an instant that is not told to be outside",
     "DELETE FROM analysis.finding WHERE check_id = 'iv.i.window'",
     "missing in crfd: iv.i.window, item i: center 1, subject S"},
    {"one that is within", "UPDATE analysis.iv SET i = '2026-01-17 15:59:59Z'",
     "missing in PostgreSQL: iv.i.window, item i: center 1, subject S"},
    {"a day ahead that is not told", "DELETE FROM analysis.finding WHERE check_id = 'ae.seen.range'",
     "missing in crfd: ae.seen.range, item seen: center 1, subject S"},
    {"one that has come", "UPDATE analysis.ae SET seen = '2026-03-01' WHERE seen = '2026-03-02'",
     "missing in PostgreSQL: ae.seen.range, item seen: center 1, subject S"},
    {"one that has passed", "UPDATE analysis.ae SET next = '2026-02-28' WHERE next = '2026-03-01'",
     "missing in crfd: ae.next.range, item next: center 1, subject S"},
    {"a far year that is not told", "DELETE FROM analysis.finding WHERE check_id = 'ae.born.year'",
     "missing in crfd: ae.born.year, item born: center 1, subject S"},
    {"one that is near", "UPDATE analysis.ae SET born = '2126-12' WHERE born = '2127'",
     "missing in PostgreSQL: ae.born.year, item born: center 1, subject S"},
    {"an end that nobody entered", "UPDATE analysis.ds SET dsdat = '2020'",
     "missing in PostgreSQL: V2.missing-event: center 1"},
    {"a day 1 that nobody entered", "UPDATE analysis.dm SET rfst = '2030'", "missing in crfd: sv.d.window"},
    {"another night", "UPDATE crfd.run SET night = '2026-01-02'", "missing in PostgreSQL: "},
};

START_TEST(a_lie_is_found)
{
    char *said;

    cluster_exec(analysis,
                 "DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept;"
                 "CREATE TABLE kept.finding AS TABLE analysis.finding;"
                 "CREATE TABLE kept.dm AS TABLE analysis.dm; CREATE TABLE kept.ds AS TABLE analysis.ds;"
                 "CREATE TABLE kept.iv AS TABLE analysis.iv; CREATE TABLE kept.ae AS TABLE analysis.ae;"
                 "CREATE TABLE kept.sv AS TABLE analysis.sv; CREATE TABLE kept.run AS TABLE crfd.run");
    cluster_exec(analysis, lies[_i].lie);
    said = instance_crfd(&instance, 1, "verify", NULL);
    cluster_exec(analysis,
                 "UPDATE crfd.run SET night = k.night FROM kept.run k WHERE run.run_id = k.run_id;"
                 "TRUNCATE analysis.finding, analysis.dm, analysis.ds, analysis.sv, analysis.ae, analysis.iv;"
                 "INSERT INTO analysis.finding OVERRIDING SYSTEM VALUE TABLE kept.finding;"
                 "INSERT INTO analysis.dm TABLE kept.dm; INSERT INTO analysis.ds TABLE kept.ds;"
                 "INSERT INTO analysis.sv TABLE kept.sv; INSERT INTO analysis.ae TABLE kept.ae;"
                 "INSERT INTO analysis.iv TABLE kept.iv");
    ck_assert_msg(strstr(said, lies[_i].said) != NULL, "%s: not among\n%s", lies[_i].says, said);
    free(said);
    instance_do(&instance, 0, "verify", NULL);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("expected");
    TCase *cases = tcase_create("expected");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 200);
    tcase_add_unchecked_fixture(cases, prepare, fixture_destroy_cluster);
    tcase_add_checked_fixture(cases, fixture_connect, fixture_disconnect);
    tcase_add_loop_test(cases, what_has_not_come_is_found, 0, COUNT(subjects));
    tcase_add_test(cases, an_event_has_a_finding_without_a_form);
    tcase_add_test(cases, postgresql_agrees);
    tcase_add_loop_test(cases, a_lie_is_found, 0, COUNT(lies));
    tcase_add_test(cases, time_alone_finds_what_is_due);
    tcase_add_test(cases, a_new_year_changes_which_years_are_far);
    tcase_add_test(cases, an_earlier_night_takes_back_what_is_not_due);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
