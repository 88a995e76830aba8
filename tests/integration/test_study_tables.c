#include "crfd/definition/study_tables.h"

#include "crfd/definition/ddl.h"
#include "crfd/pg/migrate.h"

#include "conn_fixture.h"
#include "expect.h"

static struct arena arena;
static struct context run;
static struct conn *conn;
static PGconn *other; /* the test's own eyes */
static struct problems problems;
static struct strbuf sql, report;

/* ---- A study by hand ---- */

static struct item vs_items[] = {
    {.name = "sysbp", .key = "sysbp", .label = "Systolic", .type = VALUE_DECIMAL},
    {.name = "vsdtc", .key = "vsdtc", .label = "", .type = VALUE_DATE},
    {.name = "at", .key = "at", .label = "", .type = VALUE_DATETIME},
    {.name = "time", .key = "time", .label = "", .type = VALUE_TIME},
    {.name = "n", .key = "n", .label = "", .type = VALUE_INTEGER},
    {.name = "select", .key = "select", .label = "It's \\ a key word", .type = VALUE_BOOLEAN},
    {.name = "onset", .key = "onset", .label = "", .type = VALUE_PARTIAL_DATE},
};

static struct item dm_items[] = {{.name = "sex", .key = "sex", .label = "", .type = VALUE_TEXT}};

static struct form forms[] = {
    {.name = "vs", .label = "Vital signs", .index = 0, .items = vs_items, .item_count = LENGTH(vs_items)},
    {.name = "dm", .label = "", .index = 1, .items = dm_items, .item_count = LENGTH(dm_items)},
};

static const struct study study = {
    .name = "trial", .version = "1", .forms = forms, .form_count = LENGTH(forms)};

/* ---- Every test begins with the migrated schemas and without form tables ---- */

static void
begin_database(void)
{
    struct err err = {0};
    bool lost;

    other = cluster_connect(&cluster, "conn");
    cluster_exec(other, "DROP SCHEMA IF EXISTS crfd CASCADE; DROP SCHEMA IF EXISTS analysis CASCADE");
    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    strbuf_init(&sql);
    strbuf_init(&report);
    arena_init(&arena, 4096, 0);
    problems_init(&problems, &arena, "study.json");
    must_execute(conn, "BEGIN");
    TEST_REQUIRE(migrate_apply(conn, &report, &err) && conn_commit(conn, &lost, &err), "%s", err.message);
    strbuf_reset(&report);
}

static void
end_database(void)
{
    arena_destroy(&arena);
    strbuf_destroy(&report);
    strbuf_destroy(&sql);
    conn_close(conn);
    context_destroy(&run);
    PQfinish(other);
}

static void
must_plan(const struct study *of)
{
    struct err err = {0};
    struct strbuf told;

    strbuf_reset(&sql);
    strbuf_reset(&report);
    strbuf_init(&told);
    if (!study_tables_plan(conn, of, &sql, &report, &problems, &err)) {
        problems_print(&problems, &told);
        ck_abort_msg("%s\n%s", err.message, told.text);
    }
    strbuf_destroy(&told);
}

/* Brings the tables up to the study. */
static void
must_create(const struct study *of)
{
    must_plan(of);
    must_execute(conn, sql.text);
}

START_TEST(a_new_study_gets_its_tables)
{
    must_plan(&study);
    ck_assert_str_eq(report.text, "create analysis.vs, 7 items\ncreate analysis.dm, 1 item\n");
    must_execute(conn, sql.text);
    expect_text(other,
                "sysbp numeric, vsdtc date, at timestamp without time zone, time time without time zone, "
                "n bigint, select boolean, onset text",
                "the columns",
                "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)"
                "  FROM pg_attribute WHERE attrelid = 'analysis.vs'::regclass AND attnum BETWEEN 10 AND 16");
    expect_text(other, "Vital signs", "the table's comment",
                "SELECT obj_description('analysis.vs'::regclass)");
    expect_text(other, "It's \\ a key word", "the column's comment",
                "SELECT col_description('analysis.vs'::regclass, 15)");
    must_plan(&study);
    ck_assert_str_eq(sql.text, "");
    ck_assert_str_eq(report.text, "");
}
END_TEST

