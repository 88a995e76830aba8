/*
 * Keys of a source that are equal or ordered otherwise than their bytes: collations for which "a" is "A", citext, padded
 * columns, databases whose encoding has another order than UTF-8. Each page of the source is in the tables exactly once,
 * or the source is refused by the name of its column.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

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

/* The source is a database of this encoding, which the test has made. */
static PGconn *
create(const char *name, const char *encoding)
{
    PGconn *server = cluster_connect(&cluster, "postgres");
    char database[64];
    PGconn *source;

    instance_create_night(&instance, &cluster, name);
    snprintf(database, sizeof database, "%s_pages", name);
    cluster_execf(server, "CREATE DATABASE %s ENCODING '%s' LOCALE 'C' TEMPLATE template0", database,
                  encoding);
    PQfinish(server);
    cluster_conninfo(&cluster, database, instance.source_conninfo);
    instance.relation = "edc.page";
    instance_write_config(&instance);
    source = cluster_connect(&cluster, database);
    cluster_exec(source, "SET client_encoding = 'UTF8'; CREATE SCHEMA edc");
    return source;
}

static void
expect_same(PGconn *source, PGconn *analysis, const char *when)
{
    char *there = cluster_text(
        source,
        "SELECT string_agg(format('%s/%s %s', center, subject, pages), ', ' ORDER BY"
        " convert_to(center, 'UTF8'), convert_to(subject, 'UTF8'))"
        " FROM (SELECT center_id::text COLLATE \"C\" AS center, subject_id::text COLLATE \"C\" AS subject,"
        " count(*) AS pages FROM edc.page GROUP BY 1, 2) AS page");
    char *here = cluster_text(
        analysis, "SELECT string_agg(format('%s/%s %s', center_id, subject_id, pages), ', ' ORDER BY"
                  " center_id COLLATE \"C\", subject_id COLLATE \"C\")"
                  " FROM (SELECT center_id, subject_id, count(*) AS pages FROM analysis.vs GROUP BY 1, 2)"
                  " AS page");

    ck_assert_msg(strcmp(there, here) == 0, "%s: the source has\n%s\nand the tables\n%s", when, there, here);
    free(there);
    free(here);
}

/* What sql/queries/source_digest.sql computes at the source is what the ledger has, center by center. */
static void
expect_digests(PGconn *source, PGconn *analysis)
{
    char *sql = text_file_read("sql/queries/source_digest.sql");
    PGresult *ledger = PQexec(analysis, "SELECT center_id, subject_id, pages, encode(digest, 'hex')"
                                        " FROM analysis.subject ORDER BY center_id COLLATE \"C\","
                                        " subject_id COLLATE \"C\"");
    char *at = strstr(sql, "edc.crf_page AS");

    memcpy(at, "edc.page     AS", strlen("edc.page     AS"));
    ck_assert_int_gt(PQntuples(ledger), 0);
    for (int row = 0; row < PQntuples(ledger);) {
        const char *center = PQgetvalue(ledger, row, 0);
        PGresult *digests = PQexecParams(source, sql, 1, NULL, &center, NULL, NULL, 0);

        ck_assert_msg(PQntuples(digests) > 0, "center %s: %s", center, PQresultErrorMessage(digests));
        for (int i = 0; i < PQntuples(digests); i++, row++)
            for (int column = 0; column < 3; column++)
                ck_assert_str_eq(PQgetvalue(digests, i, column), PQgetvalue(ledger, row, column + 1));
        PQclear(digests);
    }
    PQclear(ledger);
    free(sql);
}

/* ---- Keys that are told apart ---- */

static const struct {
    const char *says;
    const char *encoding;
    const char *type;
    const char *ids[4]; /* two of centers, two of subjects */
} taken[] = {
    {"ids that a collation takes for one", "UTF8", "text COLLATE public.ci", {"A01", "a01", "s1", "S1"}},
    {"ids that varchar and a collation take for one",
     "UTF8",
     "varchar(20) COLLATE public.ci",
     {"a", "A", "é", "É"}},
    {"ids that citext takes for one", "UTF8", "public.citext", {"B", "b", "X1", "x1"}},
    {"padded ids", "UTF8", "char(10)", {"A", "A1", "s 1", "s"}},
    {"padded ids that a collation takes for one", "UTF8", "char(10) COLLATE public.ci", {"A", "a", "s", "S"}},
    {"names", "UTF8", "name", {"A", "a", "s", "S"}},
    {"EUC_CN", "EUC_CN", "text", {"王", "啊", "一", "啊"}},
    {"EUC_JP", "EUC_JP", "text", {"亜", "一", "亜", "一"}},
    {"KOI8R", "KOI8R", "text", {"ю", "а", "а", "ю"}},
    {"WIN1251", "WIN1251", "text", {"ё", "а", "ё", "а"}},
    {"LATIN2", "LATIN2", "text", {"Ł", "Á", "Ł", "Á"}},
    {"WIN1252", "WIN1252", "text", {"€", "é", "€", "é"}},
    {"LATIN1", "LATIN1", "text", {"é", "Z", "é", "Z"}},
    {"SQL_ASCII", "SQL_ASCII", "text", {"é", "Z", "é", "Z"}},
};

