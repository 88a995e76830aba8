#include "crfd/pg/copy_write.h"

#include "conn_fixture.h"
#include "expect.h"

#include <signal.h>
#include <stdio.h>

static char buffer[COPY_WRITE_BUFFER_MIN];
static char other_buffer[COPY_WRITE_BUFFER_MIN];
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
must_end_row(struct copy_write *copy)
{
    struct err err = {0};

    ck_assert_msg(copy_write_end_row(copy, &err), "%s", err.message);
}

static void
must_flush(struct copy_write *copy)
{
    struct err err = {0};

    ck_assert_msg(copy_write_flush(copy, &err), "%s", err.message);
    ck_assert_int_eq(copy->rows_confirmed, copy->rows);
}

static int64_t
count(const char *sql)
{
    return must_ask(conn, sql);
}

/* ---- Values ---- */

/* Each value is written in binary and must show PostgreSQL's own text of it, to the last digit. */
static const struct {
    const char *row;
    enum value_type type;
    const char *text; /* NULL is NULL */
} value_cases[] = {
    {"an empty text", VALUE_TEXT, ""},
    {"a Chinese text", VALUE_TEXT, "血压"},
    {"a character beyond the basic plane", VALUE_TEXT, "\xf0\xa0\xae\xb7"},
    {"what text COPY would escape", VALUE_TEXT, "\\.\t\n\r\\N \"quoted\" 'too'"},
    {"NULL text", VALUE_TEXT, NULL},
    {"zero", VALUE_INTEGER, "0"},
    {"the largest integer", VALUE_INTEGER, "9223372036854775807"},
    {"the smallest integer", VALUE_INTEGER, "-9223372036854775808"},
    {"NULL integer", VALUE_INTEGER, NULL},
    {"decimal zero", VALUE_DECIMAL, "0"},
    {"decimal zero with places", VALUE_DECIMAL, "0.000"},
    {"a trailing zero that is kept", VALUE_DECIMAL, "1.50"},
    {"a decimal below one", VALUE_DECIMAL, "0.5"},
    {"a negative decimal", VALUE_DECIMAL, "-36.20"},
    {"a small decimal", VALUE_DECIMAL, "0.00000001"},
    {"a decimal of whole groups", VALUE_DECIMAL, "100000000"},
    {"a decimal with empty groups inside", VALUE_DECIMAL, "100000000.00000001"},
    {"a decimal that fills its groups", VALUE_DECIMAL, "99999999.99999999"},
    {"a decimal of many digits", VALUE_DECIMAL,
     "1234567890123456789012345678901234567890123456789012345678901234567890."
     "0123456789012345678901234567890"},
    {"the most digits before the point", VALUE_DECIMAL,
     "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
     "999999"
     "999999999999999999999999999999999999999999999"},
    {"the most digits behind the point", VALUE_DECIMAL,
     "0."
     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000"
     "0000000000000000000000000000000000000000001"},
    {"NULL decimal", VALUE_DECIMAL, NULL},
    {"true", VALUE_BOOLEAN, "true"},
    {"false", VALUE_BOOLEAN, "false"},
    {"NULL boolean", VALUE_BOOLEAN, NULL},
    {"the first date", VALUE_DATE, "0001-01-01"},
    {"the day before the epoch", VALUE_DATE, "1999-12-31"},
    {"the epoch", VALUE_DATE, "2000-01-01"},
    {"a leap day", VALUE_DATE, "2024-02-29"},
    {"the last date", VALUE_DATE, "9999-12-31"},
    {"NULL date", VALUE_DATE, NULL},
    {"a year", VALUE_PARTIAL_DATE, "2014"},
    {"a month", VALUE_PARTIAL_DATE, "2014-03"},
    {"a day", VALUE_PARTIAL_DATE, "2014-03-05"},
    {"NULL partial date", VALUE_PARTIAL_DATE, NULL},
    {"the first datetime", VALUE_DATETIME, "0001-01-01 00:00:00"},
    {"a microsecond before the epoch", VALUE_DATETIME, "1999-12-31 23:59:59.999999"},
    {"the last datetime", VALUE_DATETIME, "9999-12-31 23:59:59.999999"},
    {"NULL datetime", VALUE_DATETIME, NULL},
    {"an hour", VALUE_PARTIAL_DATETIME, "2014-03-05T11"},
    {"a second", VALUE_PARTIAL_DATETIME, "2014-03-05T11:45:30"},
    {"NULL partial datetime", VALUE_PARTIAL_DATETIME, NULL},
    {"midnight", VALUE_TIME, "00:00:00"},
    {"the last microsecond of a day", VALUE_TIME, "23:59:59.999999"},
    {"NULL time", VALUE_TIME, NULL},
    {"the first instant", VALUE_INSTANT, "0001-01-01 00:00:00+00"},
    {"an instant", VALUE_INSTANT, "2014-03-05 11:45:00.5+00"},
    {"NULL instant", VALUE_INSTANT, NULL},
};

