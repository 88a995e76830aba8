/*
 * A patient's values stay in the databases: in none of the log's formats, not in the status file, not in the metrics
 * and not in what a command says is there any of them, whatever is wrong with a page and however a server quotes it.
 *
 * Every value of the source is marked: texts hold MARK, numbers are MARK_NUMBER. Names (of items, events, forms, centers
 * and subjects) are keys and no values.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK        "Geheim"
#define MARK_NUMBER "98765431"

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

static struct cluster cluster;

/* A value of each kind of wrong, and pages that cannot be taken in. Each center has all of them. */
static const char study[] =
    "{\"study\": \"privacy\", \"version\": \"1\","
    " \"events\": [{\"name\": \"DAY 1\", \"forms\": [\"vs\"]}],"
    " \"codelists\": {\"ny\": {\"codes\": [\"Y\", \"N\"]}},"
    " \"forms\": {\"vs\": {\"label\": \"Vital signs\", \"items\": {"
    "  \"note\": {\"type\": \"text\", \"length\": {\"max\": 3}},"
    "  \"done\": {\"type\": \"text\", \"codelist\": \"ny\"},"
    "  \"pulse\": {\"type\": \"integer\"},"
    "  \"sysbp\": {\"type\": \"integer\", \"range\": {\"min\": \"60\", \"max\": \"250\"}},"
    "  \"weight\": {\"type\": \"decimal\", \"unit\": {\"item\": \"unit\", \"to\": \"kg\","
    "             \"from\": {\"LB\": {\"factor\": \"0.45359237\"}}}},"
    "  \"unit\": {\"type\": \"text\"},"
    "  \"begun\": {\"type\": \"partial-date\"}, \"at\": {\"type\": \"datetime\"}}}},"
    " \"checks\": [{\"id\": \"ZERO\", \"form\": \"vs\", \"check\": \"sysbp / (sysbp - sysbp) > 0\"},"
    "  {\"id\": \"NOTE\", \"form\": \"vs\", \"check\": \"note = 'x'\", \"message\": \"{note} and {sysbp}\"},"
    "  {\"id\": \"CAST\", \"form\": \"vs\", \"check\": \"note::integer > 0\"},"
    "  {\"id\": \"DATE\", \"form\": \"vs\", \"check\": \"note ~ '^[A-Z]'\"}]}";

static const char pages[] =
    "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " SELECT format('C%s', c), 'S1', 'DAY 1', 1, 'vs', p.number, p.data::json, '2024-06-01'"
    " FROM generate_series(1, 3) c, (VALUES"
    " (1, '{\"note\": \"" MARK "\", \"done\": \"" MARK "\", \"pulse\": \"" MARK "\", \"sysbp\": " MARK_NUMBER
    ","
    "      \"weight\": \"" MARK_NUMBER "\", \"unit\": \"" MARK "\", \"begun\": \"" MARK "\", \"at\": \"" MARK
    "\"}'),"
    " (2, '{\"note\": \"" MARK "\", \"more\": \"" MARK "\", \"sysbp\": \"" MARK_NUMBER "\"}'),"
    " (3, '{\"note\": \"" MARK "\", \"NOTE\": \"" MARK "\"}'),"
    " (4, '[\"" MARK "\", " MARK_NUMBER "]'),"
    " (5, '\"" MARK "\"'), (6, '" MARK_NUMBER "'),"
    " (7, '{\"note\": {\"deep\": \"" MARK "\"}}'), (8, '{\"note\": [[[[[\"" MARK "\"]]]]]}'),"
    " (9, '{\"note\": \"" MARK "\\u001b[2J\\n" MARK " level=error\"}'),"
    " (10, '{\"note\": \"" MARK "\\ud800\"}'), (11, '{\"note\": \"" MARK "\\u0000\"}')"
    ") AS p (number, data);"
    " INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " VALUES ('C1', 'S1', 'DAY 99', 1, 'vs', 1, '{\"note\": \"" MARK "\"}', now()),"
    "        ('C1', 'S1', 'DAY 1', 1, 'nope', 1, '{\"note\": \"" MARK "\"}', now())";

