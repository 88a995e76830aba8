/*
 * Every expectation of the check language is asked from PostgreSQL as well: the check's twin, and where it
 * says the same in plain SQL, the check's own text. The tables hold a second subject, which a twin must not
 * see; the plain text runs over views (schema plain) that leave it out.
 */
#include "crfd/base/strbuf.h"
#include "crfd/check/compile.h"

#include "check_cases.h"
#include "cluster.h"
#include "fail.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cluster cluster;
static struct arena arena;
static const struct study *study;
static const struct subject *subject;
static PGconn *connection;

/* --- the pages as tables --- */

static void
create_table(const struct form *form)
{
    struct strbuf sql;

    strbuf_init(&sql);
    strbuf_printf(&sql,
                  "CREATE TABLE analysis.%s (center_id text COLLATE \"C\", subject_id text COLLATE \"C\", "
                  "event text COLLATE \"C\", event_repeat int, form_repeat int, event_order int, "
                  "event_number bigint, event_day int, unscheduled boolean, "
                  "submitted_at timestamptz",
                  form->name);
    for (size_t i = 0; i < form->item_count; i++) {
        const char *type = value_type_column(form->items[i].type);

        strbuf_printf(&sql, ", \"%s\" %s%s", form->items[i].name, type,
                      strcmp(type, "text") == 0 ? " COLLATE \"C\"" : "");
    }
    strbuf_printf(&sql,
                  "); CREATE VIEW plain.%s AS SELECT * FROM analysis.%s WHERE subject_id = '%s' "
                  "ORDER BY event_order, event, event_repeat, form_repeat",
                  form->name, form->name, subject->subject_id);
    cluster_exec(connection, sql.text);
    strbuf_destroy(&sql);
}

static void
append_literal(struct strbuf *sql, const char *text, size_t length)
{
    char *quoted = PQescapeLiteral(connection, text, length);

    TEST_REQUIRE(quoted != NULL, "quoting: %s", PQerrorMessage(connection));
    strbuf_append(sql, quoted);
    PQfreemem(quoted);
}

/* The columns that tell of the event's place in the plan. */
static void
append_event(struct strbuf *sql, const struct page *page)
{
    for (int column = COLUMN_EVENT_NUMBER; column <= COLUMN_UNSCHEDULED; column++) {
        struct value value;

        subject_column(subject, page, (enum form_column)column, &value);
        strbuf_append(sql, ", ");
        if (value.is_null)
            strbuf_append(sql, "NULL");
        else
            value_append_text(&value, sql);
    }
}

static void
insert_page(const struct page *page)
{
    struct strbuf sql;
    struct strbuf text;

    strbuf_init(&sql);
    strbuf_init(&text);
    strbuf_printf(&sql, "INSERT INTO analysis.%s VALUES ('%s', '%s', '%s', %d, %d, %d", page->form->name,
                  subject->center_id, subject->subject_id, page->event, page->event_repeat, page->form_repeat,
                  page->event_order);
    append_event(&sql, page);
    strbuf_append(&sql, ", '2014-03-06 04:00:00+00'");
    for (size_t i = 0; i < page->form->item_count; i++) {
        strbuf_append(&sql, ", ");
        strbuf_reset(&text);
        value_append_text(&page->values[i], &text);
        if (page->values[i].is_null)
            strbuf_append(&sql, "NULL");
        else
            append_literal(&sql, text.text, text.length);
    }
    strbuf_append(&sql, ")");
    cluster_exec(connection, sql.text);
    strbuf_destroy(&text);
    strbuf_destroy(&sql);
}

/* All pages again, of a subject next door, each a repeat further. */
static void
insert_neighbor(const struct form *form)
{
    struct strbuf sql;

    strbuf_init(&sql);
    strbuf_printf(&sql,
                  "INSERT INTO analysis.%s SELECT center_id, '1016', event, event_repeat, form_repeat + n, "
                  "event_order, event_number, event_day, unscheduled, submitted_at",
                  form->name);
    for (size_t i = 0; i < form->item_count; i++)
        strbuf_printf(&sql, ", \"%s\"", form->items[i].name);
    strbuf_printf(&sql, " FROM analysis.%s, generate_series(0, 1) n", form->name);
    cluster_exec(connection, sql.text);
    strbuf_destroy(&sql);
}

static void
setup(void)
{
    cluster_start(&cluster);
    connection = cluster_connect(&cluster, "postgres");
    cluster_exec(
        connection,
        "CREATE SCHEMA crfd; CREATE SCHEMA analysis; CREATE SCHEMA plain; SET TimeZone TO '" CHECK_STUDY_ZONE
        "'");
    cluster_exec_file(connection, "sql/migrations/0003_partial_date.sql");
    arena_init(&arena, 65536, 0);
    study = check_study_new(&arena);
    subject = check_subject_new(&arena, study);
    for (size_t i = 0; i < study->form_count; i++)
        create_table(&study->forms[i]);
    for (size_t i = 0; i < subject->page_count; i++)
        insert_page(&subject->pages[i]);
    for (size_t i = 0; i < study->form_count; i++)
        insert_neighbor(&study->forms[i]);
    cluster_exec(connection, "SET search_path TO plain");
}

