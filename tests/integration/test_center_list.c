/*
 * Which centers a night visits: PostgreSQL says it in one join of source and ledger. And that a source whose index
 * leads from center to center is not read page by page for it.
 */
#include "batch/center_list.h"

#include "crfd/base/strbuf.h"

#include "conn_fixture.h"
#include "expect.h"

static struct arena arena;
static struct context run;
static PGconn *eyes; /* the test's own */

#define PAGES 13350

/* 30 centers of 300 to 590 pages. "plain" has no index, "nobody" a center that is NULL. */
static const char sources_sql[] =
    "CREATE SCHEMA analysis;"
    "CREATE TABLE analysis.subject (center_id text COLLATE \"C\", subject_id text, pages int);"
    "CREATE TABLE pages (center_id text COLLATE \"C\", subject_id text COLLATE \"C\", event text, "
    "event_repeat int,"
    " form text, form_repeat int, data json, submitted_at timestamptz);"
    "INSERT INTO pages SELECT 'Zentrum ' || c, 's', 'v', p, 'vs', 1, '{\"a\": \"some text of a page\"}', "
    "now()"
    " FROM generate_series(1, 30) c, generate_series(1, 290 + 10 * c) p;"
    "CREATE TABLE indexed (LIKE pages); CREATE INDEX ON indexed (center_id, subject_id);"
    "CREATE TABLE nobody (LIKE pages); CREATE INDEX ON nobody (center_id);"
    "INSERT INTO indexed TABLE pages;"
    "INSERT INTO nobody SELECT nullif(center_id, 'Zentrum 7'), subject_id, event, event_repeat, form, "
    "form_repeat,"
    " data, submitted_at FROM pages ORDER BY 1 NULLS FIRST;"
    "CREATE VIEW plain AS SELECT center_id, subject_id, event, event_repeat, form, form_repeat,"
    " data::jsonb AS data, submitted_at FROM pages;"
    "ANALYZE pages; ANALYZE indexed; ANALYZE nobody";

static void
prepare(void)
{
    start_cluster();
    eyes = cluster_connect(&cluster, "conn");
    cluster_exec(eyes, sources_sql);
    PQfinish(eyes);
}

static void
begin(void)
{
    eyes = cluster_connect(&cluster, "conn");
    cluster_exec(eyes, "TRUNCATE analysis.subject");
    arena_init(&arena, 4096, 0);
    begin_context(&run, "run", 0);
}

static void
end(void)
{
    context_destroy(&run);
    arena_destroy(&arena);
    PQfinish(eyes);
}

/* "Zentrum 1 300, Zentrum 10 390, ..." */
static char *
list_centers(const char *table)
{
    char relation[64];
    struct conn *conn = open_as_superuser(&run, PATIENT_MS);
    struct center_list list;
    struct strbuf text;
    struct err err = {0};

    snprintf(relation, sizeof relation, "public.%s", table);
    ck_assert_msg(center_list_read(&arena, conn, relation, conn, &list, &err), "%s", err.message);
    conn_close(conn);
    strbuf_init(&text);
    for (size_t i = 0; i < list.count; i++)
        strbuf_printf(&text, "%s%s %lld", i > 0 ? ", " : "", list.centers[i].center_id,
                      (long long)list.centers[i].expected_pages);
    return text.text;
}

/* How many pages of the table (0: a view) were read one by one. Told when the session that did it has ended. */
static int64_t
pages_read(const char *table)
{
    char sql[256];

    while (cluster_int(eyes, "SELECT count(*) FROM pg_stat_activity"
                             " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()") > 0)
        continue;
    cluster_exec(eyes, "SELECT pg_stat_force_next_flush()");
    snprintf(sql, sizeof sql,
             "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname = '%s'", table);
    return cluster_int(eyes, sql);
}

static const struct {
    const char *says;
    const char *relation;
    const char *ledger; /* which centers it knows, each with a page more than the source has */
    bool walks;
} cases[] = {
    {"an empty ledger, an index", "indexed", "false", false},
    {"an empty ledger, no index", "plain", "false", false},
    {"a ledger that knows all, an index", "indexed", "true", true},
    {"a ledger that knows all, no index", "plain", "true", false},
    {"a ledger that knows all, a center that is NULL", "nobody", "true", true},
    {"the first center is new", "indexed", "center_id > 'Zentrum 1'", false},
    {"a center in the middle is new", "indexed", "center_id <> 'Zentrum 22'", false},
    {"the last center is new", "indexed", "center_id < 'Zentrum 9'", false},
    {"the center that is NULL is new", "nobody", "center_id IS NOT NULL", false},
    {"a center in the middle is new, no index", "plain", "center_id <> 'Zentrum 22'", false},
};