/* "2014-03-05 11:45:30.5", "11:45:30.5": from where the clock's time begins. */
static int64_t
clock_us(const char *text)
{
    int hour;
    int minute;
    double second;

    ck_assert_int_eq(sscanf(text, "%d:%d:%lf", &hour, &minute, &second), 3);
    return ((int64_t)hour * 60 + minute) * 60000000 + (int64_t)(second * 1e6 + 0.5);
}

static int32_t
day_of(const char *text)
{
    int year;
    int month;
    int day;
    int32_t days = 0;

    ck_assert_int_eq(sscanf(text, "%d-%d-%d", &year, &month, &day), 3);
    ck_assert(date_from_civil(year, month, day, &days));
    return days;
}

static void
put_text_as(struct copy_write *copy, enum value_type type, const char *text)
{
    struct value value = {.type = (uint8_t)type, .is_null = text == NULL};
    struct decimal_wide decimal;
    struct partial_date partial;

    if (text == NULL) {
        copy_put_value(copy, &value);
        return;
    }
    switch (type) {
    case VALUE_TEXT:
        value.text = text;
        value.length = (uint32_t)strlen(text);
        break;
    case VALUE_INTEGER:
        value.integer = strtoll(text, NULL, 10);
        break;
    case VALUE_DECIMAL:
        ck_assert_int_eq(decimal_parse(text, strlen(text), &decimal), DECIMAL_OK);
        value.decimal = &decimal.value;
        break;
    case VALUE_BOOLEAN:
        value.boolean = strcmp(text, "true") == 0;
        break;
    case VALUE_DATE:
        value.date = day_of(text);
        break;
    case VALUE_DATETIME:
        value.datetime = day_of(text) * DATETIME_US_PER_DAY + clock_us(text + 11);
        break;
    case VALUE_TIME:
        value.time = clock_us(text);
        break;
    case VALUE_INSTANT:
        value.datetime = day_of(text) * DATETIME_US_PER_DAY + clock_us(text + 11);
        break;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        ck_assert(partial_date_parse(text, strlen(text), &partial));
        value.partial = &partial;
        break;
    case VALUE_TYPE_COUNT:
        ck_abort();
    }
    copy_put_value(copy, &value);
}

START_TEST(a_value_arrives_as_postgresql_would_read_its_text)
{
    const char *row = value_cases[_i].row;
    const char *type = value_type_column(value_cases[_i].type);
    const struct conn_param params[] = {CONN_TEXT(value_cases[_i].text)};
    struct copy_write copy;
    struct err err = {0};
    char sql[256];
    PGresult *result;

    snprintf(sql, sizeof sql, "CREATE TEMPORARY TABLE one (value %s)", type);
    must_execute(conn, sql);
    must_execute(conn, "SET TimeZone = 'UTC'");
    copy_write_init(&copy, conn, "writing a value", "COPY pg_temp.one FROM STDIN (FORMAT binary)", 1, buffer,
                    sizeof buffer);
    copy_write_begin_row(&copy);
    put_text_as(&copy, value_cases[_i].type, value_cases[_i].text);
    must_end_row(&copy);
    must_flush(&copy);
    snprintf(
        sql, sizeof sql,
        "SELECT value::text, value IS NOT DISTINCT FROM $1::text::%s AND value::text IS NOT DISTINCT FROM $1"
        " FROM pg_temp.one",
        type);
    result = conn_query(conn, "a test", sql, params, 1, &err);
    ck_assert_msg(result != NULL, "%s: %s", row, err.message);
    ck_assert_msg(strcmp(PQgetvalue(result, 0, 1), "t") == 0, "%s: it arrives as \"%s\"", row,
                  PQgetvalue(result, 0, 0));
    PQclear(result);
}
END_TEST

