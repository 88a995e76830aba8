#include "crfd/base/sql_text.h"
#include "crfd/definition/ddl.h"
#include "crfd/pg/copy_write.h"
#include "crfd/study/form_columns.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct strbuf out;

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

/* A form with a label and names that want to break out of their quotes; the loader lets no such name pass. */
static const struct item hostile_items[] = {
    {.name = "sysbp", .label = "It's \\ high", .type = VALUE_DECIMAL},
    {.name = "a\"; DROP TABLE x; --", .label = "", .type = VALUE_PARTIAL_DATE},
};

static const struct form hostile = {
    .name = "v\"s", .label = "Vital signs", .index = 12, .items = hostile_items, .item_count = 2};

static const struct item one_item[] = {{.name = "i", .label = "", .type = VALUE_TEXT}};
static const struct form plain = {.name = "f", .label = "", .index = 3, .items = one_item, .item_count = 1};

static const struct {
    const char *says;
    const char *name;
    const char *quoted;
} identifiers[] = {
    {"a name", "vs", "\"vs\""},
    {"a key word", "select", "\"select\""},
    {"a quotation mark", "a\"b", "\"a\"\"b\""},
    {"a backslash", "a\\b", "\"a\\b\""},
    {"nothing", "", "\"\""},
};

START_TEST(an_identifier_is_quoted)
{
    ddl_append_identifier(&out, identifiers[_i].name);
    ck_assert_msg(strcmp(out.text, identifiers[_i].quoted) == 0, "%s: %s", identifiers[_i].says, out.text);
}
END_TEST

static const struct {
    const char *says;
    const char *text;
    const char *quoted;
} literals[] = {
    {"a text", "Vital signs", "'Vital signs'"},
    {"an apostrophe", "it's", "'it''s'"},
    {"a backslash", "a\\b", "E'a\\\\b'"},
    {"a backslash before an apostrophe", "\\'", "E'\\\\'''"},
    {"Chinese", "体重", "'体重'"},
    {"ends of lines", "a\nb\rc", "E'a\\u000ab\\u000dc'"},
    {"an escape sequence", "\033[2J", "E'\\u001b[2J'"},
    {"a control character of C1, and what ends a line elsewhere", "\xc2\x9b\xc2\x85\u2028\u2029",
     "E'\\u009b\\u0085\\u2028\\u2029'"},
    {"a mark of direction", "\u202e", "E'\\u202e'"},
    {"a tag beyond the first plane", "\U000e0041", "E'\\U000e0041'"},
    {"an apostrophe beside a control character", "'\a'", "E'''\\u0007'''"},
    {"nothing", "", "''"},
};

START_TEST(a_literal_is_quoted)
{
    sql_text_append_literal(&out, literals[_i].text);
    ck_assert_msg(strcmp(out.text, literals[_i].quoted) == 0, "%s: %s", literals[_i].says, out.text);
}
END_TEST

static const struct {
    enum value_type type;
    const char *column;
} types[] = {
    {VALUE_TEXT, "text COLLATE \"C\""},
    {VALUE_INTEGER, "bigint"},
    {VALUE_DECIMAL, "numeric"},
    {VALUE_BOOLEAN, "boolean"},
    {VALUE_DATE, "date"},
    {VALUE_PARTIAL_DATE, "text COLLATE \"C\""},
    {VALUE_DATETIME, "timestamp"},
    {VALUE_PARTIAL_DATETIME, "text COLLATE \"C\""},
    {VALUE_TIME, "time"},
    {VALUE_INSTANT, "timestamptz"},
};

START_TEST(every_type_has_its_column)
{
    const struct item item = {.type = types[_i].type};

    ck_assert_int_eq(COUNT(types), VALUE_TYPE_COUNT);
    ck_assert_str_eq(ddl_item_type(&item), types[_i].column);
}
END_TEST