START_TEST(a_new_item_gets_its_column)
{
    struct form older = {.name = "vs", .label = "Vital signs", .items = vs_items, .item_count = 3};
    struct study before = {.forms = &older, .form_count = 1};

    must_create(&before);
    must_plan(&study);
    ck_assert_str_eq(report.text, "add analysis.vs.time, time\nadd analysis.vs.n, bigint\n"
                                  "add analysis.vs.select, boolean\nadd analysis.vs.onset, text\n"
                                  "create analysis.dm, 1 item\n");
    must_execute(conn, sql.text);
    must_plan(&study);
    ck_assert_str_eq(sql.text, "");
}
END_TEST

START_TEST(what_the_study_no_longer_has_is_kept_and_told)
{
    struct form newer = {.name = "vs", .label = "Vital signs", .items = vs_items + 1, .item_count = 6};
    struct study after = {.forms = &newer, .form_count = 1};

    must_create(&study);
    must_plan(&after);
    ck_assert_str_eq(sql.text, "");
    ck_assert_str_eq(report.text, "keep analysis.vs.sysbp, which the study no longer has\n"
                                  "keep analysis.dm, a form that the study no longer has\n");
}
END_TEST

START_TEST(a_changed_label_becomes_a_comment)
{
    struct item items[LENGTH(vs_items)];
    struct form newer = {.name = "vs", .label = "Vitals", .items = items, .item_count = LENGTH(vs_items)};
    struct study after = {.forms = &newer, .form_count = 1};
    struct err err = {0};

    must_create(&study);
    memcpy(items, vs_items, sizeof items);
    items[1].label = "Date";
    must_plan(&after);
    ck_assert_str_eq(sql.text, "");
    strbuf_reset(&report);
    ck_assert(study_tables_comment(conn, &after, &sql, &report, &err));
    ck_assert_str_eq(report.text, "label analysis.vs\nlabel analysis.vs.vsdtc\n");
    must_execute(conn, sql.text);
    strbuf_reset(&sql);
    ck_assert(study_tables_comment(conn, &after, &sql, &report, &err));
    ck_assert_str_eq(sql.text, "");
    expect_text(other, "Vitals", "the table's comment", "SELECT obj_description('analysis.vs'::regclass)");
}
END_TEST

static const struct {
    const char *says;
    const char *change; /* of the tables that the study created */
    const char *path;
    const char *message;
} refused[] = {
    {"another type", "ALTER TABLE analysis.vs ALTER sysbp TYPE text", "forms.vs.items.sysbp",
     "the column is text COLLATE \"default\", type decimal needs numeric"},
    {"a number that would be rounded", "ALTER TABLE analysis.vs ALTER sysbp TYPE numeric(5,1)",
     "forms.vs.items.sysbp", "the column is numeric(5,1), type decimal needs numeric"},
    {"another order of texts", "ALTER TABLE analysis.dm ALTER sex TYPE text COLLATE \"default\"",
     "forms.dm.items.sex", "the column is text COLLATE \"default\", type text needs text COLLATE \"C\""},
    {"a view of the form's name", "DROP TABLE analysis.dm; CREATE VIEW analysis.dm AS SELECT 1 AS sex",
     "forms.dm", "analysis.dm exists and is a view"},
    {"an index of the form's name", "DROP TABLE analysis.dm; CREATE INDEX dm ON analysis.vs (n)", "forms.dm",
     "analysis.dm exists and is an index"},
    {"a table of another purpose", "DROP TABLE analysis.dm; CREATE TABLE analysis.dm (sex text)", "forms.dm",
     "analysis.dm exists and is not a table of this form: it has no column center_id text COLLATE \"C\""},
    {"a table without columns", "DROP TABLE analysis.dm; CREATE TABLE analysis.dm ()", "forms.dm",
     "it has no column center_id"},
    {"a key column of another type", "ALTER TABLE analysis.dm ALTER run_id TYPE int", "forms.dm",
     "it should have a column run_id bigint"},
    {"a primary key that is gone", "ALTER TABLE analysis.dm DROP CONSTRAINT dm_pkey", "forms.dm",
     "analysis.dm has lost its primary key"},
    {"a primary key of other columns",
     "ALTER TABLE analysis.dm DROP CONSTRAINT dm_pkey, ADD PRIMARY KEY (center_id, subject_id)", "forms.dm",
     "analysis.dm has lost its primary key"},
    {"a column that must be given", "ALTER TABLE analysis.dm ADD extra int NOT NULL", "forms.dm",
     "a column \"extra\" that is NOT NULL and has no default"},
};