/* How a server comes to quote what it was given. */
static const struct {
    const char *name;
    const char *source;   /* SQL at the source */
    const char *relation; /* that of the instance where NULL */
    const char *analysis; /* SQL at the analysis database */
    int exit_status;
    const char *told; /* that something failed */
} nights[] = {
    {"calm", "SELECT 1", NULL, "SELECT 1", 0, "center done"},
    {"constraint", "SELECT 1", NULL, "ALTER TABLE analysis.vs ADD CONSTRAINT refused CHECK (sysbp < 1000)", 3,
     "23514"},
    {"unique", "SELECT 1", NULL, "CREATE UNIQUE INDEX refused ON analysis.vs (note)", 3, "23505"},
    {"too_long", "SELECT 1", NULL,
     "CREATE DOMAIN public.short AS text CHECK (VALUE = 'x'); ALTER TABLE analysis.cleaning ALTER raw TYPE "
     "public.short;"
     "ALTER TABLE analysis.finding ADD CHECK (message !~ '" MARK "')",
     3, "23514"},
    {"trigger", "SELECT 1", NULL,
     "CREATE FUNCTION public.shout() RETURNS trigger LANGUAGE plpgsql AS"
     " $$BEGIN RAISE NOTICE 'of %', NEW; RAISE 'of %', NEW USING ERRCODE = '55000', DETAIL = NEW::text; "
     "END$$;"
     "CREATE TRIGGER shout BEFORE INSERT ON analysis.vs FOR EACH ROW EXECUTE FUNCTION public.shout()",
     3, "55000"},
    {"dynamic", "SELECT 1", NULL,
     "CREATE FUNCTION public.dig() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN EXECUTE 'SELECT ' || NEW.note "
     "|| '!'; RETURN NEW; END$$;"
     "CREATE TRIGGER dig BEFORE INSERT ON analysis.vs FOR EACH ROW EXECUTE FUNCTION public.dig()",
     3, "4"},
    {"cast",
     "CREATE VIEW edc.cast AS SELECT center_id, subject_id, event, event_repeat, form,"
     " CASE WHEN data->>'pulse' IS NULL THEN form_repeat ELSE (data->>'pulse')::int END AS form_repeat, "
     "data, submitted_at"
     " FROM edc.crf_page WHERE json_typeof(data) = 'object'",
     "edc.cast", "SELECT 1", 3, "22P02"},
    {"listing",
     "CREATE VIEW edc.listing AS SELECT (data #>> '{}')::int::text AS center_id, subject_id, event, "
     "event_repeat, form,"
     " form_repeat, data, submitted_at FROM edc.crf_page",
     "edc.listing", "SELECT 1", 65, "22P02"},
};

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

static void
begin_night(struct instance *instance, int night, const char *name, const char *format)
{
    PGconn *connection;

    instance_create(instance, &cluster, name);
    instance_write_study(instance, study);
    instance->log_format = format;
    instance_write_config(instance);
    connection = instance_connect_source(instance);
    cluster_exec(connection, pages);
    cluster_exec(connection, nights[night].source);
    PQfinish(connection);
    instance_do(instance, 0, "migrate", NULL);
    connection = instance_connect_analysis(instance);
    cluster_exec(connection, nights[night].analysis);
    PQfinish(connection);
    if (nights[night].relation != NULL)
        instance->relation = nights[night].relation;
    instance_write_config(instance);
}

static void
expect_no_mark(const char *text, const char *where)
{
    ck_assert_msg(strstr(text, MARK) == NULL && strstr(text, MARK_NUMBER) == NULL, "%s shows a value:\n%s",
                  where, text);
}

static void
expect_no_mark_in_file(const struct instance *instance, const char *name)
{
    char path[256];
    char *text;

    snprintf(path, sizeof path, "%s/%s", instance->folder, name);
    text = text_file_read(path);
    expect_no_mark(text, name);
    free(text);
}

static const char *const formats[] = {"text", "json"};

START_TEST(no_value_leaves_the_databases)
{
    int night = _i / COUNT(formats);
    const char *format = formats[_i % COUNT(formats)];
    struct instance instance;
    char name[40];
    char *said, *seen;

    snprintf(name, sizeof name, "%s_%s", nights[night].name, format);
    begin_night(&instance, night, name, format);
    said = instance_crfd(&instance, nights[night].exit_status, "run", "--verbose", NULL);
    expect_in(said, nights[night].told);
    expect_no_mark(said, nights[night].name);
    expect_no_mark_in_file(&instance, "status.json");
    expect_no_mark_in_file(&instance, "crfd.prom");
    seen = instance_crfd(&instance, 0, "status", NULL);
    expect_no_mark(seen, "crfd status");
    free(said);
    free(seen);
}
END_TEST

/* The marks are where they belong: a test that looks for what is nowhere would find nothing, too. */
START_TEST(the_values_are_in_the_databases)
{
    struct instance instance;
    PGconn *analysis;

    begin_night(&instance, 0, "seen", "text");
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    expect_int(analysis, 26, "pages in quarantine", "SELECT count(*) FROM analysis.quarantine");
    expect_text(analysis,
                "CAST,NOTE,ZERO,vs.at.type,vs.begun.type,vs.done.codelist,vs.note.length,vs.pulse.type,"
                "vs.sysbp.range,vs.unknown-item,vs.weight.unit",
                "what was found",
                "SELECT string_agg(check_id, ',' ORDER BY check_id COLLATE \"C\")"
                " FROM (SELECT DISTINCT check_id FROM analysis.finding WHERE evidence::text LIKE '%" MARK "%'"
                "       OR evidence::text LIKE '%" MARK_NUMBER "%') f");
    PQfinish(analysis);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("privacy");
    TCase *cases = tcase_create("privacy");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, no_value_leaves_the_databases, 0, COUNT(nights) * COUNT(formats));
    tcase_add_test(cases, the_values_are_in_the_databases);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