static const struct {
    const char *says;
    void (*append)(struct strbuf *out, const struct form *form);
    const struct form *form;
    const char *sql;
} statements[] = {
    {"the COPY of names that want to break out", ddl_copy_table, &hostile,
     "COPY analysis.\"v\"\"s\" (center_id, subject_id, event, event_repeat, form_repeat, event_order, "
     "event_number, event_day, unscheduled, \"sysbp\", \"a\"\"; DROP TABLE x; --\", submitted_at, missing, "
     "run_id) "
     "FROM STDIN (FORMAT binary)"},
    {"the table with its comments", ddl_create_table, &hostile,
     "CREATE TABLE analysis.\"v\"\"s\" (\n"
     "    center_id text COLLATE \"C\" NOT NULL,\n"
     "    subject_id text COLLATE \"C\" NOT NULL,\n"
     "    event text COLLATE \"C\" NOT NULL,\n"
     "    event_repeat int NOT NULL,\n"
     "    form_repeat int NOT NULL,\n"
     "    event_order int NOT NULL,\n"
     "    event_number bigint,\n"
     "    event_day int,\n"
     "    unscheduled boolean,\n"
     "    \"sysbp\" numeric,\n"
     "    \"a\"\"; DROP TABLE x; --\" text COLLATE \"C\",\n"
     "    submitted_at timestamptz NOT NULL,\n"
     "    missing jsonb,\n"
     "    run_id bigint NOT NULL,\n"
     "    PRIMARY KEY (center_id, subject_id, event, event_repeat, form_repeat)\n"
     ");\n"
     "COMMENT ON TABLE analysis.\"v\"\"s\" IS 'Vital signs';\n"
     "COMMENT ON COLUMN analysis.\"v\"\"s\".\"sysbp\" IS E'It''s \\\\ high';\n"},
    {"the COPY into the table", ddl_copy_table, &plain,
     "COPY analysis.\"f\" (center_id, subject_id, event, event_repeat, form_repeat, event_order, "
     "event_number, event_day, unscheduled, \"i\", "
     "submitted_at, missing, "
     "run_id) FROM STDIN (FORMAT binary)"},
    {"the stage, by index", ddl_create_stage, &plain,
     "CREATE TEMPORARY TABLE IF NOT EXISTS pg_temp.stage_3 (\n"
     "    center_id text COLLATE \"C\" NOT NULL,\n"
     "    subject_id text COLLATE \"C\" NOT NULL,\n"
     "    event text COLLATE \"C\" NOT NULL,\n"
     "    event_repeat int NOT NULL,\n"
     "    form_repeat int NOT NULL,\n"
     "    event_order int NOT NULL,\n"
     "    event_number bigint,\n"
     "    event_day int,\n"
     "    unscheduled boolean,\n"
     "    \"i\" text COLLATE \"C\",\n"
     "    submitted_at timestamptz NOT NULL,\n"
     "    missing jsonb,\n"
     "    run_id bigint NOT NULL\n"
     ") ON COMMIT DELETE ROWS"},
    {"the COPY into the stage", ddl_copy_stage, &plain,
     "COPY pg_temp.stage_3 (center_id, subject_id, event, event_repeat, form_repeat, event_order, "
     "event_number, event_day, unscheduled, \"i\", "
     "submitted_at, missing, "
     "run_id) FROM STDIN (FORMAT binary)"},
    {"the rows that are gone", ddl_merge_delete, &plain,
     "WITH staged AS MATERIALIZED (SELECT center_id, subject_id, event, event_repeat, form_repeat FROM "
     "pg_temp.stage_3), gone AS (DELETE FROM analysis.\"f\" AS t USING "
     "pg_temp.stage_subject AS s "
     "WHERE t.center_id = $1 AND s.subject_id = t.subject_id AND NOT EXISTS (SELECT FROM staged AS n WHERE "
     "t.center_id = $1 AND n.subject_id = t.subject_id AND n.event = t.event AND n.event_repeat = "
     "t.event_repeat AND "
     "n.form_repeat = t.form_repeat) RETURNING 1) SELECT count(*) FROM gone"},
    {"the rows that differ or are new", ddl_merge_upsert, &plain,
     "WITH changed AS (UPDATE analysis.\"f\" AS t SET event_order = s.event_order, "
     "event_number = s.event_number, event_day = s.event_day, unscheduled = s.unscheduled, "
     "\"i\" = s.\"i\", "
     "submitted_at = "
     "s.submitted_at, missing = s.missing, run_id = s.run_id FROM pg_temp.stage_3 AS s WHERE t.center_id = "
     "$1 AND "
     "s.subject_id = t.subject_id AND s.event = t.event AND s.event_repeat = t.event_repeat AND "
     "s.form_repeat = "
     "t.form_repeat AND pg_catalog.record_image_ne(ROW(t.event_order, t.event_number, t.event_day, "
     "t.unscheduled, t.\"i\", t.submitted_at, t.missing), "
     "ROW(s.event_order, s.event_number, s.event_day, s.unscheduled, "
     "s.\"i\", s.submitted_at, s.missing)) RETURNING 1), added AS (INSERT INTO analysis.\"f\" (center_id, "
     "subject_id, "
     "event, "
     "event_repeat, form_repeat, event_order, event_number, event_day, unscheduled, \"i\", submitted_at, "
     "missing, "
     "run_id) SELECT center_id, subject_id, "
     "event, "
     "event_repeat, form_repeat, event_order, event_number, event_day, unscheduled, \"i\", submitted_at, "
     "missing, "
     "run_id FROM pg_temp.stage_3 ON "
     "CONFLICT (center_id, subject_id, event, event_repeat, form_repeat) DO NOTHING RETURNING 1) SELECT "
     "(SELECT "
     "count(*) FROM changed) + (SELECT count(*) FROM added)"},
};

