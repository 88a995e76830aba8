/*
 * The functions and date words that docs/checks.md lists, each with what it gives: all of the language are among them, and
 * crfd and PostgreSQL give what stands there.
 */
#include "check/query.h"
#include "check/routine.h"
#include "check/steps.h"
#include "clean/date_pattern.h"
#include "crfd/check/compile.h"
#include "crfd/definition/load.h"

#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLES_MAX 400
#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static struct cluster cluster;
static struct instance instance;
static PGconn *analysis;
static struct arena arena;

/* `what` is `gives`, or `what` by `format` is `gives`. */
struct example {
    char *what;
    char *format; /* NULL: an expression */
    char *gives;
};

static struct example examples[EXAMPLES_MAX];
static int example_count;
static cJSON *items; /* of the examples' page: name, type, value */

/* ---- Reading the page ---- */

/* The text between the next two backticks, with \| as |; NULL where there are none. *at goes behind it. */
static char *
quoted(const char **at)
{
    const char *begin = strchr(*at, '`');
    const char *end = begin != NULL ? strchr(begin + 1, '`') : NULL;
    char *text, *to;

    if (end == NULL)
        return NULL;
    *at = end + 1;
    to = text = arena_alloc(&arena, (size_t)(end - begin));
    for (begin++; begin < end; begin++)
        if (begin[0] != '\\' || begin[1] != '|')
            *to++ = *begin;
    *to = '\0';
    return text;
}

static bool
follows(const char **at, const char *word)
{
    if (strncmp(*at, word, strlen(word)) != 0)
        return false;
    *at += strlen(word);
    return true;
}

static void
take_examples(const char *line)
{
    char *text;

    while ((text = quoted(&line)) != NULL) {
        struct example example = {.what = text};

        if (follows(&line, " by "))
            example.format = quoted(&line);
        if (!follows(&line, " is "))
            continue;
        example.gives = quoted(&line);
        TEST_REQUIRE(example_count < EXAMPLES_MAX, "too many examples");
        examples[example_count++] = example;
    }
}

static void
take_item(const char *line)
{
    char *name = quoted(&line);
    char *type = arena_strdup(&arena, line + strlen(" | "));
    const char *value_at = strchr(line, '`');
    cJSON *item = cJSON_CreateObject();

    *strchr(type, ' ') = '\0';
    cJSON_AddStringToObject(item, "type", type);
    cJSON_AddStringToObject(item, "value", quoted(&value_at));
    cJSON_AddItemToObject(items, name, item);
}

static void
read_page(void)
{
    char *text = text_file_read("docs/checks.md");
    char *rest = strstr(text, "\n## Functions\n");
    bool in_items = false;
    char *line;

    TEST_REQUIRE(rest != NULL, "no functions are listed");
    items = cJSON_CreateObject();
    for (rest++; (line = strsep(&rest, "\n")) != NULL && strcmp(line, "## Habits that pay") != 0;) {
        if (strcmp(line, "| item | type | value |") == 0)
            in_items = true;
        else if (*line != '|')
            in_items = false;
        else if (in_items && line[2] == '`')
            take_item(line);
        else
            take_examples(line);
    }
    free(text);
}

/* ---- The study of the examples ---- */

/* A date, with a time where the format has one. */
static const char *
type_of(const struct example *example)
{
    return strstr(example->format, "MI") != NULL ? "datetime" : "date";
}

static void
add_item(cJSON *form, const char *name, const char *type, const char *format)
{
    cJSON *item = cJSON_AddObjectToObject(cJSON_GetObjectItem(form, "items"), name);

    cJSON_AddStringToObject(item, "type", type);
    if (format != NULL)
        cJSON_AddItemToObject(item, "formats", cJSON_CreateStringArray(&format, 1));
}

static const char *
numbered(char prefix, int i)
{
    return arena_printf(&arena, "%c%03d", prefix, i);
}

/* A check holds where the expression gives what stands there. */
static const char *
condition_of(const struct example *example)
{
    return arena_printf(&arena, strcmp(example->gives, "NULL") == 0 ? "(%s) IS NULL" : "(%s) = %s",
                        example->what, example->gives);
}

static void
add_examples(cJSON *dates, cJSON *checks)
{
    for (int i = 0; i < example_count; i++) {
        cJSON *check;

        if (examples[i].format != NULL) {
            add_item(dates, numbered('f', i), type_of(&examples[i]), examples[i].format);
            continue;
        }
        check = cJSON_CreateObject();
        cJSON_AddStringToObject(check, "id", numbered('E', i));
        cJSON_AddStringToObject(check, "form", "x");
        cJSON_AddStringToObject(check, "check", condition_of(&examples[i]));
        cJSON_AddItemToObject(check, "items", cJSON_CreateArray());
        cJSON_AddItemToArray(checks, check);
    }
}

