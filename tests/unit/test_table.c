#include "cli/table.h"
#include "crfd/pg/rows.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct strbuf out;

/* id, center, message, is_new, evidence: a number, two texts, a boolean and JSON. */
static const Oid types[] = {20, 25, 25, 16, 114};
static const char *const names[] = {"id", "center", "message", "is_new", "evidence"};
static const char *const cells[][5] = {
    {"7", "A", "plain", "t", "{\"x\":1}"},
    {"12345", "北京协和", "says \"no\",\r\nand more", "f", NULL},
    {NULL, "C\x1b[2J\xc2\x9b", "", NULL, "[\"\x7f\xc2\x9b\u202e\U000e0041\"]"},
};

static const struct table_column columns[] = {
    {"id", "id", 0, NULL}, {"center", "center", 0, NULL}, {"message", "message", 0, NULL}};
static const struct table_column spared[] = {{"id", "id", 0, NULL},
                                             {"center", "center", 2, NULL},
                                             {"is_new", "new", 1, NULL},
                                             {"message", "message", 0, NULL}};

/* libpq makes an empty result of our own, but wants what it does not change to be changeable. */
static PGresult *
result(int rows)
{
    PGresult *made = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc attributes[COUNT(types)] = {{0}};

    for (int i = 0; i < COUNT(types); i++) {
        attributes[i].name = (char *)(uintptr_t)names[i];
        attributes[i].typid = types[i];
    }
    ck_assert_int_eq(PQsetResultAttrs(made, COUNT(types), attributes), 1);
    for (int row = 0; row < rows; row++)
        for (int i = 0; i < COUNT(types); i++) {
            const char *cell = cells[row][i];

            ck_assert_int_eq(PQsetvalue(made, row, i, (char *)(uintptr_t)cell, cell ? (int)strlen(cell) : -1),
                             1);
        }
    return made;
}

static void
begin(void)
{
    strbuf_init(&out);
}

static void
end(void)
{
    strbuf_destroy(&out);
}

static const struct {
    const char *says;
    int rows;
    int columns;
    const char *text;
} tables[] = {
    {"numbers stand right, wide characters count twice, controls are shown", 3, 0,
     "   id  center    message\n"
     "    7  A         plain\n"
     "12345  北京协和  says \"no\",??and more\n"
     "       C?[2J?    \n"},
    {"the widest text is cut", 2, 30,
     "   id  center    message\n"
     "    7  A         plain\n"
     "12345  北京协和  says \"no\",??…\n"},
    {"nothing is cut to less than can be read", 2, 10,
     "   id  center    message\n"
     "    7  A         plain\n"
     "12345  北京协和  says \"n…\n"},
    {"no row", 0, 80, "id  center  message\n"},
};

START_TEST(a_table_fits_the_terminal)
{
    PGresult *rows = result(tables[_i].rows);

    table_append(&out, rows, columns, COUNT(columns), tables[_i].columns);
    ck_assert_msg(strcmp(out.text, tables[_i].text) == 0, "%s:\n%s", tables[_i].says, out.text);
    PQclear(rows);
}
END_TEST

static const struct {
    const char *says;
    int columns;
    const char *titles;
} rooms[] = {
    {"there is room", 80, "   id  center    new  message\n"},
    {"a long text is cut before a column is left out", 42, "   id  center    new  message\n"},
    {"the first to go", 41, "   id  new  message\n"},
    {"the second to go", 31, "   id  message\n"},
    {"nothing else can be left out", 5, "   id  message\n"},
};

/* Of the first there is nothing to be told apart. */
START_TEST(a_cell_tells_the_how_manieth_it_is)
{
    static const struct table_column counted[] = {{"center", "center", 0, "id"}, {"is_new", "new", 0, NULL}};
    PGresult *rows = result(2);

    ck_assert_int_eq(PQsetvalue(rows, 0, 0, (char[]){"1"}, 1), 1);
    table_append(&out, rows, counted, COUNT(counted), 0);
    ck_assert_str_eq(out.text, "center            new\nA                 t\n北京协和 (12345)  f\n");
    PQclear(rows);
}
END_TEST

START_TEST(columns_that_can_be_spared_give_way)
{
    PGresult *rows = result(2);

    table_append(&out, rows, spared, COUNT(spared), rooms[_i].columns);
    ck_assert_msg(strncmp(out.text, rooms[_i].titles, strlen(rooms[_i].titles)) == 0, "%s:\n%s",
                  rooms[_i].says, out.text);
    PQclear(rows);
}
END_TEST