static void
fill(PGconn *source, int row)
{
    const char *type = taken[row].type;

    if (strcmp(taken[row].encoding, "UTF8") == 0)
        cluster_exec(source, "CREATE EXTENSION citext; CREATE COLLATION public.ci"
                             " (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    cluster_execf(source,
                  "CREATE TABLE edc.page (center_id %s, subject_id %s, event %s, event_repeat int8,"
                  " form %s, form_repeat int2, data jsonb, submitted_at timestamptz)",
                  type, type, type, type);
    for (int center = 0; center < 2; center++)
        for (int subject = 2; subject < 4; subject++)
            for (int repeat = 1; repeat <= 2; repeat++)
                cluster_execf(
                    source,
                    "INSERT INTO edc.page VALUES ('%s', '%s', 'WEEK 2', %d, 'VS', 1, '{\"SYSBP\": \"120\"}',"
                    " '2024-06-01 12:00 UTC')",
                    taken[row].ids[center], taken[row].ids[subject], repeat);
}

/* A selection finds the one that it names. */
static void
expect_selection(PGconn *analysis, const char *center, const char *subject)
{
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "one", "--center", center, "--subject",
                subject, "--since", "2024-06-01", NULL);
    expect_int(
        analysis, 2, "pages of the one that was selected",
        "SELECT sum(pages_read) FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
}

START_TEST(each_page_is_in_the_tables_once)
{
    char name[32];
    PGconn *source;
    PGconn *analysis;

    snprintf(name, sizeof name, "taken%d", _i);
    source = create(name, taken[_i].encoding);
    analysis = instance_connect_analysis(&instance);
    fill(source, _i);
    instance_do(&instance, 0, "run", NULL);
    expect_same(source, analysis, taken[_i].says);
    expect_int(analysis, 8, taken[_i].says, "SELECT count(*) FROM analysis.vs");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "again", NULL);
    expect_same(source, analysis, "again");
    for (int i = 0; i < 2; i++)
        expect_selection(analysis, taken[_i].ids[i], taken[_i].ids[3 - i]);
    expect_same(source, analysis, "after reruns of one");
    expect_digests(source, analysis);
    cluster_execf(source, "DELETE FROM edc.page WHERE subject_id::text COLLATE \"C\" = '%s'",
                  taken[_i].ids[2]);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "a subject is gone", NULL);
    expect_same(source, analysis, "after one was removed");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* ---- Columns that are refused ---- */

#define PAGE(center, subject, event, event_repeat, form, form_repeat, submitted_at)                          \
    "CREATE TABLE edc.page AS SELECT " center " AS center_id, " subject " AS subject_id, " event             \
    " AS event,"                                                                                             \
    " " event_repeat " AS event_repeat, " form " AS form, " form_repeat " AS form_repeat,"                   \
    " '{\"SYSBP\": \"120\"}'::json AS data, " submitted_at " AS submitted_at"

#define TIME "timestamptz '2024-06-01 12:00 UTC'"
#define UUID "uuid '00000000-0000-0000-0000-000000000001'"

static const struct {
    const char *says;
    const char *sql;
    const char *named;
    const char *cast;
} refused[] = {
    {"a center that is a number", PAGE("701", "'s'::text", "'WEEK 2'::text", "1", "'VS'::text", "1", TIME),
     "center_id is integer", "center_id::text AS center_id"},
    {"a subject that is a uuid", PAGE("'A'::text", UUID, "'WEEK 2'::text", "1", "'VS'::text", "1", TIME),
     "subject_id is uuid", "subject_id::text AS subject_id"},
    {"an event that is a number", PAGE("'A'::text", "'s'::text", "2.0", "1", "'VS'::text", "1", TIME),
     "event is numeric", "event::text AS event"},
    {"a form that is bytes", PAGE("'A'::text", "'s'::text", "'WEEK 2'::text", "1", "'VS'::bytea", "1", TIME),
     "form is bytea", "form::text AS form"},
    {"a repeat that is rounded",
     PAGE("'A'::text", "'s'::text", "'WEEK 2'::text", "1.4", "'VS'::text", "1", TIME),
     "event_repeat is numeric", "event_repeat::int AS event_repeat"},
    {"a repeat that is a text",
     PAGE("'A'::text", "'s'::text", "'WEEK 2'::text", "1", "'VS'::text", "'1'::text", TIME),
     "form_repeat is text", "form_repeat::int AS form_repeat"},
    {"a time without a zone",
     PAGE("'A'::text", "'s'::text", "'WEEK 2'::text", "1", "'VS'::text", "1", "timestamp '2024-06-01 12:00'"),
     "submitted_at is timestamp without time zone", "submitted_at AT TIME ZONE 'UTC' AS submitted_at"},
    {"a day", PAGE("'A'::text", "'s'::text", "'WEEK 2'::text", "1", "'VS'::text", "1", "date '2024-06-01'"),
     "submitted_at is date", "submitted_at::timestamp AT TIME ZONE 'UTC' AS submitted_at"},
};