static void
teardown(void)
{
    arena_destroy(&arena);
    PQfinish(connection);
    cluster_destroy(&cluster);
}

/* --- asking --- */

/* What PostgreSQL answers, in the words of check_cases.h. */
static const char *
ask(const char *condition, const char *schema, const struct page *page)
{
    static char sqlstate[6];
    struct strbuf sql;
    const char *answer;
    PGresult *result;

    strbuf_init(&sql);
    strbuf_printf(&sql,
                  "SELECT (NOT NOT (%s))::text FROM %s.vs WHERE vs.subject_id = '%s' AND vs.event = '%s' AND "
                  "vs.event_repeat = %d",
                  condition, schema, subject->subject_id, page->event, page->event_repeat);
    result = PQexec(connection, sql.text);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        snprintf(sqlstate, sizeof sqlstate, "%s", PQresultErrorField(result, PG_DIAG_SQLSTATE));
        answer = sqlstate;
    } else if (PQgetisnull(result, 0, 0)) {
        answer = "unknown";
    } else {
        answer = strcmp(PQgetvalue(result, 0, 0), "true") == 0 ? "true" : "false";
    }
    PQclear(result);
    strbuf_destroy(&sql);
    return answer;
}

/* The night of the pages stands for the server's day. */
static char *
on_the_night(const char *condition)
{
    static const char word[] = "current_date";
    struct strbuf text;
    char *copy;

    strbuf_init(&text);
    for (const char *next; (next = strstr(condition, word)) != NULL; condition = next + sizeof word - 1) {
        strbuf_append_bytes(&text, condition, (size_t)(next - condition));
        strbuf_append(&text, "DATE '2014-03-10'");
    }
    strbuf_append(&text, condition);
    copy = arena_copy(&arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

/* Whether it reads dm.x or the like without having the form in FROM. */
static bool
reads_another_page(const char *text)
{
    static const char *const forms[] = {"dm", "ds", "sv"};
    char name[16];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        snprintf(name, sizeof name, "%s.", forms[i]);
        if (strstr(text, name) != NULL)
            return true;
    }
    return false;
}

/*
 * Whether the text means the same to PostgreSQL as it stands: no other pages, no partial dates, and no
 * literals whose letters have cases in the database's own collation.
 */
static bool
is_plain_sql(const char *text)
{
    static const char *const words[] = {"p1",       "p2",          "q1",    "q2",     "\xE2\x84\xAA",
                                        "\xC5\xBF", "OVER visits", "endtc", "lower(", "upper("};

    if (reads_another_page(text))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(text, words[i]) != NULL)
            return false;
    return true;
}

/* What only crfd bounds: PostgreSQL makes a text of a gigabyte. */
static bool
is_own_limit(const struct check_case *row)
{
    return strcmp(row->expected, "54000") == 0;
}

static void
expect_the_same(const struct check_case *row)
{
    const struct page *page = check_subject_page(subject, row->page);
    const char *twin;
    const char *got;
    struct check_error error;
    const struct program *program =
        check_compile(&arena, study, check_study_form(study, "vs"), row->text, strlen(row->text), &error);

    ck_assert_msg(program != NULL, "%s: refused at %zu: %s", row->text, error.offset, error.message);
    if (is_own_limit(row))
        return;
    twin = on_the_night(program_twin_sql(program));
    got = ask(twin, "analysis", page);
    ck_assert_msg(strcmp(got, row->expected) == 0, "%s: the twin gives %s, not %s: %s", row->text, got,
                  row->expected, twin);
    if (!is_plain_sql(row->text))
        return;
    got = ask(on_the_night(row->text), "plain", page);
    ck_assert_msg(strcmp(got, row->expected) == 0, "%s: PostgreSQL gives %s, not %s", row->text, got,
                  row->expected);
}

START_TEST(postgresql_gives_the_same)
{
    expect_the_same(&check_cases[_i]);
}
END_TEST

START_TEST(postgresql_gives_the_same_for_subqueries)
{
    expect_the_same(&query_cases[_i]);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("oracle");
    TCase *tcase = tcase_create("expressions");
    SRunner *runner;
    int failed;

    setup();
    tcase_add_loop_test(tcase, postgresql_gives_the_same, 0, check_case_count);
    tcase_add_loop_test(tcase, postgresql_gives_the_same_for_subqueries, 0, query_case_count);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    /* One connection serves all cases, so none of them is a process of its own. */
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    teardown();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
