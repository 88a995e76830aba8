#include "crfd/pg/copy_read.h"

#include "conn_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static struct context run;
static struct conn *conn;

static void
connect_test(void)
{
    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
}

static void
disconnect_test(void)
{
    conn_close(conn);
    context_destroy(&run);
}

static void
must_begin(struct copy_read *copy, const char *sql, int field_count)
{
    struct err err = {0};

    ck_assert_msg(copy_read_begin(copy, conn, "reading pages", sql, field_count, &err), "%s", err.message);
}

START_TEST(rows_arrive_in_order_field_by_field)
{
    struct copy_read copy;
    struct err err = {0};
    enum copy_read_status status;
    int64_t rows = 0;
    char text[1000];

    memset(text, 'x', sizeof text);
    must_begin(
        &copy,
        "COPY (SELECT n::int4, -n::int8 << 32, CASE WHEN n % 3 <> 0 THEN repeat('x', n % 1000) END, true"
        " FROM generate_series(0, 19999) AS n) TO STDOUT (FORMAT binary)",
        4);
    while ((status = copy_read_next(&copy, &err)) == COPY_READ_ROW) {
        ck_assert_int_eq(copy_field_int4(&copy.fields[0]), rows);
        ck_assert_int_eq(copy_field_int8(&copy.fields[1]), -rows * (INT64_C(1) << 32));
        ck_assert_int_eq(copy.fields[2].length, rows % 3 != 0 ? rows % 1000 : -1);
        if (copy.fields[2].length > 0)
            ck_assert(memcmp(copy.fields[2].bytes, text, (size_t)copy.fields[2].length) == 0);
        ck_assert_int_eq(copy.fields[3].length, 1);
        rows++;
    }
    ck_assert_msg(status == COPY_READ_END, "%s", err.message);
    ck_assert_int_eq(rows, 20000);
    copy_read_end(&copy);
    copy_read_end(&copy);
    ck_assert_int_eq(must_ask(conn, "SELECT 7"), 7);
}
END_TEST

START_TEST(an_empty_copy_ends_at_once)
{
    struct copy_read copy;
    struct err err = {0};

    must_begin(&copy, "COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)", 1);
    ck_assert_msg(copy_read_next(&copy, &err) == COPY_READ_END, "%s", err.message);
    copy_read_end(&copy);
    ck_assert_int_eq(must_ask(conn, "SELECT 7"), 7);
}
END_TEST

START_TEST(a_page_of_50_megabytes_arrives_whole)
{
    struct copy_read copy;
    struct err err = {0};

    must_begin(&copy, "COPY (SELECT repeat('0123456789', 5242880)) TO STDOUT (FORMAT binary)", 1);
    ck_assert_msg(copy_read_next(&copy, &err) == COPY_READ_ROW, "%s", err.message);
    ck_assert_int_eq(copy.fields[0].length, 52428800);
    ck_assert(memcmp(copy.fields[0].bytes + 52428790, "0123456789", 10) == 0);
    ck_assert_msg(copy_read_next(&copy, &err) == COPY_READ_END, "%s", err.message);
    copy_read_end(&copy);
}
END_TEST

START_TEST(a_copy_that_fails_midway_never_says_end)
{
    struct copy_read copy;
    struct err err = {0};
    enum copy_read_status status;
    int64_t rows = 0;

    must_execute(conn, "BEGIN");
    must_begin(&copy,
               "COPY (SELECT 1 / (500 - n) FROM generate_series(1, 1000) AS n) TO STDOUT (FORMAT binary)", 1);
    while ((status = copy_read_next(&copy, &err)) == COPY_READ_ROW)
        rows++;
    ck_assert_int_eq(status, COPY_READ_ERROR);
    assert_error("midway", &err, ERR_DATA, "22012", "reading pages");
    ck_assert_int_eq(rows, 499);
    ck_assert_int_eq(copy_read_next(&copy, &err), COPY_READ_ERROR);
    copy_read_end(&copy);
    conn_rollback(conn);
    ck_assert_int_eq(must_ask(conn, "SELECT 7"), 7);
}
END_TEST

static const struct {
    const char *row;
    const char *sql;
    enum err_kind kind;
    const char *sqlstate;
    const char *shows;
} begin_cases[] = {
    {"a missing relation", "COPY (SELECT FROM edc.crf_page) TO STDOUT (FORMAT binary)", ERR_CONFIG, "42P01",
     "edc.crf_page"},
    {"another number of columns", "COPY (SELECT 1, 2, 3) TO STDOUT (FORMAT binary)", ERR_INTERNAL, "",
     "gives 3 columns where 2"},
    {"a text format", "COPY (SELECT 1, 2) TO STDOUT", ERR_INTERNAL, "", "2 columns of text"},
    {"a statement that is no COPY", "SELECT 1, 2", ERR_INTERNAL, "", "PGRES_TUPLES_OK"},
};