/* ---- Buffers ---- */

static void
begin_numbers(struct copy_write *copy, const char *what, const char *sql, char *bytes)
{
    must_execute(conn, "CREATE TEMPORARY TABLE IF NOT EXISTS a (n bigint, t text);"
                       "CREATE TEMPORARY TABLE IF NOT EXISTS b (n bigint, t text)");
    copy_write_init(copy, conn, what, sql, 2, bytes, COPY_WRITE_BUFFER_MIN);
}

static void
put_number(struct copy_write *copy, int64_t number, const char *text, size_t length)
{
    copy_write_begin_row(copy);
    copy_put_int8(copy, number);
    copy_put_text(copy, text, length);
}

START_TEST(a_copy_without_rows_sends_nothing)
{
    struct copy_write copy;

    begin_numbers(&copy, "writing nothing", "COPY no.such FROM STDIN (FORMAT binary)", buffer);
    must_flush(&copy);
    ck_assert_int_eq(copy.rows, 0);
}
END_TEST

START_TEST(tables_take_turns_on_one_connection)
{
    struct copy_write a;
    struct copy_write b;
    char text[400];

    memset(text, 'x', sizeof text);
    begin_numbers(&a, "writing a", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)", buffer);
    begin_numbers(&b, "writing b", "COPY pg_temp.b (t, n) FROM STDIN (FORMAT binary)", other_buffer);
    for (int i = 0; i < 5000; i++) {
        put_number(&a, i, text, (size_t)i % sizeof text);
        must_end_row(&a);
        copy_write_begin_row(&b);
        copy_put_null(&b);
        copy_put_int8(&b, -i);
        must_end_row(&b);
    }
    must_flush(&a);
    must_flush(&b);
    must_flush(&a);
    ck_assert_int_eq(count("SELECT count(*) FROM pg_temp.a WHERE length(t) = n % 400"), 5000);
    ck_assert_int_eq(count("SELECT count(DISTINCT n) FROM pg_temp.b WHERE t IS NULL"), 5000);
}
END_TEST

/* Around each size at which the buffer is exactly full, less one, plus one; and several buffers. */
START_TEST(a_row_of_any_size_arrives_whole)
{
    const size_t sizes[] = {COPY_WRITE_BUFFER_MIN - 19 - 2 - 12 - 4, COPY_WRITE_BUFFER_MIN,
                            3 * COPY_WRITE_BUFFER_MIN, 10 * 1024 * 1024};
    struct copy_write copy;
    char *text = malloc(sizes[3] + 16);
    int64_t number = 0;

    memset(text, 'y', sizes[3] + 16);
    begin_numbers(&copy, "writing a", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)", buffer);
    for (int i = 0; i < LENGTH(sizes); i++)
        for (size_t length = sizes[i] - 3; length <= sizes[i] + 3; length++) {
            put_number(&copy, (int64_t)length, text, length);
            must_end_row(&copy);
            /* A small one before, so that large rows begin anywhere in the buffer. */
            put_number(&copy, number, text, (size_t)number);
            must_end_row(&copy);
            number++;
        }
    must_flush(&copy);
    ck_assert_int_eq(count("SELECT count(*) FROM pg_temp.a WHERE n = length(t) AND t = repeat('y', n::int)"),
                     (int64_t)LENGTH(sizes) * 14);
    ck_assert(!conn_in_transaction(conn));
    free(text);
}
END_TEST