static void
expect_refusal(int exit_status, const char *verb, const char *option, int row)
{
    char *said = instance_crfd(&instance, exit_status, verb, option, NULL);

    expect_in(said, refused[row].named);
    expect_in(said, refused[row].cast);
    free(said);
}

/* As its casts say. */
static void
mend(PGconn *source, int row)
{
    static const char *const columns[] = {"center_id", "subject_id",  "event", "event_repeat",
                                          "form",      "form_repeat", "data",  "submitted_at"};
    char list[512] = "";

    for (int i = 0; i < COUNT(columns); i++) {
        const char *as = strstr(refused[row].cast, " AS ") + strlen(" AS ");

        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i > 0 ? ", " : "",
                 strcmp(as, columns[i]) == 0 ? refused[row].cast : columns[i]);
    }
    cluster_execf(source, "CREATE VIEW edc.mended AS SELECT %s FROM edc.page", list);
    instance.relation = "edc.mended";
    instance_write_config(&instance);
}

START_TEST(a_column_of_another_type_is_refused_by_name)
{
    char name[32];
    PGconn *source;
    PGconn *analysis;

    snprintf(name, sizeof name, "refused%d", _i);
    source = create(name, "UTF8");
    analysis = instance_connect_analysis(&instance);
    cluster_exec(source, refused[_i].sql);
    expect_refusal(1, "check", NULL, _i);
    expect_refusal(78, "run", NULL, _i);
    expect_refusal(78, "run", "--dry-run", _i);
    expect_refusal(78, "check", "--against", _i);
    expect_int(analysis, 0, refused[_i].says, "SELECT count(*) FROM crfd.run");
    mend(source, _i);
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 1, refused[_i].says, "SELECT sum(pages) FROM analysis.subject");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* ---- An order that is not what was asked for ---- */

START_TEST(a_server_that_orders_otherwise_is_not_believed)
{
    PGconn *source = create("misled", "UTF8");
    PGconn *analysis = instance_connect_analysis(&instance);
    char *said;

    cluster_exec(source, "CREATE TABLE edc.page AS SELECT 'A'::text AS center_id, id AS subject_id,"
                         " 'WEEK 2'::text AS event, 1 AS event_repeat, 'VS'::text AS form, 1 AS form_repeat,"
                         " '{\"SYSBP\": \"120\"}'::jsonb AS data, " TIME " AS submitted_at"
                         " FROM unnest(ARRAY['a', 'B']) AS id");
    /* An index of another collation that says it is bytewise. */
    cluster_exec(source,
                 "CREATE INDEX misleading ON edc.page (center_id COLLATE \"C\", subject_id COLLATE"
                 " \"und-x-icu\", event COLLATE \"C\", event_repeat, form COLLATE \"C\", form_repeat)");
    cluster_exec(source, "UPDATE pg_index SET indcollation = '950 950 950 0 950 0'"
                         " WHERE indexrelid = 'edc.misleading'::regclass");
    cluster_exec(source, "ALTER DATABASE misled_pages SET enable_seqscan = off");
    cluster_exec(source, "ALTER DATABASE misled_pages SET enable_bitmapscan = off");
    cluster_exec(source, "ALTER DATABASE misled_pages SET enable_sort = off");
    said = instance_crfd(&instance, 3, "run", NULL);
    expect_in(said, "out of the order that was asked for; an index may be damaged");
    free(said);
    expect_int(analysis, 0, "rows of the center", "SELECT count(*) FROM analysis.vs");
    cluster_exec(source, "REINDEX TABLE edc.page");
    instance_do(&instance, 0, "run", NULL);
    expect_same(source, analysis, "mended");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("source_keys");
    Suite *suite = suite_create("source_keys");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, each_page_is_in_the_tables_once, 0, COUNT(taken));
    tcase_add_loop_test(cases, a_column_of_another_type_is_refused_by_name, 0, COUNT(refused));
    tcase_add_test(cases, a_server_that_orders_otherwise_is_not_believed);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
