/*
 * Texts that would like to be something else: statements, quotes, ends of data, directions of writing. Wherever they
 * stand in the source or on the command line, they are stored as they are, quarantined or refused with the reason, and
 * change no statement.
 */
#include "expect.h"
#include "fixture.h"
#include "process.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No blanks at the ends and none twice: cleaning takes them away, and the values are compared byte for byte. */
static const char *const hostile[] = {
    "'",
    "''",
    "\"",
    "\\",
    "\\'",
    "\\.",
    "\\N",
    "$$",
    "$1",
    "$crfd$",
    "%s%n",
    "{a,\"b\"}",
    "NULL",
    "(NULL)",
    "x'; DROP TABLE analysis.vs; --",
    "x\"; DROP TABLE analysis.vs; --",
    "x') TO PROGRAM 'false' --",
    "/* x",
    "-- x",
    "E'\\047'",
    "U&'\\0027'",
    "\u202Eright to left\u202C",
    "\u2067\u05D0\u2069",
    "\u200Bnothing to see",
    "e\u0301 is not \u00E9",
    "\U0001F4A5",
    "\uFF07full width\uFF07",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "crfd.center",
};

#define HOSTILE_COUNT ((int)(sizeof hostile / sizeof hostile[0]))

static void
create(const char *name)
{
    instance_create(&instance, &cluster, name);
    instance_copy_study(&instance, "tests/data/night.json");
    instance_do(&instance, 0, "migrate", NULL);
    fixture_connect();
    cluster_exec(source, "CREATE TABLE hostile (n int, t text)");
    for (int i = 0; i < HOSTILE_COUNT; i++) {
        char *literal = PQescapeLiteral(source, hostile[i], strlen(hostile[i]));

        cluster_execf(source, "INSERT INTO hostile VALUES (%d, %s)", i, literal);
        PQfreemem(literal);
    }
}

/* One page for each text; the place is that of the text. */
static void
enter_pages(const char *center, const char *subject, const char *event, const char *form, const char *data)
{
    cluster_execf(
        source,
        "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data,"
        " submitted_at) SELECT %s, %s, %s, 1, %s, n, %s, timestamptz '2024-06-01 12:00 UTC' FROM hostile",
        center, subject, event, form, data);
}

/* The texts of the query must be those that were entered. */
static void
expect_all(const char *what, const char *sql)
{
    char *expected =
        cluster_text(source, "SELECT string_agg(t, E'\\n' ORDER BY t COLLATE \"C\") FROM hostile");
    char *query;

    ck_assert_int_ge(
        asprintf(&query, "SELECT coalesce(string_agg(t, E'\\n' ORDER BY t COLLATE \"C\"), '') FROM (%s) q",
                 sql),
        0);
    expect_text(analysis, expected, what, query);
    free(query);
    free(expected);
}

/* PostgreSQL agrees, and is asked for each center by its name: a page less is missed in every one of them. */
static void
expect_verified(void)
{
    char *said;
    int told = 0;

    instance_do(&instance, 0, "verify", NULL);
    cluster_exec(analysis, "CREATE TABLE taken AS SELECT * FROM analysis.ae WHERE center_id !~ '^C[0-9]$';"
                           " DELETE FROM analysis.ae WHERE center_id !~ '^C[0-9]$'");
    said = instance_crfd(&instance, 1, "verify", NULL);
    for (const char *at = said; (at = strstr(at, "the tables have 0 pages")) != NULL; at++)
        told++;
    ck_assert_int_eq(told, HOSTILE_COUNT);
    free(said);
    cluster_exec(analysis, "INSERT INTO analysis.ae SELECT * FROM taken");
}