/* ---- Failures ---- */

static const struct {
    const char *row;
    const char *sql;
    const char *text;
    size_t length;
    enum err_kind kind;
    const char *sqlstate;
    const char *shows;
} failure_cases[] = {
    {"a NUL in a text is refused by the server", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)", "a\0b",
     3, ERR_DATA, "22021", "not valid in the database's encoding"},
    {"half a character is refused by the server", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)",
     "\xe4\xb8", 2, ERR_DATA, "22021", "not valid in the database's encoding"},
    {"a table that is not there fails", "COPY pg_temp.nowhere (n, t) FROM STDIN (FORMAT binary)", "a", 1,
     ERR_CONFIG, "42P01", "nowhere"},
    {"a duplicate key fails without showing it", "COPY public.page_key (n, t) FROM STDIN (FORMAT binary)",
     "Zhang Wei", 9, ERR_DATA, "23505", "duplicate key in table public.page_key"},
    {"another type than the column's fails", "COPY public.narrow (n, t) FROM STDIN (FORMAT binary)",
     "Zhang Wei", 9, ERR_DATA, "22P03", "binary value that is invalid for its type"},
    {"rows that a trigger takes away are missed", "COPY public.swallowed (n, t) FROM STDIN (FORMAT binary)",
     "a", 1, ERR_INTERNAL, "", "2 rows were sent, and the server counted \"1\""},
    {"a statement that is no COPY is refused", "SELECT 1", "a", 1, ERR_INTERNAL, "", "PGRES_TUPLES_OK"},
};

START_TEST(a_copy_that_fails_says_why_and_fails_for_good)
{
    const char *row = failure_cases[_i].row;
    struct copy_write copy;
    struct err err = {0};

    begin_numbers(&copy, "writing a", failure_cases[_i].sql, buffer);
    must_execute(conn, "BEGIN");
    for (int i = 0; i < 2; i++) {
        put_number(&copy, i, failure_cases[_i].text, failure_cases[_i].length);
        must_end_row(&copy);
    }
    for (int again = 0; again < 2; again++) {
        ck_assert_msg(!copy_write_flush(&copy, &err), "%s: it succeeds", row);
        assert_error(row, &err, failure_cases[_i].kind, failure_cases[_i].sqlstate, failure_cases[_i].shows);
        ck_assert_msg(strstr(err.message, "Zhang") == NULL, "%s: a value is shown: %s", row, err.message);
    }
    put_number(&copy, 3, "b", 1);
    ck_assert_msg(!copy_write_end_row(&copy, &err), "%s: it goes on", row);
    conn_rollback(conn);
    ck_assert_msg(conn_is_usable(conn), "%s: the connection is closed", row);
    ck_assert_int_eq(count("SELECT 7"), 7);
}
END_TEST

START_TEST(a_failure_in_a_large_row_is_told_at_its_end)
{
    struct copy_write copy;
    struct err err = {0};
    size_t length = 4 * COPY_WRITE_BUFFER_MIN;
    char *text = calloc(1, length);

    begin_numbers(&copy, "writing a", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)", buffer);
    put_number(&copy, 1, text, length);
    ck_assert(!copy_write_end_row(&copy, &err));
    assert_error("NULs", &err, ERR_DATA, "22021", "writing a");
    ck_assert_int_eq(count("SELECT 7"), 7);
    free(text);
}
END_TEST

START_TEST(a_row_with_a_wrong_number_of_fields_is_refused)
{
    struct copy_write copy;
    struct err err = {0};

    for (int fields = 1; fields <= 3; fields += 2) {
        begin_numbers(&copy, "writing a", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)", buffer);
        copy_write_begin_row(&copy);
        for (int i = 0; i < fields; i++)
            copy_put_null(&copy);
        ck_assert(!copy_write_end_row(&copy, &err));
        assert_error("fields", &err, ERR_INTERNAL, "", "fields instead of 2");
    }
}
END_TEST