START_TEST(a_copy_that_cannot_begin_says_why)
{
    struct copy_read copy;
    struct err err = {0};

    ck_assert(!copy_read_begin(&copy, conn, "reading pages", begin_cases[_i].sql, 2, &err));
    assert_error(begin_cases[_i].row, &err, begin_cases[_i].kind, begin_cases[_i].sqlstate,
                 begin_cases[_i].shows);
    copy_read_end(&copy);
}
END_TEST

START_TEST(a_copy_that_is_left_closes_the_connection)
{
    struct copy_read copy;
    struct err err = {0};

    must_begin(&copy, "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT (FORMAT binary)", 1);
    ck_assert_int_eq(copy_read_next(&copy, &err), COPY_READ_ROW);
    copy_read_end(&copy);
    ck_assert(!conn_is_usable(conn));
    ck_assert_int_eq(copy_read_next(&copy, &err), COPY_READ_ERROR);
}
END_TEST

START_TEST(rows_that_keep_coming_do_not_outrun_a_deadline)
{
    struct context center;
    struct copy_read copy;
    struct err err = {0};

    begin_context(&center, "center", SHORT_MS);
    conn_set_context(conn, &center);
    if (copy_read_begin(&copy, conn, "reading pages",
                        "COPY (SELECT generate_series(1, 10000000000)) TO STDOUT (FORMAT binary)", 1, &err))
        while (copy_read_next(&copy, &err) == COPY_READ_ROW)
            continue;
    assert_error("deadline", &err, ERR_DEADLINE, "", "deadline of the center");
    copy_read_end(&copy);
    conn_set_context(conn, &run);
    context_destroy(&center);
}
END_TEST

/* Each row takes a part of the deadline, all rows together more than it. */
START_TEST(every_row_has_the_whole_deadline_of_the_statement)
{
    struct conn *hurried = open_as_superuser(&run, 2000);
    struct copy_read copy;
    struct err err = {0};
    enum copy_read_status status;
    int rows = 0;

    ck_assert(copy_read_begin(&copy, hurried, "reading pages",
                              "COPY (SELECT pg_sleep(0.25), repeat('x', 10000) FROM generate_series(1, 10))"
                              " TO STDOUT (FORMAT binary)",
                              2, &err));
    while ((status = copy_read_next(&copy, &err)) == COPY_READ_ROW)
        rows++;
    ck_assert_msg(status == COPY_READ_END, "%s", err.message);
    ck_assert_int_eq(rows, 10);
    copy_read_end(&copy);
    conn_close(hurried);
}
END_TEST

START_TEST(a_server_that_freezes_midway_is_left_at_the_deadline)
{
    struct conn *hurried = open_as_superuser(&run, SHORT_MS);
    pid_t server = (pid_t)must_ask(hurried, "SELECT pg_backend_pid()");
    struct copy_read copy;
    struct err err = {0};
    enum copy_read_status status;

    ck_assert(copy_read_begin(&copy, hurried, "reading pages",
                              "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT (FORMAT binary)", 1,
                              &err));
    ck_assert_int_eq(copy_read_next(&copy, &err), COPY_READ_ROW);
    ck_assert_int_eq(kill(server, SIGSTOP), 0);
    do
        status = copy_read_next(&copy, &err);
    while (status == COPY_READ_ROW);
    kill(server, SIGCONT);
    assert_error("frozen", &err, ERR_DEADLINE, "", "deadline of the statement");
    copy_read_end(&copy);
    conn_close(hurried);
}
END_TEST

START_TEST(a_server_that_dies_midway_is_unavailable)
{
    PGconn *other = cluster_connect(&cluster, "conn");
    struct copy_read copy;
    struct err err = {0};
    enum copy_read_status status;
    int64_t server = must_ask(conn, "SELECT pg_backend_pid()");

    must_begin(&copy, "COPY (SELECT generate_series(1, 10000000000)) TO STDOUT (FORMAT binary)", 1);
    ck_assert_int_eq(copy_read_next(&copy, &err), COPY_READ_ROW);
    cluster_execf(other, "SELECT pg_terminate_backend(%lld)", (long long)server);
    do
        status = copy_read_next(&copy, &err);
    while (status == COPY_READ_ROW);
    ck_assert_int_eq(err.kind, ERR_UNAVAILABLE);
    copy_read_end(&copy);
    ck_assert(!conn_is_usable(conn));
    PQfinish(other);
}
END_TEST

/* ---- What a server that keeps to the format never sends ---- */

struct message {
    const char *bytes; /* NULL: no more */
    size_t length;
};

/* What the server is said to have sent instead; NULL: what it sent. */
static const struct message *script;

int __real_PQgetCopyData(PGconn *pg, char **buffer, int async);
int __wrap_PQgetCopyData(PGconn *pg, char **buffer, int async);

/* The real data are taken in at the end, so that the statement ends as it would. */
int
__wrap_PQgetCopyData(PGconn *pg, char **buffer, int async)
{
    int length;

    if (script == NULL)
        return __real_PQgetCopyData(pg, buffer, async);
    if (script->bytes != NULL) {
        *buffer = malloc(script->length + 1);
        ck_assert_ptr_nonnull(*buffer);
        memcpy(*buffer, script->bytes, script->length);
        return (int)script++->length;
    }
    while ((length = __real_PQgetCopyData(pg, buffer, 0)) > 0)
        PQfreemem(*buffer);
    *buffer = NULL;
    return length;
}