static char *
study_text(void)
{
    cJSON *study =
        cJSON_Parse("{\"study\": \"functions\", \"version\": \"1\", \"events\": [{\"name\": \"LOG\"}],"
                    " \"forms\": {\"x\": {\"items\": {}}, \"dates\": {\"items\": {}}}, \"checks\": []}");
    cJSON *forms = cJSON_GetObjectItem(study, "forms");
    cJSON *item;
    char *text;

    cJSON_ArrayForEach(item, items) add_item(cJSON_GetObjectItem(forms, "x"), item->string,
                                             cJSON_GetObjectItem(item, "type")->valuestring, NULL);
    add_examples(cJSON_GetObjectItem(forms, "dates"), cJSON_GetObjectItem(study, "checks"));
    text = cJSON_Print(study);
    cJSON_Delete(study);
    return text;
}

static void
add_page(PGconn *source, const char *form, cJSON *data)
{
    char *text = cJSON_Print(data);
    PGresult *done = PQexecParams(source,
                                  "INSERT INTO edc.crf_page VALUES ('C1', 'S1', 'LOG', 1, $1, 1, $2::json,"
                                  " '2024-03-06 12:00+00')",
                                  2, NULL, (const char *const[]){form, text}, NULL, NULL, 0);

    TEST_REQUIRE(PQresultStatus(done) == PGRES_COMMAND_OK, "%s", PQerrorMessage(source));
    PQclear(done);
    free(text);
    cJSON_Delete(data);
}

static void
add_pages(void)
{
    PGconn *source = instance_connect_source(&instance);
    cJSON *x = cJSON_CreateObject();
    cJSON *dates = cJSON_CreateObject();
    cJSON *item;

    cJSON_ArrayForEach(item, items)
        cJSON_AddStringToObject(x, item->string, cJSON_GetObjectItem(item, "value")->valuestring);
    for (int i = 0; i < example_count; i++)
        if (examples[i].format != NULL)
            cJSON_AddStringToObject(dates, numbered('f', i), examples[i].what);
    add_page(source, "x", x);
    add_page(source, "dates", dates);
    PQfinish(source);
}

static void
prepare(void)
{
    char *study;

    cluster_start(&cluster);
    instance_create(&instance, &cluster, "functions");
    study = study_text();
    instance_write_study(&instance, study);
    free(study);
    add_pages();
    instance_do(&instance, 0, "migrate", NULL);
    instance_do(&instance, 0, "run", NULL);
}

static void
connect(void)
{
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "SET search_path TO analysis, crfd");
}

static void
disconnect(void)
{
    PQfinish(analysis);
}

/* ---- What crfd gives ---- */

START_TEST(crfd_gives_what_stands_there)
{
    const struct example *example = &examples[_i];

    if (example->format != NULL)
        expect_text(analysis, example->gives, example->what,
                    arena_printf(&arena, "SELECT %s FROM dates", numbered('f', _i)));
    else
        expect_text(analysis, "1 0 0 0", condition_of(example),
                    arena_printf(&arena,
                                 "SELECT concat_ws(' ', trues, falses, unknowns, errors) FROM check_outcome"
                                 " WHERE check_id = '%s'",
                                 numbered('E', _i)));
}
END_TEST

START_TEST(the_twins_agree)
{
    char *said = instance_crfd(&instance, 0, "verify", NULL);

    expect_in(said, " 0 differences");
    free(said);
}
END_TEST

/* ---- What PostgreSQL gives ---- */

static const struct definition *
load(void)
{
    struct definition *definition = arena_new(&arena, struct definition);
    struct problems problems;
    struct err err = {0};
    char *text = study_text();

    problems_init(&problems, &arena, "study.json");
    ck_assert_msg(definition_parse(&arena, "study.json", text, strlen(text), definition, &problems, &err),
                  "%s: %s", err.message, problems.count > 0 ? problems.list[0].message : "");
    free(text);
    return definition;
}

/* One digit or two are the same to it. */
static const char *
its_format(const char *format)
{
    struct strbuf out;
    const char *copy;

    strbuf_init(&out);
    for (const char *at = format; *at != '\0'; at++) {
        bool is_single = (*at == 'M' && strchr("OMI", at[1]) == NULL) || (*at == 'D' && at[1] != 'D');

        strbuf_append_char(&out, *at);
        if (is_single)
            strbuf_append_char(&out, *at);
        else if (strchr("MDHYSAP", *at) != NULL)
            for (const char *end = at + 1; *end >= 'A' && *end <= 'Z'; at++, end++)
                strbuf_append_char(&out, *end);
    }
    copy = arena_copy(&arena, out.text, out.length);
    strbuf_destroy(&out);
    return copy;
}