START_TEST(a_frozen_server_is_left_at_the_deadline_of_a_write)
{
    struct conn *hurried = open_as_superuser(&run, SHORT_MS);
    pid_t server = (pid_t)must_ask(hurried, "SELECT pg_backend_pid()");
    struct copy_write copy;
    struct err err = {0};
    size_t length = 32 * 1024 * 1024;
    char *text = malloc(length);

    memset(text, 'z', length);
    must_execute(hurried, "CREATE TEMPORARY TABLE a (n bigint, t text)");
    copy_write_init(&copy, hurried, "writing a", "COPY pg_temp.a (n, t) FROM STDIN (FORMAT binary)", 2,
                    buffer, sizeof buffer);
    put_number(&copy, 1, text, COPY_WRITE_BUFFER_MIN);
    ck_assert(copy.in_copy);
    ck_assert_int_eq(kill(server, SIGSTOP), 0);
    copy_put_text(&copy, text, length);
    kill(server, SIGCONT);
    ck_assert(!copy_write_end_row(&copy, &err));
    assert_error("frozen", &err, ERR_DEADLINE, "", "deadline of the statement");
    ck_assert(!conn_is_usable(hurried));
    conn_close(hurried);
    free(text);
}
END_TEST

/* The server takes 250 ms for each of 16 rows: four seconds in all, while none of the waits is longer than 2 s. */
START_TEST(every_piece_has_the_whole_deadline_of_the_statement)
{
    struct conn *hurried = open_as_superuser(&run, 2000);
    size_t buffer_bytes = 1024 * 1024;
    char *large = malloc(buffer_bytes);
    struct copy_write copy;

    copy_write_init(&copy, hurried, "writing slowly", "COPY public.slow (n, t) FROM STDIN (FORMAT binary)", 2,
                    large, buffer_bytes);
    for (int i = 0; i < 16; i++) {
        put_number(&copy, i, buffer, 60000);
        must_end_row(&copy);
    }
    must_flush(&copy);
    conn_close(hurried);
    free(large);
}
END_TEST

static void
make_objects(void)
{
    PGconn *connection;

    start_cluster();
    connection = cluster_connect(&cluster, "conn");
    cluster_exec(
        connection,
        "CREATE TABLE public.page_key (n bigint, t text PRIMARY KEY);"
        "CREATE TABLE public.slow (n bigint, t bytea);"
        "CREATE FUNCTION public.slow_down() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN PERFORM pg_sleep(0.25); RETURN NEW; END $$;"
        "CREATE TRIGGER slow_down BEFORE INSERT ON public.slow"
        " FOR EACH ROW EXECUTE FUNCTION public.slow_down();"
        "CREATE TABLE public.swallowed (n bigint, t text); CREATE TABLE public.narrow (n int, t text);"
        "CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN IF NEW.n = 1 THEN RETURN NULL; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER swallow BEFORE INSERT ON public.swallowed"
        " FOR EACH ROW EXECUTE FUNCTION public.swallow()");
    PQfinish(connection);
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("copy_write");

    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, connect_test, disconnect_test);
    tcase_add_loop_test(cases, a_value_arrives_as_postgresql_would_read_its_text, 0, LENGTH(value_cases));
    tcase_add_test(cases, a_copy_without_rows_sends_nothing);
    tcase_add_test(cases, tables_take_turns_on_one_connection);
    tcase_add_test(cases, a_row_of_any_size_arrives_whole);
    tcase_add_loop_test(cases, a_copy_that_fails_says_why_and_fails_for_good, 0, LENGTH(failure_cases));
    tcase_add_test(cases, a_failure_in_a_large_row_is_told_at_its_end);
    tcase_add_test(cases, a_row_with_a_wrong_number_of_fields_is_refused);
    tcase_add_test(cases, a_frozen_server_is_left_at_the_deadline_of_a_write);
    tcase_add_test(cases, every_piece_has_the_whole_deadline_of_the_statement);
    return cases;
}

int
main(void)
{
    make_objects();
    return run_and_destroy("copy_write", make_cases());
}
