#include "conn_fixture.h"

#include "crfd/base/strbuf.h"

/* ---- Statements ---- */

static const struct {
    const char *row;
    const char *sql;
    enum err_kind kind;
    const char *sqlstate;
    const char *shows;
} failing_cases[] = {
    {"a value that cannot be typed is not shown", "SELECT 'Zhang Wei'::text::int", ERR_DATA, "22P02",
     "text that is invalid for its type"},
    {"a duplicate key shows the constraint and not the key",
     "INSERT INTO public.page VALUES ('Zhang Wei', 1)", ERR_DATA, "23505",
     "duplicate key in table public.page, constraint page_pkey"},
    {"a NULL shows the column", "INSERT INTO public.page VALUES ('Zhang Wei 2', NULL)", ERR_DATA, "23502",
     "in table public.page, column age"},
    {"a forbidden value shows the constraint", "INSERT INTO public.page VALUES ('Zhang Wei 2', -1)", ERR_DATA,
     "23514", "constraint page_age_check"},
    {"a function's own error is not shown", "DO $$ BEGIN RAISE EXCEPTION 'Zhang Wei'; END $$", ERR_DATA,
     "P0001", "raised by a function"},
    {"nor are its detail, hint and context, whatever its SQLSTATE",
     "DO $$ BEGIN RAISE EXCEPTION 'Zhang Wei' USING ERRCODE = '55000', DETAIL = 'Zhang Wei', HINT = 'Zhang "
     "Wei'; "
     "END $$",
     ERR_RETRY, "55000", "raised by a function"},
    {"a division by zero is one of the data", "SELECT 1 / (SELECT count(*) - 1 FROM public.page)", ERR_DATA,
     "22012", "division by zero"},
    {"a missing table is told with its remedy", "SELECT FROM analysis.vs", ERR_CONFIG, "42P01",
     "run \"crfd migrate\""},
    {"a missing column is told with its remedy", "SELECT nothing FROM public.page", ERR_CONFIG, "42703",
     "run \"crfd migrate\""},
    {"a syntax error is a fault of crfd", "SELECT FROM WHERE", ERR_INTERNAL, "42601", "syntax error"},
    {"a missing privilege is told with its remedy", "SET LOCAL ROLE nologin; SELECT FROM public.page",
     ERR_PERMISSION, "42501", "sql/roles.sql"},
    {"the second of two statements fails them both", "SELECT 1; SELECT 1 / 0", ERR_DATA, "22012", "division"},
    {"a COPY is refused", "COPY public.page TO STDOUT", ERR_INTERNAL, "", "COPY"},
};

