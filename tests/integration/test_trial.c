/*
 * Values as trials have them, from the source to the findings: each study is run over a few pages of one subject, the
 * findings and the columns must be those of the case, and PostgreSQL must find the same (crfd verify).
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

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

#define PAGES_MAX 16

struct page_row {
    const char *event; /* NULL: V1 */
    const char *form;
    int form_repeat;
    const char *data;
    const char *submitted_at; /* by the schedule's clocks; NULL: 2026-06-01 10:00 UTC */
};

static const struct {
    const char *name;
    const char *study;
    struct page_row pages[PAGES_MAX];
    const char *findings; /* rule and form_repeat, in their order */
    const char *query;    /* of the analysis database; NULL: none */
    const char *answer;
} cases[] = {
    {"instants",
     "{\"study\": \"values\", \"version\": \"1\", \"timezone\": \"Europe/Berlin\", \"events\": [{\"name\": "
     "\"V1\"}],"
     " \"forms\": {\"lb\": {\"items\": {"
     "   \"at\": {\"type\": \"instant\", \"range\": {\"min\": \"2026-01-01T00:00\", \"max\": "
     "\"2026-12-31T23:59Z\"}},"
     "   \"day\": {\"type\": \"date\"},"
     "   \"later\": {\"type\": \"instant\", \"derive\": \"greatest(at, submitted_at)\"}}}},"
     " \"checks\": [{\"id\": \"DAY\", \"form\": \"lb\", \"check\": \"at::date = day\"},"
     "   {\"id\": \"PAST\", \"form\": \"lb\", \"check\": \"at <= submitted_at\"},"
     "   {\"id\": \"EARLY\", \"form\": \"lb\", \"check\": \"(at AT TIME ZONE 'UTC')::time >= '03:00'\"}]}",
     {{NULL, "LB", 1, "{\"at\": \"2026-01-23T05:10\", \"day\": \"2026-01-23\"}", NULL},
      {NULL, "LB", 2, "{\"at\": \"2026-01-23T23:30Z\", \"day\": \"2026-01-24\"}", NULL},
      {NULL, "LB", 3, "{\"at\": \"2026-01-23T23:30Z\", \"day\": \"2026-01-23\"}", NULL},
      {NULL, "LB", 4, "{\"at\": \"2026-03-29T02:30\", \"day\": \"2026-03-29\"}", NULL},
      {NULL, "LB", 5, "{\"at\": \"2026-10-25T02:30\", \"day\": \"2026-10-25\"}", NULL},
      {NULL, "LB", 6, "{\"at\": \"2026-06-01T18:00:00+08:00\", \"day\": \"2026-06-01\"}", NULL},
      {NULL, "LB", 7, "{\"at\": \"2026-06-01T18:00:00.000001+08:00\", \"day\": \"2026-06-01\"}", NULL},
      {NULL, "LB", 8, "{\"at\": \"2025-12-31T22:59Z\", \"day\": \"2025-12-31\"}", NULL},
      {NULL, "LB", 9, "{\"at\": \"2025-12-31T23:00Z\", \"day\": \"2026-01-01\"}", NULL}},
     "DAY 3, PAST 7, lb.at.range 8, lb.at.type 4, lb.at.type 5",
     "SELECT string_agg(concat(form_repeat, '=', at AT TIME ZONE 'UTC', '/', (later = greatest(at, "
     "submitted_at))), ' ' "
     "ORDER BY form_repeat) FROM analysis.lb WHERE form_repeat < 8",
     "1=2026-01-23 04:10:00/t 2=2026-01-23 23:30:00/t 3=2026-01-23 23:30:00/t 4=/t 5=/t 6=2026-06-01 "
     "10:00:00/t "
     "7=2026-06-01 10:00:00.000001/t"},
    {"instants_no_zone",
     "{\"study\": \"values\", \"version\": \"1\", \"events\": [{\"name\": \"V1\"}],"
     " \"forms\": {\"lb\": {\"items\": {\"at\": {\"type\": \"instant\"}}}}}",
     {{NULL, "LB", 1, "{\"at\": \"2026-01-23T05:10\"}", NULL},
      {NULL, "LB", 2, "{\"at\": \"2026-01-23 05:10:07 -05:00\"}", NULL}},
     "lb.at.type 1",
     "SELECT string_agg(concat(form_repeat, '=', at AT TIME ZONE 'UTC'), ' ' ORDER BY form_repeat) FROM "
     "analysis.lb",
     "1= 2=2026-01-23 10:10:07"},
    {"as_days",
     "{\"study\": \"values\", \"version\": \"1\", \"events\": [{\"name\": \"V1\"}],"
     " \"forms\": {\"lb\": {\"items\": {\"lbdtm\": {\"type\": \"datetime\"}, \"visit\": {\"type\": \"date\"},"
     "   \"visitp\": {\"type\": \"partial-date\"}, \"lbdtc\": {\"type\": \"partial-datetime\"}}}},"
     " \"checks\": [{\"id\": \"D\", \"form\": \"lb\", \"check\": \"lbdtm::date <= visit\"},"
     "   {\"id\": \"P\", \"form\": \"lb\", \"check\": \"lbdtm::date <= visitp\"},"
     "   {\"id\": \"Q\", \"form\": \"lb\", \"check\": \"earliest(lbdtc)::date <= visitp\"}]}",
     {{NULL, "LB", 1,
       "{\"lbdtm\": \"2026-01-23T05:10\", \"visit\": \"2026-01-23\", \"visitp\": \"2026-01-23\", \"lbdtc\": "
       "\"2026-01-23T05\"}",
       NULL},
      {NULL, "LB", 2,
       "{\"lbdtm\": \"2026-01-24T00:00\", \"visit\": \"2026-01-23\", \"visitp\": \"2026-01\", \"lbdtc\": "
       "\"2026-02\"}",
       NULL}},
     "D 2, Q 2",
     NULL,
     NULL},
    {"names",
     "{\"study\": \"values\", \"version\": \"1\", \"events\": [{\"name\": \"VISIT 1\", \"forms\": [\"vs\"]}, "
     "{\"name\": "
     "\"\uff36\uff12\"}],"
     " \"forms\": {\"vs\": {\"items\": {\"pulse\": {\"type\": \"integer\", \"required\": true}, "
     "\"h\": {\"type\": \"integer\", \"key\": \"Gr\u00f6\u00dfe\"}}}},"
     " \"checks\": [{\"id\": \"SLOW\", \"form\": \"vs\", \"check\": \"event = 'VISIT 1' AND pulse > 50\"}]}",
     {{"VISIT\u00a01", "VS", 1, "{\"PULSE\u200b\": \"60\", \"Gro\u0308\u00dfe\": \"170\"}", NULL},
      {"VISIT 1", "VS", 2, "{\"pulse\": \"40\"}", NULL},
      {"VISIT 1\u200b", "\uff36S", 2, "{\"pulse\": \"45\"}", NULL},
      {"VISIT\u200b1", "VS", 3, "{\"pulse\": \"45\"}", NULL},
      {"V2", "VS", 4, "{\"pulse\": \"60\"}", NULL}},
     "SLOW 2, SLOW 4",
     "SELECT (SELECT string_agg(concat(event, '/', form_repeat, '/', pulse, '/', h), ' ' ORDER BY "
     "form_repeat) FROM "
     "analysis.vs) || ' | ' || (SELECT string_agg(concat_ws('/', event, form, form_repeat, reason), '; ' "
     "ORDER BY "
     "form_repeat) FROM analysis.quarantine)",
     "VISIT 1/1/60/170 VISIT 1/2/40/ V2/4/60/ | VISIT 1/VS/2/the subject has another page of this key; this "
     "one was entered as event "
     "\"VISIT 1<U+200B>\", form \"\uff36S\"; VISIT\u200b"
     "1/VS/3/the study has no such event: \"VISIT<U+200B>1\""},
    {"versions",
     "{\"study\": \"values\", \"version\": \"2\", \"events\": [{\"name\": \"V1\"}],"
     " \"forms\": {\"vs\": {\"items\": {\"pulse\": {\"type\": \"integer\", \"required\": true, \"since\": "
     "\"2026-03-01\"},"
     " \"temp\": {\"type\": \"decimal\", \"required\": true, \"retired\": true, \"range\": {\"max\": "
     "\"45\"}}}}},"
     " \"checks\": [{\"id\": \"SLOW\", \"form\": \"vs\", \"check\": \"pulse > 50\", \"since\": "
     "\"2026-03-02\"},"
     " {\"id\": \"ALL\", \"form\": \"vs\", \"check\": \"pulse > 50\"}]}",
     {{NULL, "VS", 1, "{\"temp\": \" 36.6\"}", "2026-02-28 23:59:59.999999"},
      {NULL, "VS", 2, "{}", "2026-03-01 00:00"},
      {NULL, "VS", 3, "{\"pulse\": \"40\"}", "2026-03-01 23:59:59.999999"},
      {NULL, "VS", 4, "{\"pulse\": \"40\", \"temp\": \"50\"}", "2026-03-02 00:00"}},
     "ALL 3, ALL 4, SLOW 4, vs.pulse.required 2, vs.temp.range 4",
     "SELECT string_agg(concat(form_repeat, '=', temp), ' ' ORDER BY form_repeat) FROM analysis.vs",
     "1=36.6 2= 3= 4=50"},
};