#define BYTES(text)                                                                                          \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }
#define HEADER  "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define ROW     "\0\1\0\0\0\4\0\0\0\7"
#define TRAILER "\377\377"

static const struct {
    const char *says;
    struct message messages[5];
    int rows;
    const char *why; /* "": it is well-formed */
} scripts[] = {
    {"each in a message of its own", {BYTES(HEADER), BYTES(ROW), BYTES(TRAILER)}, 1, ""},
    {"header and row in one", {BYTES(HEADER ROW), BYTES(ROW), BYTES(TRAILER)}, 2, ""},
    {"an extension of the header", {BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3xyz"), BYTES(TRAILER)}, 0, ""},
    {"a flag that readers may overlook",
     {BYTES("PGCOPY\n\377\r\n\0\0\0\1\0\0\0\0\0"), BYTES(TRAILER)},
     0,
     ""},
    {"a flag that they may not",
     {BYTES("PGCOPY\n\377\r\n\0\0\1\0\0\0\0\0\0"), BYTES(TRAILER)},
     0,
     "no known header"},
    {"another signature",
     {BYTES("PGCOPX\n\377\r\n\0\0\0\0\0\0\0\0\0"), BYTES(TRAILER)},
     0,
     "no known header"},
    {"half a header", {BYTES("PGCOPY\n"), BYTES(TRAILER)}, 0, "no known header"},
    {"an extension longer than the message",
     {BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3xy"), BYTES(TRAILER)},
     0,
     "no known header"},
    {"no trailer", {BYTES(HEADER), BYTES(ROW)}, 1, "it has no trailer"},
    {"a row behind the trailer", {BYTES(HEADER), BYTES(TRAILER), BYTES(ROW)}, 0, "after its trailer"},
    {"a second trailer", {BYTES(HEADER), BYTES(TRAILER), BYTES(TRAILER)}, 0, "after its trailer"},
    {"two fields where one is expected",
     {BYTES(HEADER), BYTES("\0\2\377\377\377\377\377\377\377\377")},
     0,
     "number of fields"},
    {"a field without its length", {BYTES(HEADER), BYTES("\0\1\0\0\0")}, 0, "within a field"},
    {"a field that is cut", {BYTES(HEADER), BYTES("\0\1\0\0\0\4\0\0\0")}, 0, "within a field"},
    {"a length that is none", {BYTES(HEADER), BYTES("\0\1\377\377\377\376")}, 0, "within a field"},
    {"bytes behind the last field", {BYTES(HEADER), BYTES(ROW "x")}, 0, "after its last field"},
};

START_TEST(data_that_are_malformed_are_refused)
{
    enum copy_read_status status;
    struct copy_read copy;
    struct err err = {0};
    int rows = 0;

    must_begin(&copy, "COPY (SELECT 7) TO STDOUT (FORMAT binary)", 1);
    script = scripts[_i].messages;
    while ((status = copy_read_next(&copy, &err)) == COPY_READ_ROW) {
        ck_assert_int_eq(copy_field_int4(&copy.fields[0]), 7);
        rows++;
    }
    ck_assert_msg(rows == scripts[_i].rows, "%s: %d rows", scripts[_i].says, rows);
    ck_assert_msg((status == COPY_READ_END) == (scripts[_i].why[0] == '\0'), "%s: %s", scripts[_i].says,
                  err.message);
    if (status != COPY_READ_END)
        assert_error(scripts[_i].says, &err, ERR_INTERNAL, "", scripts[_i].why);
    copy_read_end(&copy);
    script = NULL;
}
END_TEST

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("copy_read");

    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, connect_test, disconnect_test);
    tcase_add_test(cases, rows_arrive_in_order_field_by_field);
    tcase_add_test(cases, an_empty_copy_ends_at_once);
    tcase_add_test(cases, a_page_of_50_megabytes_arrives_whole);
    tcase_add_test(cases, a_copy_that_fails_midway_never_says_end);
    tcase_add_loop_test(cases, a_copy_that_cannot_begin_says_why, 0, LENGTH(begin_cases));
    tcase_add_test(cases, a_copy_that_is_left_closes_the_connection);
    tcase_add_test(cases, rows_that_keep_coming_do_not_outrun_a_deadline);
    tcase_add_test(cases, every_row_has_the_whole_deadline_of_the_statement);
    tcase_add_test(cases, a_server_that_freezes_midway_is_left_at_the_deadline);
    tcase_add_test(cases, a_server_that_dies_midway_is_unavailable);
    tcase_add_loop_test(cases, data_that_are_malformed_are_refused, 0, LENGTH(scripts));
    return cases;
}

int
main(void)
{
    start_cluster();
    return run_and_destroy("copy_read", make_cases());
}