START_TEST(hostile_texts_are_stored_as_they_are_wherever_they_stand)
{
    create("stored");
    enter_pages("t", "'S1'", "'AE LOG'", "'AE'", "'{\"AETERM\": \"x\"}'");
    enter_pages("'C1'", "t", "'AE LOG'", "'AE'", "'{\"AETERM\": \"x\"}'");
    enter_pages("'C2'", "'S1'", "t", "'AE'", "'{\"AETERM\": \"x\"}'");
    enter_pages("'C3'", "'S1'", "'AE LOG'", "t", "'{\"AETERM\": \"x\"}'");
    enter_pages("'C4'", "'S1'", "'AE LOG'", "'AE'", "json_build_object(t, 'x', 'AETERM', 'x')");
    enter_pages("'C5'", "'S1'", "'AE LOG'", "'AE'", "json_build_object('AETERM', t)");
    enter_pages("'C6'", "'S1'", "'AE LOG'", "'AE'", "json_build_object('AETERM', 'x', 'AESER', t)");
    enter_pages("'C7'", "'S1'", "'UNSCHEDULED ' || t", "'AE'", "'{\"AETERM\": \"x\"}'");
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 8 * HOSTILE_COUNT, "pages of the ledger", "SELECT sum(pages) FROM analysis.subject");
    expect_all("centers", "SELECT center_id AS t FROM analysis.ae WHERE center_id !~ '^C[0-9]$'");
    expect_all("subjects", "SELECT subject_id AS t FROM analysis.ae WHERE center_id = 'C1'");
    expect_all("events, in quarantine", "SELECT event AS t FROM analysis.quarantine WHERE center_id = 'C2'"
                                        " AND reason LIKE 'the study has no such event%'");
    expect_all("forms, in quarantine", "SELECT form AS t FROM analysis.quarantine WHERE center_id = 'C3'"
                                       " AND reason LIKE 'the study has no such form%'");
    expect_all("keys, as findings", "SELECT k AS t FROM analysis.open_finding, json_object_keys(evidence) k"
                                    " WHERE center_id = 'C4' AND check_id LIKE '%unknown-item'");
    expect_all("values, as they were entered",
               "SELECT coalesce(c.raw, a.aeterm) AS t FROM analysis.ae a LEFT JOIN analysis.cleaning c"
               " USING (center_id, subject_id, event, event_repeat, form_repeat) WHERE a.center_id = 'C5'");
    expect_all("values, as evidence", "SELECT evidence->>'aeser' AS t FROM analysis.open_finding"
                                      " WHERE center_id = 'C6' AND check_id LIKE '%codelist'");
    expect_int(analysis, HOSTILE_COUNT, "events of a pattern, cleaned as the same texts are as values",
               "SELECT count(*) FROM analysis.ae e JOIN analysis.ae v USING (form_repeat)"
               " WHERE e.center_id = 'C7' AND v.center_id = 'C5' AND e.event = 'UNSCHEDULED ' || v.aeterm");
    expect_verified();
    instance_do(&instance, 0, "run", "--rerun", "--reason", "again", NULL);
    expect_int(
        analysis, 0, "subjects that the second run took for changed",
        "SELECT sum(evaluated) FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    fixture_disconnect();
}
END_TEST

/* A comma stands between two centers, unless it is told to be one of the name. */
static void
write_center(char *out, size_t size, const char *name)
{
    for (; *name != '\0' && size > 2; name++, size--) {
        if (*name == ',') {
            *out++ = '\\';
            size--;
        }
        *out++ = *name;
    }
    *out = '\0';
}