/* A partial date is a text in the tables: of its functions the twin says what they give. */
static const char *
its_condition(int i)
{
    struct check_error error;
    const struct definition *definition;
    const struct program *program;
    const char *text = condition_of(&examples[i]);

    if (strstr(text, "(p)") == NULL && strstr(text, "(q)") == NULL)
        return text;
    definition = load();
    program = check_compile(&arena, definition->study, study_form(definition->study, "x", 1), text,
                            strlen(text), &error);
    return program_twin_sql(program);
}

START_TEST(postgresql_gives_what_stands_there)
{
    const struct example *example = &examples[_i];

    if (example->format != NULL)
        expect_text(analysis, example->gives, example->what,
                    arena_printf(&arena, "SELECT to_timestamp('%s', '%s')::timestamp%s", example->what,
                                 its_format(example->format),
                                 strcmp(type_of(example), "date") == 0 ? "::date" : ""));
    else
        expect_text(analysis, "t", example->what,
                    arena_printf(&arena, "SELECT %s FROM x", its_condition(_i)));
}
END_TEST

/* ---- All of the language ---- */

static const struct routine *const tables[] = {
    number_routines, text_routines, pad_routines, calendar_routines, span_routines, partial_routines,
};

static bool
calls(const struct expr *expr, const struct routine *routine)
{
    if (expr->routine == routine)
        return true;
    if (expr->kind == EXPR_QUERY && expr->query->result != NULL && calls(expr->query->result, routine))
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (calls(expr->args[i], routine))
            return true;
    return false;
}

static bool
has_example(const struct definition *definition, const struct routine *routine)
{
    for (size_t form = 0; form < definition->study->form_count; form++)
        for (size_t i = 0; i < definition->plans[form].check_count; i++)
            if (calls(definition->plans[form].checks[i].program->tree, routine))
                return true;
    return false;
}

START_TEST(each_function_of_the_language_has_an_example)
{
    const struct definition *definition = load();

    for (size_t table = 0; table < LENGTH(tables); table++) {
        for (const struct routine *routine = tables[table]; routine->name != NULL; routine++) {
            if (routine->call == NULL)
                continue;
            ck_assert_msg(has_example(definition, routine), "docs/checks.md has no example of %s of %s%s%s",
                          routine->name, type_name(routine->args[0]), routine->arg_count > 1 ? ", " : "",
                          routine->arg_count > 1 ? type_name(routine->args[1]) : "");
        }
    }
}
END_TEST

/* M is in DD/MM only as a part of another word. */
static bool
has_word(const char *format, const char *word)
{
    for (const char *at = format; *at != '\0';) {
        const char *longest = NULL;

        for (size_t i = 0; date_pattern_word(i) != NULL; i++) {
            const char *each = date_pattern_word(i);

            if (strncmp(at, each, strlen(each)) == 0 && (longest == NULL || strlen(each) > strlen(longest)))
                longest = each;
        }
        if (longest != NULL && strcmp(longest, word) == 0)
            return true;
        at += longest != NULL ? strlen(longest) : 1;
    }
    return false;
}

START_TEST(each_word_of_a_date_has_an_example)
{
    for (size_t i = 0; date_pattern_word(i) != NULL; i++) {
        bool found = false;

        for (int j = 0; j < example_count; j++)
            found |= examples[j].format != NULL && has_word(examples[j].format, date_pattern_word(i));
        ck_assert_msg(found, "docs/checks.md has no example of %s", date_pattern_word(i));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("functions");
    TCase *cases = tcase_create("functions");
    SRunner *runner = srunner_create(suite);
    int failed;

    arena_init(&arena, 65536, 0);
    read_page();
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, connect, disconnect);
    tcase_add_loop_test(cases, crfd_gives_what_stands_there, 0, example_count);
    tcase_add_loop_test(cases, postgresql_gives_what_stands_there, 0, example_count);
    tcase_add_test(cases, the_twins_agree);
    tcase_add_test(cases, each_function_of_the_language_has_an_example);
    tcase_add_test(cases, each_word_of_a_date_has_an_example);
    suite_add_tcase(suite, cases);
    prepare();
    srunner_run_all(runner, CK_ENV);
    cluster_destroy(&cluster);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cJSON_Delete(items);
    arena_destroy(&arena);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