static void
insert_page(const struct instance *instance, PGconn *source, const struct page_row *page)
{
    char *data = PQescapeLiteral(source, page->data, strlen(page->data));
    char *event = PQescapeLiteral(source, page->event != NULL ? page->event : "V1",
                                  strlen(page->event != NULL ? page->event : "V1"));
    char *form = PQescapeLiteral(source, page->form, strlen(page->form));

    cluster_execf(
        source,
        "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
        "submitted_at) VALUES ('C1', 'S1', %s, 1, %s, %d, %s, timestamp '%s' AT TIME ZONE '%s')",
        event, form, page->form_repeat, data,
        page->submitted_at != NULL ? page->submitted_at : "2026-06-01 10:00",
        page->submitted_at != NULL ? instance->timezone : "UTC");
    PQfreemem(form);
    PQfreemem(event);
    PQfreemem(data);
}

START_TEST(values_become_these_findings)
{
    struct instance instance;
    PGconn *source, *analysis;

    instance_create(&instance, &cluster, cases[_i].name);
    instance_write_study(&instance, cases[_i].study);
    source = instance_connect_source(&instance);
    for (int i = 0; i < PAGES_MAX && cases[_i].pages[i].form != NULL; i++)
        insert_page(&instance, source, &cases[_i].pages[i]);
    instance_do(&instance, 0, "migrate", NULL);
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    expect_text(analysis, cases[_i].findings, cases[_i].name,
                "SELECT coalesce(string_agg(concat(check_id, ' ', form_repeat), ', ' ORDER BY check_id, "
                "form_repeat), '') "
                "FROM analysis.open_finding");
    if (cases[_i].query != NULL)
        expect_text(analysis, cases[_i].answer, cases[_i].name, cases[_i].query);
    instance_do(&instance, 0, "verify", NULL);
    PQfinish(analysis);
    PQfinish(source);
}
END_TEST