START_TEST(hostile_texts_on_the_command_line_are_texts)
{
    create("selected");
    enter_pages("t", "t", "'AE LOG'", "'AE'", "'{\"AETERM\": \"x\"}'");
    instance_do(&instance, 0, "run", NULL);
    for (int i = 0; i < HOSTILE_COUNT; i++) {
        char center[256];

        if (strchr(hostile[i], ',') == NULL && i % 3 != 0)
            continue;
        write_center(center, sizeof center, hostile[i]);
        instance_do(&instance, 0, "findings", "--center", center, "--subject", hostile[i], NULL);
        instance_do(&instance, 0, "run", "--rerun", "--full", "--center", center, "--subject", hostile[i],
                    "--reason", hostile[i], NULL);
        expect_text(analysis, "1 1 done", hostile[i],
                    "SELECT format('%s %s %s', sum(subjects), sum(evaluated), min(state))"
                    " FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    }
    fixture_disconnect();
}
END_TEST

/* ---- Too large ---- */

/* A key of three thousand bytes that does not compress fits no index. */
#define LONG_TEXT "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 94) i)"

/* Of each subject of the center: id, pages and digest. */
static char *
digests_of(PGconn *connection, const char *query, const char *center)
{
    PGresult *rows = PQexecParams(connection, query, 1, NULL, &center, NULL, NULL, 0);
    char *text = strdup("");

    ck_assert_msg(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s", PQerrorMessage(connection));
    for (int i = 0; i < PQntuples(rows); i++) {
        char *longer;

        ck_assert_int_ge(asprintf(&longer, "%s%s %s %s\n", text, PQgetvalue(rows, i, 0),
                                  PQgetvalue(rows, i, 1), PQgetvalue(rows, i, 2)),
                         0);
        free(text);
        text = longer;
    }
    PQclear(rows);
    return text;
}

/* Of each center, one that is kept under a stand-in among them. */
static void
expect_digests_of_the_source(void)
{
    char *query = text_file_read("sql/queries/source_digest.sql");
    PGresult *centers = PQexec(analysis, "SELECT DISTINCT center_id FROM analysis.subject ORDER BY 1");

    ck_assert_int_gt(PQntuples(centers), 0);
    for (int i = 0; i < PQntuples(centers); i++) {
        const char *center = PQgetvalue(centers, i, 0);
        char *at_source = digests_of(source, query, center);
        char *at_ledger = digests_of(analysis,
                                     "SELECT subject_id, pages, encode(digest, 'hex') FROM analysis.subject"
                                     " WHERE center_id = $1 ORDER BY subject_id",
                                     center);

        ck_assert_msg(strcmp(at_ledger, at_source) == 0, "center %s: %s at the source, %s in the ledger",
                      center, at_source, at_ledger);
        free(at_ledger);
        free(at_source);
    }
    PQclear(centers);
    free(query);
}

/* Two subjects of which no index takes the ids, one before and one behind them, and one without an id. */
static void
enter_long_ids(void)
{
    enter_pages("'C4'", LONG_TEXT, "'AE LOG'", "'AE'", "'{\"AETERM\": \"x\"}'");
    enter_pages("'C4'", LONG_TEXT " || 'x'", "'AE LOG'", "'AE'", "'{\"AETERM\": \"xx\"}'");
    enter_pages("'C4'", "'#1'", "'AE LOG'", "'AE'", "'{\"AETERM\": \"y\"}'");
    enter_pages("'C4'", "'z'", "'AE LOG'", "'AE'", "'{\"AETERM\": \"z\"}'");
    enter_pages("'C4'", "NULL", "'AE LOG'", "'AE'", "'{\"AETERM\": \"xxx\"}'");
    enter_pages("'C4'", "'(null)'", "'AE LOG'", "'AE'", "'{\"AETERM\": \"xxxx\"}'");
    enter_pages(LONG_TEXT, "'S1'", "'AE LOG'", "'AE'", "'{\"AETERM\": \"long\"}'");
}

START_TEST(what_is_too_large_is_quarantined_with_the_reason)
{
    create("large");
    cluster_exec(source, "DELETE FROM hostile WHERE n > 0");
    enter_pages("'C1'", "'S1'", "'AE LOG'", "'AE'",
                "json_build_object('AETERM', repeat('x', 10 * 1024 * 1024))");
    enter_pages("'C2'", "'S1'", "'AE LOG'", "'AE'", "json_build_object('AETERM', repeat('x', 1000 * 1024))");
    enter_pages("'C3'", "'S1'", "'AE LOG'", "'AE'", "json_build_object(repeat('x', 1024 * 1024), 'x')");
    cluster_exec(source, "ALTER TABLE edc.crf_page DROP CONSTRAINT crf_page_pkey");
    cluster_exec(source, "ALTER TABLE edc.crf_page ALTER subject_id DROP NOT NULL");
    enter_long_ids();
    cluster_exec(source, "UPDATE edc.crf_page SET submitted_at = '294276-12-31 23:59:59.999999+00'"
                         " WHERE data->>'AETERM' = 'y'");
    cluster_exec(source, "UPDATE edc.crf_page SET submitted_at = 'infinity' WHERE data->>'AETERM' = 'xxx'");
    cluster_exec(source, "UPDATE edc.crf_page SET submitted_at = '-infinity' WHERE data->>'AETERM' = 'xxxx'");
    enter_pages("'C5'", "'S1'", LONG_TEXT, "'AE'", "'{\"AETERM\": \"x\"}'");
    enter_pages("'C6'", "'S1'", "'UNSCHEDULED ' || " LONG_TEXT, "'AE'", "'{\"AETERM\": \"x\"}'");
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis, "(sha256 18, C1 10485775, C3 1048586, C4 15, C4 16, C4 17, C4 18, C5 15, C6 15",
                "quarantined, with the bytes that are kept",
                "SELECT string_agg(format('%s %s', left(center_id, 7), length(data)), ', '"
                " ORDER BY center_id, length(data)) FROM analysis.quarantine WHERE reason <> ''");
    expect_text(analysis, "C2 1024000", "stored",
                "SELECT format('%s %s', center_id, length(aeterm)) FROM analysis.ae WHERE center_id = 'C2'");
    expect_text(analysis, "#1 y, z z", "stored beside ids that are too long",
                "SELECT string_agg(subject_id || ' ' || aeterm, ', ' ORDER BY subject_id) FROM analysis.ae"
                " WHERE center_id = 'C4'");
    expect_digests_of_the_source();
    /* The second night finds them again; then they are corrected, and one is gone. */
    instance_do(&instance, 0, "run", "--rerun", "--reason", "again", NULL);
    expect_int(
        analysis, 0, "subjects that were evaluated again",
        "SELECT sum(evaluated) FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--subject", "(null)", "--reason", "one", NULL);
    expect_int(
        analysis, 1, "subjects by the id under which one is kept",
        "SELECT sum(evaluated) FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    cluster_exec(source, "UPDATE edc.crf_page SET subject_id = 'S7' WHERE data->>'AETERM' = 'xx'");
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE data->>'AETERM' IN ('xxx', 'long')");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "corrected", NULL);
    expect_text(
        analysis, "(sha256 15, (sha256 18", "still in quarantine",
        "SELECT string_agg(format('%s %s', left(subject_id, 7), length(data)), ', ' ORDER BY length(data))"
        " FROM analysis.quarantine WHERE subject_id LIKE '(%'");
    expect_int(analysis, 3, "subjects in the table",
               "SELECT count(*) FROM analysis.ae WHERE center_id = 'C4'");
    expect_digests_of_the_source();
    fixture_disconnect();
}
END_TEST

/* ---- The study ---- */

#define STUDY(events, forms)                                                                                 \
    "{\"study\": \"night\", \"version\": \"1\", \"events\": [" events "], \"forms\": {" forms "}}"
#define EVENT "{\"name\": \"E\", \"forms\": [\"f\"]}"
#define ITEM  "\"items\": {\"a\": {\"type\": \"text\"}}"

static const struct {
    const char *name;
    const char *study;
} refused[] = {
    {"a quote in a form's name", STUDY(EVENT, "\"f\": {" ITEM "}, \"f\\\"g\": {" ITEM "}")},
    {"a statement as a form's name", STUDY(EVENT, "\"f\": {" ITEM "}, \"f; DROP TABLE x\": {" ITEM "}")},
    {"the name of another table", STUDY(EVENT, "\"f\": {" ITEM "}, \"subject\": {" ITEM "}")},
    {"a backslash in an item's name", STUDY(EVENT, "\"f\": {\"items\": {\"a\\\\\": {\"type\": \"text\"}}}")},
    {"a direction mark in an item's name",
     STUDY(EVENT, "\"f\": {\"items\": {\"a\u202E\": {\"type\": \"text\"}}}")},
    {"a type that is a statement",
     STUDY(EVENT, "\"f\": {\"items\": {\"a\": {\"type\": \"text; DROP TABLE x\"}}}")},
};

START_TEST(names_of_the_study_that_are_no_names_are_refused)
{
    char name[16];

    snprintf(name, sizeof name, "refused_%d", _i);
    instance_create(&instance, &cluster, name);
    instance_write_study(&instance, refused[_i].study);
    instance_do(&instance, 78, "migrate", NULL);
}
END_TEST

/* A key may be anything that JSON can say, a label too. */
START_TEST(keys_and_labels_of_the_study_are_texts)
{
    create("labels");
    instance_write_study(&instance, STUDY("{\"name\": \"E'; --\", \"forms\": [\"f\"]}",
                                          "\"f\": {\"label\": \"'; DROP SCHEMA analysis CASCADE; --\", "
                                          "\"items\": {\"a\": {\"type\": \"text\", \"key\":"
                                          " \"'\\\"\\\\;--\", \"label\": \"$$'\\\\\"}}}"));
    instance_do(&instance, 0, "migrate", NULL);
    cluster_exec(source, "DELETE FROM hostile WHERE n > 0");
    enter_pages("'C1'", "'S1'", "'E''; --'", "'F'", "json_build_object('''\"\\;--', 'x')");
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis, "E'; -- x", "the page", "SELECT format('%s %s', event, a) FROM analysis.f");
    fixture_disconnect();
}
END_TEST

/* ---- A source in the analysis database ---- */

/*
 * The owner of the pages makes a view of them whose function runs with the rights of who reads it: it takes off what keeps
 * the session from writing, and from the next statement on deletes.
 */
static const char view_with_a_function[] =
    "CREATE FUNCTION edc.wipe() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM set_config('default_transaction_read_only', 'off', false);"
    " IF current_setting('transaction_read_only') = 'off' THEN"
    "  DELETE FROM analysis.finding; UPDATE analysis.finding_event SET actor = 'somebody';"
    " END IF; RETURN true; END $$;"
    "ALTER TABLE edc.crf_page RENAME TO page;"
    "CREATE VIEW edc.crf_page AS SELECT * FROM edc.page WHERE edc.wipe()";

START_TEST(a_function_of_the_source_writes_nothing)
{
    static const char findings[] = "SELECT count(*) FROM analysis.finding";
    int64_t before;

    instance_create_night(&instance, &cluster, "wiped");
    analysis = instance_connect_analysis(&instance);
    cluster_exec_file(analysis, "sql/source/edc.sql");
    cluster_exec_file(analysis, "tests/data/night_pages.sql");
    snprintf(instance.source_conninfo, sizeof instance.source_conninfo, "%s", instance.analysis_conninfo);
    instance_write_config(&instance);
    instance_do(&instance, 0, "run", NULL);
    before = cluster_int(analysis, findings);
    ck_assert_int_gt(before, 0);
    cluster_exec(analysis, view_with_a_function);
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "again", NULL);
    expect_int(analysis, before, "findings after a rerun", findings);
    instance_do(&instance, 0, "run", "--dry-run", NULL);
    expect_int(analysis, before, "findings after a dry run", findings);
    instance_do(&instance, 1, "check", NULL);
    expect_int(analysis, before, "findings after a check", findings);
    instance_do(&instance, 0, "check", "--against", NULL);
    expect_int(analysis, before, "findings after a look at what would be", findings);
    PQfinish(analysis);
}
END_TEST

/* ---- What is printed for psql ---- */

/* A study that would have a file made, wherever psql or the server can be had to do something. */
static void
write_hostile_study(const char *touched)
{
    static const char mark[] = "TOUCHED";
    char *template = text_file_read("tests/data/hostile.json");
    char *study = NULL;
    size_t size;
    FILE *out = open_memstream(&study, &size);
    const char *at = template;

    for (const char *found; (found = strstr(at, mark)) != NULL; at = found + strlen(mark))
        fprintf(out, "%.*s%s", (int)(found - at), at, touched);
    fputs(at, out);
    fclose(out);
    instance_write_study(&instance, study);
    free(study);
    free(template);
}

/* Whoever looks at it is not steered, and it has the same lines for whoever ends lines elsewhere. */
static void
expect_plain(const char *script)
{
    static const char *const harmful[] = {"\xc2\x85", "\xc2\x9b", "\u2028", "\u2029"};

    for (const char *at = script; *at != '\0'; at++)
        ck_assert_msg(*at == '\n' || ((unsigned char)*at >= ' ' && *at != 0x7F), "byte %d in %s", *at,
                      script);
    for (size_t i = 0; i < sizeof harmful / sizeof harmful[0]; i++)
        ck_assert_msg(strstr(script, harmful[i]) == NULL, "%s in %s", harmful[i], script);
}

static void
run_psql(const char *script, const char *encoding)
{
    char database[64], program[320], conninfo[CLUSTER_CONNINFO_MAX], file[256];
    const char *const argv[] = {program, "-X", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", file, NULL};
    const char *const environment[] = {encoding, NULL};
    struct process_result result;

    snprintf(program, sizeof program, "%s/psql", cluster.bin);
    snprintf(database, sizeof database, "%s_analysis", instance.name);
    cluster_conninfo(&cluster, database, conninfo);
    snprintf(file, sizeof file, "%s/explained.sql", instance.folder);
    text_file_write(file, script);
    process_run(argv, environment, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == 0, "%s: psql ended with %d: %s\n%s", encoding, result.exit_status,
                  result.err, script);
    process_result_clear(&result);
}

/* In GBK and SJIS a character may take the quote or the end of the line behind it along. */
static const char *const encodings[] = {"PGCLIENTENCODING=UTF8", "PGCLIENTENCODING=GBK",
                                        "PGCLIENTENCODING=SJIS"};

START_TEST(psql_does_nothing_that_a_hostile_study_says)
{
    static const char *const ids[] = {"H1", "f.a.codelist"};
    char name[16], touched[160];

    snprintf(name, sizeof name, "psql_%d", _i);
    create(name);
    snprintf(touched, sizeof touched, "%s/touched", cluster.folder);
    write_hostile_study(touched);
    instance_do(&instance, 0, "migrate", NULL);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char *script = instance_crfd(&instance, 0, "explain", ids[i], NULL);

        run_psql(script, encodings[_i]);
        ck_assert_msg(access(touched, F_OK) != 0, "%s, %s: the study was obeyed\n%s", encodings[_i], ids[i],
                      script);
        expect_plain(script);
        free(script);
    }
    fixture_disconnect();
}
END_TEST

/* What is said of a study that is refused, too. */
START_TEST(a_message_about_a_hostile_study_steers_no_terminal)
{
    char *said;

    create("told");
    instance_write_study(&instance, STUDY("{\"name\": \"E\", \"forms\": [\"f\\u001b[2J\\u009b\"]}",
                                          "\"f\": {" ITEM ", \"\\u001b]0;x\\u0007\": 1}"));
    said = instance_crfd(&instance, 78, "explain", "x", NULL);
    expect_plain(said);
    expect_in(said, "f?[2J?");
    free(said);
    fixture_disconnect();
}
END_TEST

static Suite *
injection_suite(void)
{
    Suite *suite = suite_create("injection");
    TCase *cases = tcase_create("injection");

    tcase_set_timeout(cases, 240);
    tcase_set_tags(cases, "short");
    tcase_add_unchecked_fixture(cases, fixture_start_cluster, fixture_destroy_cluster);
    tcase_add_test(cases, hostile_texts_are_stored_as_they_are_wherever_they_stand);
    tcase_add_test(cases, hostile_texts_on_the_command_line_are_texts);
    tcase_add_test(cases, a_function_of_the_source_writes_nothing);
    tcase_add_test(cases, what_is_too_large_is_quarantined_with_the_reason);
    tcase_add_loop_test(cases, names_of_the_study_that_are_no_names_are_refused, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(cases, keys_and_labels_of_the_study_are_texts);
    tcase_add_loop_test(cases, psql_does_nothing_that_a_hostile_study_says, 0,
                        (int)(sizeof encodings / sizeof encodings[0]));
    tcase_add_test(cases, a_message_about_a_hostile_study_steers_no_terminal);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(injection_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
