#include "crfd/pg/migrate.h"

#include "conn_fixture.h"
#include "expect.h"

#include <dirent.h>
#include <stdio.h>

#define QUERIES_MAX 200

static char *names[QUERIES_MAX];
static int name_count;

static char *
read_query(const char *name)
{
    char path[512];
    char *joined;
    char *text = NULL;
    size_t size = 0;
    FILE *file;

    snprintf(path, sizeof path, "sql/queries/%s", name);
    joined = cluster_project_path(path);
    file = fopen(joined, "re");
    TEST_REQUIRE(file != NULL && getdelim(&text, &size, '\0', file) > 0, "%s: cannot be read", joined);
    fclose(file);
    free(joined);
    return text;
}

static int
is_query(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

static void
list_queries(void)
{
    char *folder = cluster_project_path("sql/queries");
    struct dirent **entries;
    int count = scandir(folder, &entries, is_query, alphasort);

    TEST_REQUIRE(count > 0 && count <= QUERIES_MAX, "%s: %d queries", folder, count);
    for (int i = 0; i < count; i++) {
        names[name_count++] = strdup(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    free(folder);
}

/* ---- Every file of sql/queries ---- */

static bool
starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A session as crfd has it, with the temporary tables of a center pass. */
static PGconn *
connect_as_pass(void)
{
    PGconn *connection = cluster_connect(&cluster, "conn");

    cluster_exec(connection, "SET search_path = pg_catalog, pg_temp; BEGIN");
    for (int i = 0; i < name_count; i++)
        if (starts_with(names[i], "stage_")) {
            char *sql = read_query(names[i]);

            cluster_exec(connection, sql);
            free(sql);
        }
    return connection;
}

START_TEST(a_query_says_what_it_answers_and_is_one_statement)
{
    char *sql = read_query(names[_i]);

    ck_assert_msg(starts_with(sql, "-- "), "%s begins with no comment", names[_i]);
    ck_assert_msg(strchr(sql, ';') == NULL || strstr(sql, "-- ") < strchr(sql, ';'), "%s", names[_i]);
    for (const char *line = sql; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (!starts_with(line, "--"))
            ck_assert_msg(memchr(line, ';', strcspn(line, "\n")) == NULL, "%s has a semicolon", names[_i]);
    }
    free(sql);
}
END_TEST

START_TEST(a_query_is_understood_by_a_real_server)
{
    PGconn *connection = connect_as_pass();
    char *sql = read_query(names[_i]);
    PGresult *result = PQprepare(connection, "", sql, 0, NULL);

    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", names[_i],
                  PQerrorMessage(connection));
    PQclear(result);
    free(sql);
    PQfinish(connection);
}
END_TEST

/* Preparing a COPY looks at nothing: only beginning it shows whether its columns are there. */
START_TEST(a_copy_finds_its_columns)
{
    PGconn *connection = connect_as_pass();
    char *sql = read_query(names[_i]);

    if (starts_with(names[_i], "copy_")) {
        PGresult *result = PQexec(connection, sql);
        ExecStatusType status = PQresultStatus(result);

        ck_assert_msg(status == PGRES_COPY_IN || status == PGRES_COPY_OUT, "%s: %s", names[_i],
                      PQerrorMessage(connection));
        ck_assert_msg(PQbinaryTuples(result) == 1, "%s is not binary", names[_i]);
        PQclear(result);
    }
    free(sql);
    PQfinish(connection);
}
END_TEST

/* ---- The auditor's digest ---- */

/* A page as VALUES of edc.crf_page, and what it is read as. */
#define PAGE_1 "('701', '701-1', 'WEEK 2', 1, 'vs', 2, '{\"a\": \"β\"}', '2014-01-02 03:04:05.678901+00')"
#define TEXT_1 "3:701,5:701-1,6:WEEK 2,1:1,2:vs,1:2,16:1388631845678901,11:{\"a\": \"β\"},"
#define PAGE_2 "('701', '701-1', 'WEEK 2', 1, 'vs', 10, '{}', '1969-12-31 23:59:59+00')"
#define TEXT_2 "3:701,5:701-1,6:WEEK 2,1:1,2:vs,2:10,8:-1000000,2:{},"
#define PAGE_3 "('701', '701-1', 'Week 1', 1, 'ae', 1, NULL, 'infinity')"
#define TEXT_3 "3:701,5:701-1,6:Week 1,1:1,2:ae,1:1,8:infinity,-,"
#define PAGE_4 "('701', '701-1', 'Week 1', NULL, NULL, NULL, '{}', '-infinity')"
#define TEXT_4 "3:701,5:701-1,6:Week 1,-,-,-,9:-infinity,2:{},"
#define PAGE_5 "('701', '701-1', 'WEEK 2', 10, 'ae', 1, '{}', 'infinity')"
#define TEXT_5 "3:701,5:701-1,6:WEEK 2,2:10,2:ae,1:1,8:infinity,2:{},"
#define PAGE_6 "('701', '701-1', 'WEEK 2', 9, 'vs', 1, '{}', 'infinity')"
#define TEXT_6 "3:701,5:701-1,6:WEEK 2,1:9,2:vs,1:1,8:infinity,2:{},"
#define PAGE_7 "('701', '701-1', 'WEEK 2', 1, 'vs', 2, '{}', '294276-12-31 23:59:59.999999+00')"
#define TEXT_7 "3:701,5:701-1,6:WEEK 2,1:1,2:vs,1:2,19:9224318015999999999,2:{},"
#define TIE_1  "('701', '701-1', 'Week 1', 1, 'ae', 1, 'a', '2000-01-01 00:00:01+00')"
#define TIE_2  "('701', '701-1', 'Week 1', 1, 'ae', 1, 'a', '2000-01-01 00:00:02+00')"
#define TIE_3  "('701', '701-1', 'Week 1', 1, 'ae', 1, 'b', '2000-01-01 00:00:00+00')"
#define TIES                                                                                                 \
    "3:701,5:701-1,6:Week 1,1:1,2:ae,1:1,15:946684801000000,1:a,"                                            \
    "3:701,5:701-1,6:Week 1,1:1,2:ae,1:1,15:946684802000000,1:a,"                                            \
    "3:701,5:701-1,6:Week 1,1:1,2:ae,1:1,15:946684800000000,1:b,"

static const struct {
    const char *row;
    const char *pages;
    int count;
    const char *text;
} digest_cases[] = {
    {"one page, with bytes and not characters counted", PAGE_1, 1, TEXT_1},
    {"numbers order as numbers, and capitals before small letters",
     PAGE_3 "," PAGE_2 "," PAGE_1 "," PAGE_5 "," PAGE_6, 5, TEXT_1 TEXT_2 TEXT_6 TEXT_5 TEXT_3},
    {"a NULL is neither empty nor the word, and comes last", PAGE_4 "," PAGE_3, 2, TEXT_3 TEXT_4},
    {"the last instant of PostgreSQL", PAGE_7, 1, TEXT_7},
    {"equal keys order by data, then by time", TIE_3 "," TIE_2 "," TIE_1, 3, TIES},
    {"pages of other subjects and centers are not in it",
     PAGE_1 ", ('701', '701-2', 'WEEK 2', 1, 'vs', 2, '{}', now()), ('702', '701-1', 'WEEK 2', 1, 'vs', 2, "
            "'{}', now())",
     1, TEXT_1},
};

START_TEST(the_digest_of_a_subject_is_that_of_its_pages_in_order)
{
    PGconn *connection = cluster_connect(&cluster, "conn");
    const char *const center[] = {"701"};
    char *sql = read_query("source_digest.sql");
    char *expected;
    char *escaped;
    char question[4096];
    PGresult *result;

    /* Any relation may be the source: this one keeps what the primary key of edc.sql would refuse. */
    cluster_exec(connection,
                 "BEGIN; DROP TABLE edc.crf_page;"
                 "CREATE TABLE edc.crf_page (center_id text, subject_id text, event text,"
                 " event_repeat int, form text, form_repeat int, data text, submitted_at timestamptz)");
    cluster_execf(connection, "INSERT INTO edc.crf_page VALUES %s", digest_cases[_i].pages);
    escaped = PQescapeLiteral(connection, digest_cases[_i].text, strlen(digest_cases[_i].text));
    snprintf(question, sizeof question, "SELECT encode(sha256(convert_to(%s, 'UTF8')), 'hex')", escaped);
    expected = cluster_text(connection, question);
    result = PQexecParams(connection, sql, 1, NULL, center, NULL, NULL, 0);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", digest_cases[_i].row,
                  PQerrorMessage(connection));
    ck_assert_msg(strcmp(PQgetvalue(result, 0, 0), "701-1") == 0, "%s", digest_cases[_i].row);
    ck_assert_msg(strtol(PQgetvalue(result, 0, 1), NULL, 10) == digest_cases[_i].count, "%s: %s pages",
                  digest_cases[_i].row, PQgetvalue(result, 0, 1));
    ck_assert_msg(strcmp(PQgetvalue(result, 0, 2), expected) == 0, "%s: another digest",
                  digest_cases[_i].row);
    PQclear(result);
    PQfreemem(escaped);
    free(expected);
    free(sql);
    PQfinish(connection);
}
END_TEST

static void
make_schemas(void)
{
    PGconn *connection;
    struct context run;
    struct strbuf report;
    struct err err = {0};
    struct conn *conn;
    bool lost;

    list_queries();
    start_cluster();
    connection = cluster_connect(&cluster, "conn");
    cluster_exec_file(connection, "sql/source/edc.sql");
    PQfinish(connection);
    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    strbuf_init(&report);
    must_execute(conn, "BEGIN");
    TEST_REQUIRE(migrate_apply(conn, &report, &err) && conn_commit(conn, &lost, &err), "%s", err.message);
    strbuf_destroy(&report);
    conn_close(conn);
    context_destroy(&run);
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("sql");

    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, a_query_says_what_it_answers_and_is_one_statement, 0, name_count);
    tcase_add_loop_test(cases, a_query_is_understood_by_a_real_server, 0, name_count);
    tcase_add_loop_test(cases, a_copy_finds_its_columns, 0, name_count);
    tcase_add_loop_test(cases, the_digest_of_a_subject_is_that_of_its_pages_in_order, 0,
                        LENGTH(digest_cases));
    return cases;
}

int
main(void)
{
    int status;

    make_schemas();
    status = run_and_destroy("sql", make_cases());
    for (int i = 0; i < name_count; i++)
        free(names[i]);
    return status;
}