START_TEST(what_would_lose_or_fail_is_refused_with_a_remedy)
{
    struct err err = {0};

    must_create(&study);
    cluster_exec(other, refused[_i].change);
    strbuf_reset(&sql);
    ck_assert_msg(!study_tables_plan(conn, &study, &sql, &report, &problems, &err), "%s is taken",
                  refused[_i].says);
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_msg(problems.count == 1, "%s: %zu problems", refused[_i].says, problems.count);
    ck_assert_str_eq(problems.list[0].path, refused[_i].path);
    ck_assert_msg(strstr(problems.list[0].message, refused[_i].message) != NULL, "%s: %s", refused[_i].says,
                  problems.list[0].message);
}
END_TEST

START_TEST(an_extra_column_with_a_default_is_no_harm)
{
    must_create(&study);
    cluster_exec(other, "ALTER TABLE analysis.dm ADD note text, ADD seen timestamptz NOT NULL DEFAULT now(),"
                        " ADD number int GENERATED ALWAYS AS IDENTITY");
    must_plan(&study);
    ck_assert_str_eq(sql.text, "");
}
END_TEST

START_TEST(dropped_columns_count_towards_the_limit)
{
    struct err err = {0};
    struct form small = {.name = "vs", .label = "", .items = vs_items, .item_count = 1};
    struct study before = {.forms = &small, .form_count = 1};

    must_create(&before);
    cluster_exec(other,
                 "DO $$ BEGIN"
                 "  FOR i IN 1..1587 LOOP EXECUTE format('ALTER TABLE analysis.vs ADD c%s int', i); END LOOP;"
                 "  FOR i IN 1..1587 LOOP EXECUTE format('ALTER TABLE analysis.vs DROP c%s', i); END LOOP;"
                 " END $$");
    ck_assert(!study_tables_plan(conn, &study, &sql, &report, &problems, &err));
    ck_assert_uint_eq(problems.count, 1);
    expect_in(problems.list[0].message, "analysis.vs would have 1606 columns");
}
END_TEST

START_TEST(before_the_first_migration_all_is_missing)
{
    cluster_exec(other, "DROP SCHEMA analysis CASCADE");
    must_plan(&study);
    ck_assert_str_eq(report.text, "create analysis.vs, 7 items\ncreate analysis.dm, 1 item\n");
}
END_TEST

/* ---- The statements of ddl.h, at work ---- */

static const char *
statement(void (*append)(struct strbuf *out, const struct form *form), const struct form *form)
{
    strbuf_reset(&sql);
    append(&sql, form);
    return sql.text;
}

static int64_t
merge(void (*append)(struct strbuf *out, const struct form *form), const char *center)
{
    struct err err = {0};
    int64_t count = -1;

    ck_assert_msg(
        conn_query_int(conn, "merging", statement(append, &forms[0]), &CONN_TEXT(center), 1, &count, &err),
        "%s", err.message);
    return count;
}

/* Three subjects of four pages in each of two centers, by run 1. */
static void
fill_table(void)
{
    must_create(&study);
    must_execute(
        conn,
        "INSERT INTO analysis.vs (center_id, subject_id, event, event_repeat, form_repeat, event_order,"
        "                         sysbp, submitted_at, run_id)"
        " SELECT c, 'S' || s, 'V' || v, 1, 1, v, 36.2, '2020-01-01', 1"
        " FROM (VALUES ('C1'), ('C2')) AS c (c), generate_series(1, 3) AS s, generate_series(1, 4) AS v");
}

/* The first two subjects of the first center, as run 2 evaluated them. */
static void
fill_stage(void)
{
    must_execute(conn, "CREATE TEMPORARY TABLE IF NOT EXISTS stage_subject (subject_id text COLLATE \"C\")"
                       " ON COMMIT DELETE ROWS");
    must_execute(conn, statement(ddl_create_stage, &forms[0]));
    must_execute(conn, "BEGIN");
    must_execute(conn, "INSERT INTO pg_temp.stage_subject VALUES ('S1'), ('S2')");
    must_execute(conn, "INSERT INTO pg_temp.stage_0 (center_id, subject_id, event, event_repeat, form_repeat,"
                       "                             event_order, sysbp, submitted_at, run_id)"
                       " SELECT 'C1', 'S' || s, 'V' || v, 1, 1, v, 36.2, '2020-01-01', 2"
                       " FROM generate_series(1, 2) AS s, generate_series(1, 4) AS v");
}