START_TEST(a_failing_statement_says_why_and_shows_no_value)
{
    const char *row = failing_cases[_i].row;
    struct context run;
    struct err err = {0};
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    ck_assert_msg(!conn_execute(conn, "reading a page", failing_cases[_i].sql, &err), "%s: it succeeds", row);
    assert_error(row, &err, failing_cases[_i].kind, failing_cases[_i].sqlstate, failing_cases[_i].shows);
    ck_assert_msg(strncmp(err.message, "reading a page: ", 16) == 0, "%s: %s", row, err.message);
    ck_assert_msg(strstr(err.message, "Zhang") == NULL, "%s: the message shows a value: %s", row,
                  err.message);
    if (*err.sqlstate != '\0')
        ck_assert_msg(must_ask(conn, "SELECT 7") == 7, "%s: the connection is out of step", row);
    else
        ck_assert_msg(!conn_is_usable(conn), "%s: the connection is still used", row);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

/* Nothing else gives a serialization failure to a session that only reads. */
START_TEST(a_conflict_at_a_standby_that_is_the_source_is_told_with_its_remedy)
{
    static const char *const labels[] = {"analysis", "source"};
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct context run;

    begin_context(&run, "run", 0);
    cluster_conninfo(&cluster, "postgres", conninfo);
    for (int i = 0; i < LENGTH(labels); i++) {
        struct conn_options options = options_to(conninfo);
        struct err err = {0};
        struct conn *conn;

        options.label = labels[i];
        conn = conn_open(&options, &run, &err);
        ck_assert_msg(conn != NULL, "%s", err.message);
        ck_assert(!conn_execute(conn, "reading", "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", &err));
        ck_assert_msg((strstr(err.message, "hot_standby_feedback = on") != NULL) == (i == 1), "%s",
                      err.message);
        ck_assert_int_eq(err.kind, ERR_RETRY);
        conn_close(conn);
    }
    context_destroy(&run);
}
END_TEST

START_TEST(parameters_go_as_they_are)
{
    const struct conn_param params[] = {CONN_TEXT("it's \\ \"here\"; --"), CONN_TEXT(NULL)};
    struct context run;
    struct err err = {0};
    struct conn *conn;
    PGresult *result;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    result = conn_query(conn, "a test", "SELECT $1::text, $2::text", params, 2, &err);
    ck_assert_msg(result != NULL, "%s", err.message);
    ck_assert_str_eq(PQgetvalue(result, 0, 0), params[0].text);
    ck_assert(PQgetisnull(result, 0, 1));
    PQclear(result);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

/* The server counts how often a session has run each of its prepared statements. */
START_TEST(a_prepared_statement_is_prepared_once)
{
    static const char sql[] = "SELECT 10 / $1::int";
    static const char *const answers[] = {"5", "2", NULL, "10"};
    static const char *const divisors[] = {"2", "5", "0", "1"};
    struct context run;
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    for (int i = 0; i < LENGTH(divisors); i++) {
        const struct conn_param param = CONN_TEXT(divisors[i]);
        struct err err = {0};
        PGresult *result = conn_query_prepared(conn, "dividing", sql, &param, 1, &err);

        if (answers[i] == NULL)
            assert_error("a division by zero", &err, ERR_DATA, "22012", "dividing: ");
        else
            ck_assert_str_eq(PQgetvalue(result, 0, 0), answers[i]);
        PQclear(result);
    }
    ck_assert_int_eq(must_ask(conn, "SELECT count(*) FROM pg_catalog.pg_prepared_statements"), 1);
    /* The division by zero ends while it is planned, and is not counted. */
    ck_assert_int_eq(
        must_ask(conn, "SELECT generic_plans + custom_plans FROM pg_catalog.pg_prepared_statements"), 3);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

START_TEST(a_statement_that_cannot_be_prepared_is_asked_anew)
{
    static const char sql[] = "SELECT count(*) FROM pg_temp.later";
    struct context run;
    struct err err = {0};
    struct conn *conn;
    PGresult *result;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    result = conn_query_prepared(conn, "counting", sql, NULL, 0, &err);
    ck_assert(result == NULL);
    assert_error("a missing table", &err, ERR_CONFIG, "42P01", "counting: ");
    ck_assert(conn_execute(conn, "a test", "CREATE TEMPORARY TABLE later ()", &err));
    result = conn_query_prepared(conn, "counting", sql, NULL, 0, &err);
    ck_assert_msg(result != NULL, "%s", err.message);
    PQclear(result);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

static const struct {
    const char *row;
    const char *sql;
    bool is_number;
    int64_t number;
} number_cases[] = {
    {"the largest bigint", "SELECT 9223372036854775807", true, INT64_MAX},
    {"the smallest bigint", "SELECT -9223372036854775808", true, INT64_MIN},
    {"a number that no bigint holds", "SELECT 9223372036854775808", false, 0},
    {"NULL", "SELECT NULL::bigint", false, 0},
    {"no row", "SELECT 1 WHERE false", false, 0},
    {"two rows", "VALUES (1), (2)", false, 0},
    {"two columns", "SELECT 1, 2", false, 0},
    {"a word", "SELECT 'one'", false, 0},
};

START_TEST(a_single_number_is_asked_for)
{
    struct context run;
    struct err err = {0};
    int64_t number = 42;
    struct conn *conn;
    bool ok;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    ok = conn_query_int(conn, "a test", number_cases[_i].sql, NULL, 0, &number, &err);
    ck_assert_msg(ok == number_cases[_i].is_number, "%s: %s", number_cases[_i].row, err.message);
    ck_assert_msg(number == (ok ? number_cases[_i].number : 42), "%s is %lld", number_cases[_i].row,
                  (long long)number);
    if (!ok)
        assert_error(number_cases[_i].row, &err, ERR_INTERNAL, "", "one number is expected");
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

START_TEST(what_is_quoted_reads_back_as_it_was)
{
    static const char text[] = "it's \\ \"here\"; DROP TABLE x --";
    struct context run;
    struct err err = {0};
    struct strbuf sql;
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    strbuf_init(&sql);
    strbuf_append(&sql, "SELECT 1 WHERE length(");
    ck_assert(conn_append_literal(conn, &sql, text, &err));
    strbuf_printf(&sql, ") = %zu", strlen(text));
    ck_assert_int_eq(must_ask(conn, sql.text), 1);
    ck_assert(!conn_append_literal(conn, &sql, "\xe4\xb8", &err));
    assert_error("half a character", &err, ERR_DATA, "", "not valid UTF-8");
    strbuf_destroy(&sql);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

/* ---- Kinds ---- */

static const struct {
    const char *sqlstate;
    enum err_kind kind;
} kind_cases[] = {
    {NULL, ERR_UNAVAILABLE},    {"", ERR_UNAVAILABLE},      {"08000", ERR_UNAVAILABLE},
    {"08006", ERR_UNAVAILABLE}, {"0A000", ERR_CONFIG},      {"22021", ERR_DATA},
    {"22P02", ERR_DATA},        {"23505", ERR_DATA},        {"25006", ERR_PERMISSION},
    {"25P02", ERR_INTERNAL},    {"25P03", ERR_UNAVAILABLE}, {"28000", ERR_PERMISSION},
    {"28P01", ERR_PERMISSION},  {"3D000", ERR_CONFIG},      {"3F000", ERR_CONFIG},
    {"40001", ERR_RETRY},       {"40002", ERR_DATA},        {"40P01", ERR_RETRY},
    {"42501", ERR_PERMISSION},  {"42601", ERR_INTERNAL},    {"42703", ERR_CONFIG},
    {"42P01", ERR_CONFIG},      {"53100", ERR_RETRY},       {"53200", ERR_RETRY},
    {"53300", ERR_UNAVAILABLE}, {"54000", ERR_DATA},        {"55P03", ERR_RETRY},
    {"57014", ERR_RETRY},       {"57P01", ERR_UNAVAILABLE}, {"57P02", ERR_UNAVAILABLE},
    {"57P03", ERR_UNAVAILABLE}, {"58030", ERR_UNAVAILABLE}, {"P0001", ERR_DATA},
    {"XX000", ERR_INTERNAL},
};

START_TEST(an_sqlstate_has_its_kind)
{
    enum err_kind kind = conn_error_kind(kind_cases[_i].sqlstate);

    ck_assert_msg(kind == kind_cases[_i].kind, "%s is %s",
                  kind_cases[_i].sqlstate ? kind_cases[_i].sqlstate : "NULL", err_kind_text(kind));
}
END_TEST

static void
make_objects(void)
{
    PGconn *connection;

    start_cluster();
    connection = cluster_connect(&cluster, "conn");
    cluster_exec(connection,
                 "CREATE ROLE nologin;"
                 "CREATE TABLE public.page (name text PRIMARY KEY, age int NOT NULL CHECK (age >= 0));"
                 "INSERT INTO public.page VALUES ('Zhang Wei', 40);");
    PQfinish(connection);
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("query");

    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, a_failing_statement_says_why_and_shows_no_value, 0, LENGTH(failing_cases));
    tcase_add_test(cases, a_conflict_at_a_standby_that_is_the_source_is_told_with_its_remedy);
    tcase_add_test(cases, parameters_go_as_they_are);
    tcase_add_test(cases, a_prepared_statement_is_prepared_once);
    tcase_add_test(cases, a_statement_that_cannot_be_prepared_is_asked_anew);
    tcase_add_loop_test(cases, a_single_number_is_asked_for, 0, LENGTH(number_cases));
    tcase_add_test(cases, what_is_quoted_reads_back_as_it_was);
    tcase_add_loop_test(cases, an_sqlstate_has_its_kind, 0, LENGTH(kind_cases));
    return cases;
}

int
main(void)
{
    make_objects();
    return run_and_destroy("query", make_cases());
}