#define SINCE(text)                                                                                          \
    "{\"study\": \"values\", \"version\": \"1\", \"events\": [{\"name\": \"V1\"}], \"forms\": {\"vs\": "     \
    "{\"items\": "                                                                                           \
    "{\"pulse\": {\"type\": \"integer\", \"required\": true" text                                            \
    "}}}}, \"checks\": [{\"id\": \"EVER\", \"form\": \"vs\", "                                               \
    "\"check\": \"pulse IS NOT NULL\"" text "}]}"

START_TEST(a_rule_that_is_no_longer_asked_lets_go_of_its_findings)
{
    static const struct page_row page = {NULL, "VS", 1, "{}", "2026-02-28 12:00"};
    struct instance instance;
    PGconn *source, *analysis;

    instance_create(&instance, &cluster, "let_go");
    instance_write_study(&instance, SINCE(""));
    source = instance_connect_source(&instance);
    insert_page(&instance, source, &page);
    instance_do(&instance, 0, "migrate", NULL);
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    expect_int(analysis, 2, "open findings", "SELECT count(*) FROM analysis.open_finding");
    instance_write_study(&instance, SINCE(", \"since\": \"2026-03-01\""));
    instance_do(&instance, 0, "run", "--rerun", "--reason", "since", NULL);
    expect_text(analysis, "EVER closed retired, vs.pulse.required closed retired", "what became of them",
                "SELECT string_agg(concat_ws(' ', check_id, to_state, reason), ', ' ORDER BY check_id) FROM"
                " analysis.finding_event JOIN analysis.finding USING (center_id, finding_id) WHERE "
                "to_state = 'closed'");
    instance_do(&instance, 0, "verify", NULL);
    PQfinish(analysis);
    PQfinish(source);
}
END_TEST