START_TEST(csv_is_quoted_where_it_must_be)
{
    PGresult *rows = result(3);

    rows_append_csv(&out, rows, true);
    ck_assert_str_eq(out.text, "id,center,message,is_new,evidence\r\n"
                               "7,A,plain,t,\"{\"\"x\"\":1}\"\r\n"
                               "12345,北京协和,\"says \"\"no\"\",\r\nand more\",f,\r\n"
                               ",C\x1b[2J\xc2\x9b,\"\",,\"[\"\"\x7f\xc2\x9b\u202e\U000e0041\"\"]\"\r\n");
    PQclear(rows);
}
END_TEST

static const struct {
    const char *says;
    Oid type;
    const char *text;
    const char *cell;
} csv_cells[] = {
    {"a text", 25, "plain", "plain"},
    {"a link", 25, "=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
    {"a sum", 25, "+1", "'+1"},
    {"a difference", 25, "-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"},
    {"an old function", 25, "@SUM(1)", "'@SUM(1)"},
    {"a tab before it", 25, "\t=1", "\"'\t=1\""},
    {"an end of line before it", 25, "\n=1", "\"'\n=1\""},
    {"a carriage return before it", 25, "\r=1", "'?=1"},
    {"a full-width sign", 25, "＝1", "'＝1"},
    {"a negative number", 20, "-1", "-1"},
    {"a sign within", 25, "a=1", "a=1"},
    {"a cell of its own behind a semicolon", 25, "a;=1", "\"a;=1\""},
    {"lines", 25, "a\r\nb\nc", "\"a\r\nb\nc\""},
    {"an escape sequence", 25, "a\033[2Jb\xc2\x9b", "a?[2Jb?"},
    {"a carriage return alone", 25, "a\rb", "a?b"},
    {"a mark of direction", 25, "a\u202eb", "a?b"},
    {"JSON", 114, "{\"a\":\"\x7f\"}", "\"{\"\"a\"\":\"\"\\u007f\"\"}\""},
};

START_TEST(a_cell_of_csv_is_a_text_and_no_more)
{
    PGresult *made = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    char name[] = "c";
    char text[64], expected[128];
    PGresAttDesc attribute = {.name = name, .typid = csv_cells[_i].type};

    ck_assert_int_eq(PQsetResultAttrs(made, 1, &attribute), 1);
    snprintf(text, sizeof text, "%s", csv_cells[_i].text);
    ck_assert_int_eq(PQsetvalue(made, 0, 0, text, (int)strlen(text)), 1);
    rows_append_csv(&out, made, false);
    snprintf(expected, sizeof expected, "c\r\n%s\r\n", csv_cells[_i].cell);
    ck_assert_msg(strcmp(out.text, expected) == 0, "%s: %s", csv_cells[_i].says, out.text);
    PQclear(made);
}
END_TEST

START_TEST(json_keeps_types)
{
    PGresult *rows = result(3);

    rows_append_json(&out, rows);
    ck_assert_str_eq(out.text,
                     "[{\"id\": 7, \"center\": \"A\", \"message\": \"plain\", \"is_new\": true, "
                     "\"evidence\": {\"x\":1}},\n"
                     " {\"id\": 12345, \"center\": \"北京协和\", \"message\": \"says "
                     "\\\"no\\\",\\u000d\\u000aand more\", \"is_new\": false, "
                     "\"evidence\": null},\n"
                     " {\"id\": null, \"center\": \"C\\u001b[2J\\u009b\", \"message\": \"\", \"is_new\": "
                     "null, \"evidence\": [\"\\u007f\\u009b\\u202e\\udb40\\udc41\"]}]");
    PQclear(rows);
}
END_TEST

START_TEST(json_without_rows_is_an_empty_array)
{
    PGresult *rows = result(0);

    rows_append_json(&out, rows);
    ck_assert_str_eq(out.text, "[]");
    PQclear(rows);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("table");
    TCase *cases = tcase_create("table");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_table_fits_the_terminal, 0, COUNT(tables));
    tcase_add_test(cases, a_cell_tells_the_how_manieth_it_is);
    tcase_add_loop_test(cases, columns_that_can_be_spared_give_way, 0, COUNT(rooms));
    tcase_add_test(cases, csv_is_quoted_where_it_must_be);
    tcase_add_loop_test(cases, a_cell_of_csv_is_a_text_and_no_more, 0, COUNT(csv_cells));
    tcase_add_test(cases, json_keeps_types);
    tcase_add_test(cases, json_without_rows_is_an_empty_array);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