static const struct {
    const char *says;
    const char *change; /* of the stage */
    int deleted, written;
} merges[] = {
    {"the same pages", "SELECT", 0, 0},
    {"another value", "UPDATE pg_temp.stage_0 SET sysbp = 37 WHERE subject_id = 'S1' AND event = 'V1'", 0, 1},
    {"the same number with another scale", "UPDATE pg_temp.stage_0 SET sysbp = 36.20 WHERE event = 'V1'", 0,
     2},
    {"a value that is gone", "UPDATE pg_temp.stage_0 SET sysbp = NULL WHERE event = 'V1'", 0, 2},
    {"another moment of submission", "UPDATE pg_temp.stage_0 SET submitted_at = '2020-01-02'", 0, 8},
    {"a token where there was none",
     "UPDATE pg_temp.stage_0 SET missing = '{\"time\": \"ND\"}' WHERE event = 'V4'", 0, 2},
    {"another order of events", "UPDATE pg_temp.stage_0 SET event_order = 9 WHERE event = 'V4'", 0, 2},
    {"another run alone", "UPDATE pg_temp.stage_0 SET run_id = 3", 0, 0},
    {"a page that is gone", "DELETE FROM pg_temp.stage_0 WHERE event = 'V2'", 2, 0},
    {"a page that is new",
     "INSERT INTO pg_temp.stage_0 SELECT center_id, subject_id, 'V5', event_repeat, form_repeat,"
     " event_order, event_number, event_day, unscheduled, sysbp, vsdtc, at, time, n, \"select\", onset, "
     "submitted_at, missing, run_id"
     " FROM pg_temp.stage_0 WHERE event = 'V1'",
     0, 2},
    {"a page at another event",
     "UPDATE pg_temp.stage_0 SET event = 'V9' WHERE subject_id = 'S2' AND event = 'V3'", 1, 1},
    {"subjects without a page", "DELETE FROM pg_temp.stage_0", 8, 0},
};

START_TEST(a_merge_writes_what_differs_and_nothing_else)
{
    struct err err = {0};
    bool lost;

    fill_table();
    fill_stage();
    must_execute(conn, merges[_i].change);
    ck_assert_msg(merge(ddl_merge_delete, "C1") == merges[_i].deleted, "%s: deleted", merges[_i].says);
    ck_assert_msg(merge(ddl_merge_upsert, "C1") == merges[_i].written, "%s: written", merges[_i].says);
    ck_assert_msg(merge(ddl_merge_delete, "C1") == 0 && merge(ddl_merge_upsert, "C1") == 0,
                  "%s: the second time", merges[_i].says);
    ck_assert(conn_commit(conn, &lost, &err));
    expect_int(other, merges[_i].written, "rows of run 2 or later",
               "SELECT count(*) FROM analysis.vs WHERE run_id > 1");
    expect_int(
        other, 4, "pages of the subject that was not evaluated",
        "SELECT count(*) FROM analysis.vs WHERE center_id = 'C1' AND subject_id = 'S3' AND run_id = 1");
    expect_int(other, 12, "pages of the other center",
               "SELECT count(*) FROM analysis.vs WHERE center_id = 'C2' AND run_id = 1");
    expect_int(other, 0, "rows that are locked or replaced without need",
               "SELECT count(*) FROM analysis.vs WHERE xmax::text <> '0'");
    ck_assert_int_eq(must_ask(conn, "SELECT count(*) FROM pg_temp.stage_0"), 0);
}
END_TEST

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("study_tables");

    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, begin_database, end_database);
    tcase_add_test(cases, a_new_study_gets_its_tables);
    tcase_add_test(cases, a_new_item_gets_its_column);
    tcase_add_test(cases, what_the_study_no_longer_has_is_kept_and_told);
    tcase_add_test(cases, a_changed_label_becomes_a_comment);
    tcase_add_loop_test(cases, what_would_lose_or_fail_is_refused_with_a_remedy, 0, LENGTH(refused));
    tcase_add_test(cases, an_extra_column_with_a_default_is_no_harm);
    tcase_add_test(cases, dropped_columns_count_towards_the_limit);
    tcase_add_test(cases, before_the_first_migration_all_is_missing);
    tcase_add_loop_test(cases, a_merge_writes_what_differs_and_nothing_else, 0, LENGTH(merges));
    return cases;
}

int
main(void)
{
    start_cluster();
    return run_and_destroy("study_tables", make_cases());
}