static const struct {
    const char *name;
    const char *study;
    const char *says[3];
} refused[] = {
    {"midnight",
     "{\"study\": \"r\", \"version\": \"1\", \"events\": [{\"name\": \"V1\"}], \"forms\": {\"lb\": "
     "{\"items\": "
     "{\"lbdtm\": {\"type\": \"datetime\", \"range\": {\"max\": \"2026-01-23\"}}, \"visit\": {\"type\": "
     "\"date\"}, "
     "\"visitp\": {\"type\": \"partial-date\"}, "
     "\"last\": {\"type\": \"datetime\", \"derive\": \"greatest(lbdtm, visit)\"}}}}, "
     "\"checks\": [{\"id\": \"D\", \"form\": \"lb\", \"check\": \"lbdtm <= visit\"}, "
     "{\"id\": \"P\", \"form\": \"lb\", \"check\": \"lbdtm <= visitp\"}]}",
     {"4 mistakes", "timestamp <= partial date", "write lbdtm::date"}},
    {"no_zone",
     "{\"study\": \"r\", \"version\": \"1\", \"timezone\": \"Europe/Berlim\", \"events\": [{\"name\": "
     "\"V1\"}], "
     "\"forms\": {\"lb\": {\"items\": {\"at\": {\"type\": \"instant\"}}}}}",
     {"1 mistake", "no time zone \"Europe/Berlim\"", "did you mean \"Europe/Berlin\"?"}},
};

START_TEST(a_study_that_means_nothing_is_refused)
{
    struct instance instance;
    char *told;

    instance_create(&instance, &cluster, refused[_i].name);
    instance_write_study(&instance, refused[_i].study);
    told = instance_crfd(&instance, 78, "run", NULL);
    for (int i = 0; i < COUNT(refused[_i].says); i++)
        expect_in(told, refused[_i].says[i]);
    free(told);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("trial");
    TCase *tcase = tcase_create("values");
    SRunner *runner;
    int failed;

    tcase_add_unchecked_fixture(tcase, prepare, clear);
    tcase_add_loop_test(tcase, values_become_these_findings, 0, COUNT(cases));
    tcase_add_test(tcase, a_rule_that_is_no_longer_asked_lets_go_of_its_findings);
    tcase_add_loop_test(tcase, a_study_that_means_nothing_is_refused, 0, COUNT(refused));
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