START_TEST(a_statement_names_and_quotes_everything)
{
    statements[_i].append(&out, statements[_i].form);
    ck_assert_msg(strcmp(out.text, statements[_i].sql) == 0, "%s:\n%s", statements[_i].says, out.text);
}
END_TEST

START_TEST(a_column_is_added_with_its_comment)
{
    ddl_add_column(&out, &hostile, &hostile_items[0]);
    ck_assert_str_eq(out.text, "ALTER TABLE analysis.\"v\"\"s\" ADD COLUMN \"sysbp\" numeric;\n"
                               "COMMENT ON COLUMN analysis.\"v\"\"s\".\"sysbp\" IS E'It''s \\\\ high';\n");
    strbuf_reset(&out);
    ddl_add_column(&out, &hostile, &hostile_items[1]);
    ck_assert_str_eq(
        out.text,
        "ALTER TABLE analysis.\"v\"\"s\" ADD COLUMN \"a\"\"; DROP TABLE x; --\" text COLLATE \"C\";\n");
}
END_TEST

static const struct {
    const char *says, *label, *unit, *comment;
} comments[] = {
    {"neither label nor unit", "", NULL, ""},
    {"a label", "Weight", NULL, "Weight"},
    {"a unit", "", "kg", "(kg)"},
    {"both", "Weight", "kg", "Weight (kg)"},
    {"a unit that the label names", "Weight, kg", "kg", "Weight, kg"},
    {"a unit that the label names in brackets", "Haematocrit [%]", "%", "Haematocrit [%]"},
    {"letters of a word are no unit", "Weight", "g", "Weight (g)"},
    {"a unit behind letters that are none", "Weight in g", "g", "Weight in g"},
};

START_TEST(a_column_is_commented_with_its_unit)
{
    const struct unit_rule unit = {.to = comments[_i].unit};
    const struct item item = {
        .name = "i", .label = comments[_i].label, .unit = unit.to != NULL ? &unit : NULL};

    ddl_append_comment(&out, &item);
    ck_assert_msg(strcmp(out.text, comments[_i].comment) == 0, "%s: %s", comments[_i].says, out.text);
}
END_TEST

static const struct {
    const char *says;
    const char *sql;
    int count;
} copies[] = {
    {"one column", "COPY a.b (c) FROM STDIN (FORMAT binary)", 1},
    {"several, on several lines", "COPY a.b (c, d,\n e) FROM STDIN (FORMAT binary)", 3},
    {"commas in a name", "COPY a.b (\"c,d\"\",,\", e) FROM STDIN (FORMAT binary)", 2},
    {"a parenthesis in a name", "COPY a.b (\"c)\", d) FROM STDIN (FORMAT binary)", 2},
};

START_TEST(a_copy_has_as_many_fields_as_it_names_columns)
{
    ck_assert_msg(copy_write_columns(copies[_i].sql) == copies[_i].count, "%s", copies[_i].says);
}
END_TEST

START_TEST(a_form_table_has_its_own_columns_and_the_items)
{
    ddl_copy_table(&out, &hostile);
    ck_assert_int_eq(copy_write_columns(out.text), FORM_COLUMN_COUNT + (int)hostile.item_count);
}
END_TEST

static Suite *
ddl_suite(void)
{
    Suite *suite = suite_create("ddl");
    TCase *tcase = tcase_create("ddl");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, an_identifier_is_quoted, 0, COUNT(identifiers));
    tcase_add_loop_test(tcase, a_literal_is_quoted, 0, COUNT(literals));
    tcase_add_loop_test(tcase, every_type_has_its_column, 0, COUNT(types));
    tcase_add_loop_test(tcase, a_column_is_commented_with_its_unit, 0, COUNT(comments));
    tcase_add_loop_test(tcase, a_statement_names_and_quotes_everything, 0, COUNT(statements));
    tcase_add_test(tcase, a_column_is_added_with_its_comment);
    tcase_add_loop_test(tcase, a_copy_has_as_many_fields_as_it_names_columns, 0, COUNT(copies));
    tcase_add_test(tcase, a_form_table_has_its_own_columns_and_the_items);
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(ddl_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