START_TEST(every_center_of_the_source_and_of_the_ledger_is_listed)
{
    const char *relation = cases[_i].relation;
    char expected_sql[1024];
    char *listed, *expected;
    int64_t before;

    cluster_execf(
        eyes,
        "INSERT INTO analysis.subject SELECT coalesce(center_id, '(null)'), 's', count(*) + 1 FROM %s"
        " WHERE %s GROUP BY 1; INSERT INTO analysis.subject VALUES ('Zentrum 0, gone', 's', 5),"
        " ('Zentrum 0, gone', 't', 2)",
        relation, cases[_i].ledger);
    before = pages_read(relation);
    listed = list_centers(relation);
    snprintf(
        expected_sql, sizeof expected_sql,
        "SELECT string_agg(center_id || ' ' || greatest(s.pages, l.pages), ', ' ORDER BY center_id COLLATE "
        "\"C\")"
        " FROM (SELECT coalesce(center_id, '(null)') AS center_id, count(*) AS pages FROM %s GROUP BY 1) s"
        " FULL JOIN (SELECT center_id, sum(pages) AS pages FROM analysis.subject GROUP BY 1) l USING "
        "(center_id)",
        relation);
    if (strcmp(relation, "plain") != 0)
        ck_assert_msg((pages_read(relation) - before < PAGES) == cases[_i].walks,
                      "%s: %lld pages of the source were read", cases[_i].says,
                      (long long)(pages_read(relation) - before));
    expected = cluster_text(eyes, expected_sql);
    ck_assert_msg(strcmp(listed, expected) == 0, "%s:\n%s\ninstead of\n%s", cases[_i].says, listed, expected);
    free(expected);
    free(listed);
}
END_TEST

START_TEST(a_source_without_a_column_is_told)
{
    struct conn *conn = open_as_superuser(&run, PATIENT_MS);
    struct center_list list;
    struct err err = {0};

    for (int known = 0; known < 2; known++) {
        ck_assert(!center_list_read(&arena, conn, "analysis.subject", conn, &list, &err));
        ck_assert_str_eq(err.sqlstate, "42703");
        cluster_exec(eyes, "INSERT INTO analysis.subject VALUES ('1', 's', 5)");
    }
    conn_close(conn);
}
END_TEST

static const struct {
    const char *says;
    const char *explained;
    bool ok;
} plans[] = {
    {"a plan", "[{\"Plan\": {\"Node Type\": \"Result\", \"Total Cost\": 12.5}}]", true},
    {"a cost that is no number", "[{\"Plan\": {\"Total Cost\": \"12.5\"}}]", false},
    {"a cost that is null", "[{\"Plan\": {\"Total Cost\": null}}]", false},
    {"a plan without a cost", "[{\"Plan\": {\"Node Type\": \"Result\"}}]", false},
    {"no plan", "[]", false},
    {"another text", "Result  (cost=0.00..12.50 rows=1 width=4)", false},
    {"nothing", "", false},
};

START_TEST(a_plan_has_a_cost_or_is_refused)
{
    struct err err = {0};
    double cost = -1;

    ck_assert_msg(center_list_read_cost(plans[_i].explained, &cost, &err) == plans[_i].ok, "%s",
                  plans[_i].says);
    ck_assert_msg((err.kind == ERR_NONE) == plans[_i].ok, "%s: \"%s\"", plans[_i].says, err.message);
    ck_assert_msg(cost > (plans[_i].ok ? 12.4 : -1.1) && cost < (plans[_i].ok ? 12.6 : -0.9), "%s: %f",
                  plans[_i].says, cost);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("center_list");

    prepare();
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, every_center_of_the_source_and_of_the_ledger_is_listed, 0, LENGTH(cases));
    tcase_add_test(tcase, a_source_without_a_column_is_told);
    tcase_add_loop_test(tcase, a_plan_has_a_cost_or_is_refused, 0, LENGTH(plans));
    return run_and_destroy("center_list", tcase);
}
