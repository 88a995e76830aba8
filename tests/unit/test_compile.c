#include "crfd/check/compile.h"

#include "check_cases.h"
#include "check_study.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct arena arena;
static const struct study *study;
static const struct form *vs;

static void
setup(void)
{
    arena_init(&arena, 65536, 0);
    study = check_study_new(&arena);
    vs = check_study_form(study, "vs");
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

/* --- what is refused, where, and what to write instead --- */

static const struct {
    const char *text;
    size_t offset;
    const char *says;
} refused[] = {
    /* Not one expression. */
    {"", 0, "is empty"},
    {"   ", 3, "is empty"},
    {"i1 >", 4, "syntax error at end of input"},
    {"i1 > > 2", 5, "syntax error at or near \">\""},
    {"'Z\xC3\xBCrich' = t1 = >", 15, "syntax error"},
    {"(i1 > 2", 7, "syntax error"},
    {"i1 > 2)", 6, "syntax error at or near \")\""},
    {"t1 = 'abc", 5, "unterminated quoted string"},
    {"i1 > 2; DROP TABLE x", 6, "leave the semicolon out"},
    {"i1 > 2;", 6, "leave the semicolon out"},
    {"; DROP TABLE x", 0, "leave the semicolon out"},
    {"i1 > 2 -- odd", 7, "cannot hold a comment"},
    {"i1 > /* odd */ 2", 5, "cannot hold a comment"},
    {"i1 > 2 --", 7, "cannot hold a comment"},
    {"i1, i2", 4, "AND instead of a comma"},
    {"1), (2", 1, "syntax error"},
    {"x) FROM y WHERE (z", 1, "syntax error"},
    {"i1 AS b", 6, "has no name"},
    {"i1 i2", 3, "is an operator missing"},
    {"1 INTO foo", 2, "not a query"},
    {"i1 > 2 FROM vs", 7, "not a query"},
    {"i1 IS DISTINCT FROM 2 WHERE true", 22, "not a query"},
    {"i1 > 2 ORDER BY 1", 7, "not a query"},
    {"i1 > 2 LIMIT 1", 7, "not a query"},
    {"1 UNION SELECT 2", 2, "not a query"},
    {"ALL i1", 0, "cannot begin with ALL or DISTINCT"},
    {"DISTINCT i1", 0, "cannot begin with ALL or DISTINCT"},
    {"*", 0, "* cannot stand in a check"},
    {"vs.* IS NULL", 0, "* cannot stand in a check"},
    {"t1 = '\xFF\xFE'", 6, "not valid UTF-8"},
    {"t1 = '\xC3'", 6, "not valid UTF-8"},
    {"t1 = '\xED\xA0\x80'", 6, "not valid UTF-8"},

    /* Not in the language. */
    {"age('2014-03-05 11:45', day1) > age(day1, day2)", 0, "say what the literal is"},
    {"(SELECT sum((SELECT max(o.i1) FROM vs o)) FROM ae) > 1", 8, "reads no column of this subquery's FROM"},
    {"pg_sleep(10) IS NULL", 0, "function \"pg_sleep\" is not in the check language"},
    {"max(i1) > 1", 0, "greatest(a, b)"},
    {"missing(event) = 'ND'", 0, "missing takes an item"},
    {"missing(upper(t1)) = 'ND'", 0, "missing takes an item"},
    {"missing('t1') = 'ND'", 0, "missing takes an item"},
    {"missing(t1, t2) = 'ND'", 0, "missing takes an item"},
    {"missing() = 'ND'", 0, "missing takes an item"},
    {"missing(t9) = 'ND'", 8, "form \"vs\" has no column \"t9\"; did you mean"},
    {"mising(t1) = 'ND'", 0, "function \"mising\" is not known; did you mean \"missing\"?"},
    {"i1 = $1", 5, "no parameters"},
    {"i1 = ANY (ARRAY[1, 2])", 3, "x IN (a, b)"},
    {"t1 SIMILAR TO 'a'", 3, "LIKE or ~"},
    {"current_timestamp > ts1", 0, "current_date"},
    {"now() > ts1", 0, "current_date"},
    {"t1 COLLATE \"de_DE\" < 'b'", 3, "COLLATE"},
    {"(i1, i2) IS NULL", 0, "num_nulls"},
    {"(i1, i2)", 0, "a row can only be compared"},
    {"(i1, i2) = 1", 9, "a row compares with a row"},
    {"(i1, i2) = (1, 2, 3)", 9, "2 and 3 columns"},
    {"sqrt(i1) > 1", 0, "x::numeric"},
    {"power(i1, 2) > 1", 0, "x::numeric ^ 2"},
    {"exp(d1) > 1", 0, "it is not exact"},
    {"ln(d1) > 1", 0, "it is not exact"},
    {"round(i1) > 1", 0, "x::numeric"},
    {"i1 ^ 2 > 1", 3, "product"},
    {"d1::float8 > 1", 4, "numeric"},
    {"day1 + interval '1 dey' > day2", 16, "write '7 days', '1 month'"},
    {"day1 + interval '1.5 days' > day2", 16, "not a value of type interval"},
    {"day1 + interval '1 day 2 days' > day2", 16, "not a value of type interval"},
    {"day1 + interval '1 hour 02:00' > day2", 16, "not a value of type interval"},
    {"day1 + interval '02:00 1 day' > day2", 16, "not a value of type interval"},
    {"day1 + interval '1' day > day2", 7, "takes no length here"},
    {"interval '1 day' * 7 > interval '1 week'", 17, "inexact numbers"},
    {"submitted_at + interval '1 day' > submitted_at", 13, "time zone"},
    {"age(day1) > interval '1 day'", 0, "function age(date) does not exist"},
    {"age(submitted_at, submitted_at) > interval '1 day'", 0, "time zone"},
    {"interval '1 day'", 0, "must be a condition, but this is interval"},
    {"(SELECT max(stdat - date '2014-01-01' + interval '1 day') FROM ae) IS NULL", 38,
     "operator does not exist"},
    {"t1::json IS NULL", 4, "type \"json\""},
    {"t1::char(3) = 'a'", 4, "write text"},
    {"public.length(t1) = 1", 0, "without a schema"},
    {"substring(t1 from 'a') = 'a'", 0, "x ~ 'pattern'"},
    {"B'101' IS NULL", 0, "bit strings"},
    {"ts1 AT TIME ZONE 'Asia/Shanghai' > ts2", 4, "'UTC'"},

    /* Subqueries. */
    {"EXISTS (SELECT 1)", 0, "reads a form"},
    {"i1 > (SELECT 1)", 5, "without FROM write the value itself"},
    {"i1 IN (SELECT 1)", 3, "reads a form"},
    {"EXISTS (SELECT FROM aee)", 20, "did you mean \"ae\"?"},
    {"EXISTS (SELECT FROM analysis.ae)", 20, "without a schema"},
    {"EXISTS (SELECT FROM pg_class)", 20, "the study has no form \"pg_class\""},
    {"EXISTS (SELECT FROM ae, ae)", 24, "stands twice in FROM"},
    {"EXISTS (SELECT FROM ae a (x, y))", 20, "an alias has no column names"},
    {"EXISTS (SELECT FROM ae JOIN sv ON true)", 0, "FROM a, b WHERE"},
    {"EXISTS (SELECT FROM (SELECT 1) x)", 0, "FROM names forms"},
    {"EXISTS (SELECT FROM generate_series(1, 2))", 0, "FROM names forms"},
    {"EXISTS (SELECT FROM ae WHERE grde > 1)", 29,
     "form \"ae\" has no column \"grde\"; did you mean \"grade\"?"},
    {"EXISTS (SELECT grde FROM ae)", 15, "did you mean \"grade\"?"},
    {"EXISTS (SELECT FROM ae a WHERE a.x = 1)", 31, "form \"ae\" has no column \"x\""},
    {"EXISTS (SELECT FROM ae a WHERE ae.grade = 1)", 31, "form \"ae\" can have many pages"},
    {"EXISTS (SELECT FROM ae, sv WHERE event = 'X')", 33, "column \"event\" is ambiguous: write sv.event"},
    {"EXISTS (SELECT FROM ae WHERE grade)", 29, "argument of WHERE must be boolean"},
    {"EXISTS (SELECT FROM ae LIMIT 1)", 0, "leave ORDER BY and LIMIT out"},
    {"EXISTS (SELECT count(*) FROM ae)", 15, "an aggregate stands behind SELECT only"},
    {"EXISTS (SELECT FROM ae GROUP BY term)", 0, "GROUP BY"},
    {"EXISTS (SELECT FROM ae UNION SELECT FROM sv)", 0, "UNION"},
    {"EXISTS (SELECT FROM ae FOR UPDATE)", 0, "only reads"},
    {"EXISTS (WITH x AS (SELECT 1) SELECT FROM ae)", 0, "WITH"},
    {"EXISTS (VALUES (1))", 0, "VALUES"},
    {"(SELECT term FROM ae) = 'X'", 0, "can give several values"},
    {"(SELECT term FROM ae LIMIT 1) = 'X'", 0, "ORDER BY ... LIMIT 1"},
    {"(SELECT term FROM ae ORDER BY grade LIMIT 2) = 'X'", 0, "LIMIT 1"},
    {"(SELECT term FROM ae ORDER BY grade LIMIT 1 OFFSET 1) = 'X'", 0, "OFFSET"},
    {"(SELECT term FROM ae ORDER BY 1 LIMIT 1) = 'X'", 30, "a constant orders nothing"},
    {"(SELECT term FROM ae ORDER BY endtc LIMIT 1) = 'X'", 30, "ORDER BY earliest(x)"},
    {"(SELECT term, grade FROM ae ORDER BY grade LIMIT 1) = 'X'", 0, "selects one column, this one 2"},
    {"(SELECT term AS x FROM ae ORDER BY grade LIMIT 1) = 'X'", 8, "leave AS x out"},
    {"(SELECT DISTINCT term FROM ae) = 'X'", 0, "count(DISTINCT x)"},
    {"(SELECT * FROM ae ORDER BY grade LIMIT 1) = 'X'", 8, "* cannot stand in a check"},
    {"i1 IN (SELECT grade, dose FROM ae)", 3, "selects one column"},
    {"i1 IN (SELECT term FROM ae)", 3, "operator does not exist: bigint = text"},
    {"(i1, i2) IN (SELECT grade, dose FROM ae)", 9, "EXISTS (SELECT FROM"},
    {"t1 LIKE ANY (SELECT term FROM ae)", 3, "ANY and ALL take a comparison"},
    {"ARRAY(SELECT grade FROM ae) IS NULL", 0, "arrays"},
    {"EXISTS (SELECT FROM ae WHERE EXISTS (SELECT FROM sv WHERE EXISTS (SELECT FROM dm WHERE EXISTS (SELECT "
     "FROM "
     "ds))))",
     87, "at most 3 deep"},

    /* Aggregates. */
    {"count(*) > 1", 0, "taken over the pages of a form: write (SELECT count(x)"},
    {"EXISTS (SELECT FROM ae WHERE count(*) > 1)", 29, "stands behind SELECT only"},
    {"(SELECT max(min(grade)) FROM ae) = 1", 12, "cannot hold another one"},
    {"(SELECT max(grade) + grade FROM ae) = 1", 21, "means no single page"},
    {"(SELECT max(i1) FROM ae) = 1", 8, "reads no column of this subquery's FROM"},
    {"(SELECT max(grade) FROM ae LIMIT 1) = 1", 0, "leave ORDER BY and LIMIT out"},
    {"(SELECT max(grade, 1) FROM ae) = 1", 8, "takes one argument; write greatest(a, b)"},
    {"(SELECT sum(*) FROM ae) = 1", 8, "only count takes *"},
    {"(SELECT sum(term) FROM ae) = 1", 12, "function sum(text) does not exist"},
    {"(SELECT max(endtc) FROM ae) = '2014'", 12, "max(earliest(x))"},
    {"(SELECT max(serious) FROM ae)", 12, "function max(boolean) does not exist"},
    {"(SELECT bool_and(grade) FROM ae)", 17, "takes a condition, not bigint"},
    {"(SELECT string_agg(term, ',') FROM ae) = 'x'", 8, "function \"string_agg\""},
    {"(SELECT string_agg(term, ',' ORDER BY term) FROM ae) = 'x'", 8, "string_agg is no aggregate"},
    {"(SELECT count(*) FILTER (WHERE grade) FROM ae) = 1", 31, "argument of FILTER must be boolean"},

    /* lag and lead. */
    {"lag(i1) > 1", 0, "write lag(x) OVER visits"},
    {"lag(i1) OVER (ORDER BY event_order) > 1", 0, "write OVER visits"},
    {"lag(i1) OVER pages > 1", 0, "write OVER visits"},
    {"first_value(i1) OVER visits > 1", 0, "it has lag(x) OVER visits"},
    {"max(i1) OVER visits > 1", 0, "it has lag(x) OVER visits"},
    {"lag(i1, i2) OVER visits > 1", 0, "a number of pages from 0 to 1000"},
    {"lag(i1, -1) OVER visits > 1", 0, "a number of pages from 0 to 1000"},
    {"lag(i1, 1, 'x') OVER visits > 1", 11, "'x' is not a value of type bigint"},
    {"lag(lag(i1) OVER visits) OVER visits > 1", 4, "write lag(x, 2)"},
    {"lag(dm.age) OVER visits > 1", 4, "lag and lead look at pages of form \"vs\""},
    {"lag((SELECT max(grade) FROM ae)) OVER visits > 1", 4, "cannot hold a subquery"},
    {"EXISTS (SELECT FROM ae WHERE lag(i1) OVER visits = grade)", 29, "belong outside of subqueries"},

    /* Names. */
    {"sysbb > 1", 0, "form \"vs\" has no column \"sysbb\""},
    {"digit = '1'", 0, "did you mean \"digits\"?"},
    {"i1 > 5 AND evnt = 'WEEK 2'", 11, "did you mean \"event\"?"},
    {"dm.sexx = 'M'", 0, "did you mean \"sex\"?"},
    {"dn.sex = 'M'", 0, "the study has no form \"dn\"; did you mean"},
    {"i1 > 1 OR lb.alb > 2", 10, "the study has no form \"lb\""},
    {"ae.term = 'x'", 0, "form \"ae\" can have many pages"},
    {"lenght(t1) = 1", 0, "did you mean \"length\"?"},
    {"full_dat(p1) IS NULL", 0, "did you mean \"full_date\"?"},
    {"a.b.c = 1", 0, "column or form.column"},

    /* Types. */
    {"i1", 0, "must be a condition, but this is bigint"},
    {"t1", 0, "must be a condition, but this is text"},
    {"'maybe'", 0, "not a value of type boolean"},
    {"i1 AND b1", 0, "argument of AND must be boolean, not bigint"},
    {"NOT t1", 4, "argument of NOT must be boolean"},
    {"CASE WHEN i1 THEN 1 END = 1", 10, "CASE/WHEN"},
    {"i1 IS TRUE", 0, "IS TRUE must be boolean"},
    {"t1 > 5", 3, "operator does not exist: text > integer; cast one side, as in x::integer"},
    {"t1 = i1", 3, "operator does not exist: text = bigint"},
    {"day1 = i1", 5, "operator does not exist: date = bigint"},
    {"b1 = 1", 3, "operator does not exist: boolean = integer"},
    {"tm1 < ts1", 4, "operator does not exist: time < timestamp"},
    {"p1 = t1", 3, "operator does not exist: partial date = text"},
    {"p1 < tm1", 3, "operator does not exist: partial date < time"},
    {"submitted_at > ts1", 13, "time zone"},
    {"in1 AT TIME ZONE 'Asia/Tokyo' = ts1", 4, "write AT TIME ZONE 'UTC' or 'Europe/Berlin'"},
    {"submitted_at > '2014-03-05'", 15, "with the zone's offset"},
    {"i1 = 'abc'", 5, "'abc' is not a value of type bigint"},
    {"i1 = '9999999999999999999'", 5, "out of range for type bigint"},
    {"day1 > '2014-02-30'", 7, "out of range for type date"},
    {"day1 > '05.03.2014'", 7, "write 'YYYY-MM-DD'"},
    {"p1 > '2014-3'", 5, "'YYYY-MM'"},
    {"p1 > '2014-03-05T11'", 5, "'YYYY-MM'"},
    {"tm1 > 'noon'", 6, "HH:MM"},
    {"'x'::numeric(10,2) > 1", 0, "not a value of type numeric"},
    {"d1 > '1e999'", 5, "out of range for type numeric"},
    {"d1 > 1e999", 5, "too long for exact arithmetic"},
    {"t1 + 1 = 2", 3, "operator does not exist: text + integer"},
    {"day1 + i1 = day2", 5, "write x::integer"},
    {"day1 + '1' = day2", 5, "not unique"},
    {"'1' + '2' = 3", 4, "not unique"},
    {"ts1 + 1 = ts2", 4, "whole days"},
    {"p1 + 1 = p2", 3, "full_date(x)"},
    {"i1 || i2 = 'a'", 3, "operator does not exist"},
    {"i1 == 1", 3, "write = for equal"},
    {"i1 LIKE '7'", 0, "write x::text"},
    {"p1 LIKE '2014%'", 0, "write x::text"},
    {"i1 ~ '7'", 0, "write x::text"},
    {"length(p1) = 7", 0, "write x::text, full_date(x)"},
    {"upper(i1) = 'A'", 0, "function upper(bigint) does not exist"},
    {"length(t1, t2) = 1", 0, "function length(text, text) does not exist"},
    {"left(t1, 2.5) = 'a'", 0, "function left(text, numeric) does not exist"},
    {"concat(t1, b1) = 'a'", 0, "function concat(text, boolean) does not exist"},
    {"full_date(day1) IS NULL", 0, "function full_date(date) does not exist"},
    {"extract(century FROM day1) = 21", 0, "year, quarter, month"},
    {"extract(hour FROM day1) = 1", 0, "a date is a whole day"},
    {"CASE WHEN b1 THEN 1 ELSE 'x' END = 1", 25, "not a value of type integer"},
    {"CASE WHEN b1 THEN t1 ELSE i1 END = 1", 18, "CASE types bigint and text cannot be matched"},
    {"coalesce(t1, 5) = 'a'", 13, "COALESCE types text and integer cannot be matched"},
    {"greatest(p1, p2) = p1", 0, "earliest(a)"},
    {"day1::boolean", 4, "cannot cast type date to boolean"},
    {"d1::numeric(0) = 1", 4, "out of range"},
    {"t1::varchar(0) = 'a'", 4, "out of range"},
    {"day1::date(3) = day2", 6, "takes no length"},

    /* Patterns. */
    {"t1 LIKE 'a\\'", 8, "must not end with its escape character"},
    {"t1 LIKE t2 ESCAPE '!'", 8, "quoted literals"},
    {"t1 LIKE 'a' ESCAPE 'ab'", 19, "one character or none"},
    {"t1 ~ t2", 5, "must be a quoted literal"},
    {"t1 ~ 'a(b'", 7, "( needs )"},
    {"t1 ~ 'ab)'", 8, ") has no ("},
    {"t1 ~ '[a-'", 9, "[ needs ]"},
    {"t1 ~ '[a'", 6, "[ needs ]"},
    {"t1 ~ '['", 6, "[ needs ]"},
    {"t1 ~ '[z-a]'", 7, "runs backwards"},
    {"t1 ~ '*a'", 6, "nothing to repeat"},
    {"t1 ~ 'a**'", 8, "cannot follow another one"},
    {"t1 ~ 'a++'", 8, "cannot follow another one"},
    {"t1 ~ '^*'", 6, "cannot be repeated"},
    {"t1 ~ 'a{2,1}'", 7, "run backwards"},
    {"t1 ~ 'a{256}'", 8, "at most 255"},
    {"t1 ~ 'a{,2}'", 8, "write \\{"},
    {"t1 ~ '\\bx'", 6, "write \\y"},
    {"t1 ~ '(a)\\1'", 9, "back references"},
    {"t1 ~ 'a(?<=b)'", 7, "look-behind is not in the check language"},
    {"t1 ~ 'a(?<!b)'", 7, "look-behind"},
    {"t1 ~ '(?i)a'", 6, "options are not in the check language"},
    {"t1 ~ 'a(?=b)*'", 7, "a look ahead cannot be repeated"},
    {"t1 ~ '(?!b){2}a'", 6, "a look ahead cannot be repeated"},
    {"t1 ~ 'a(?=b'", 7, "( needs ) at its end"},
    {"t1 ~ '(a)(?=\\1)'", 12, "back references"},
    {"t1 ~ '***=a'", 6, "***"},
    {"t1 ~ '[[:letter:]]'", 9, "no such character class"},
    {"t1 ~ '[[.a.]]'", 7, "[. .]"},
    {"t1 ~ '\\x41'", 6, "write the character itself"},
    {"t1 ~ 'a\\'", 7, "ends with"},
};

START_TEST(what_is_not_a_check_is_refused_with_a_place_and_a_reason)
{
    const char *text = refused[_i].text;
    struct check_error error = {.offset = 999999};
    const struct program *program = check_compile(&arena, study, vs, text, strlen(text), &error);

    ck_assert_msg(program == NULL, "%s: accepted", text);
    ck_assert_msg(strstr(error.message, refused[_i].says) != NULL, "%s: says \"%s\", not \"%s\"", text,
                  error.message, refused[_i].says);
    ck_assert_msg(error.offset == refused[_i].offset, "%s: at %zu, not %zu: %s", text, error.offset,
                  refused[_i].offset, error.message);
}
END_TEST

/* --- hostile texts --- */

static char *
repeated(const char *before, const char *unit, size_t count, const char *after, size_t *length)
{
    size_t size = strlen(before) + count * strlen(unit) + strlen(after);
    char *text = malloc(size + 1);
    char *at = text;

    ck_assert_ptr_nonnull(text);
    memcpy(at, before, strlen(before));
    at += strlen(before);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, unit, strlen(unit));
        at += strlen(unit);
    }
    memcpy(at, after, strlen(after) + 1);
    *length = size;
    return text;
}

static const struct {
    const char *row;
    const char *before, *unit;
    size_t count;
    const char *after;
    const char *says;
    size_t offset;
} hostile[] = {
    {"10,000 parentheses", "", "(", 10000, "i1", "words and signs", 2000},
    {"1,000 parentheses that close nowhere", "", "(", 1000, "i1", "syntax error", 1002},
    {"100,000 terms", "i1 = 1", " + 1", 100000, "", "longer than", 16384},
    {"4,000 terms", "i1 = 1", "+1", 4000, "", "words and signs", 2003},
    {"900 terms", "i1 = 1", " + 1", 900, "", "nested more than", 0},
    {"900 NOTs", "", "NOT ", 900, "b1", "nested more than", 0},
    {"900 signs", "i1 = ", "- ", 900, "i2", "nested more than", 0},
    {"a megabyte of garbage", "", "\x01~", 500000, "", "longer than", 16384},
    {"16 kB of garbage", "", "\x01~", 8000, "", "words and signs", 2000},
    {"600 subqueries", "", "(SELECT ", 600, "1", "syntax error", 4801},
    {"100 subqueries", "b1", " AND EXISTS (SELECT FROM ae)", 100, "", "at most 23 other pages", 671},
    {"100 forms in FROM", "EXISTS (SELECT FROM ae", ", sv", 100, ")", "stands twice in FROM", 28},
    {"100 keys to order by", "(SELECT term FROM ae ORDER BY grade", ", dose", 100, " LIMIT 1) = 'X'",
     "a few decide", 0},
    {"100 aggregates", "(SELECT 1", " + max(grade)", 100, " FROM ae) = 1", "at most 16 aggregates", 220},
    {"nested BETWEEN", "", "(b1 = (", 100, "b1", "syntax error", 702},
    {"a long string", "t1 = '", "a", 20000, "'", "longer than", 16384},
    {"a pattern of many groups", "t1 ~ '", "(", 1000, "'", "nested too deeply", 106},
};

START_TEST(hostile_texts_are_refused_and_the_process_lives)
{
    size_t length;
    char *text =
        repeated(hostile[_i].before, hostile[_i].unit, hostile[_i].count, hostile[_i].after, &length);
    struct check_error error = {.offset = 999999999};

    ck_assert_msg(check_compile(&arena, study, vs, text, length, &error) == NULL, "%s: accepted",
                  hostile[_i].row);
    ck_assert_msg(strstr(error.message, hostile[_i].says) != NULL, "%s: %s", hostile[_i].row, error.message);
    ck_assert_msg(error.offset == hostile[_i].offset, "%s: at %zu of %zu", hostile[_i].row, error.offset,
                  length);
    free(text);
}
END_TEST

START_TEST(a_nul_is_refused_at_its_place)
{
    struct check_error error;

    ck_assert_ptr_null(check_compile(&arena, study, vs, "i1 > 2\0 OR true", 15, &error));
    ck_assert_uint_eq(error.offset, 6);
}
END_TEST

START_TEST(a_long_message_is_cut_between_characters)
{
    for (size_t before = 0; before < 2; before++) {
        size_t length;
        /* The parser's message repeats what it could not read. */
        char *text = repeated(before ? "t1 = '" : "t1 = 'a", "\xC3\xA4", 1000, "", &length);
        struct check_error error;
        size_t shown;

        ck_assert_ptr_null(check_compile(&arena, study, vs, text, length, &error));
        shown = strlen(error.message);
        ck_assert_uint_lt(shown, sizeof error.message);
        ck_assert_str_eq(error.message + shown - 3, "...");
        ck_assert_int_eq((unsigned char)error.message[shown - 4], 0xA4);
        free(text);
    }
}
END_TEST

/* Each level is written twice, so that the text of the twin doubles. */
START_TEST(an_expression_that_explodes_is_refused)
{
    struct strbuf text;
    struct check_error error;

    strbuf_init(&text);
    for (int i = 0; i < 60; i++)
        strbuf_append(&text, "(");
    strbuf_append(&text, "i1 > 1");
    for (int i = 0; i < 60; i++)
        strbuf_append(&text, ") BETWEEN b1 AND b2");
    ck_assert_ptr_null(check_compile(&arena, study, vs, text.text, text.length, &error));
    ck_assert_msg(strstr(error.message, "too large") != NULL, "%s", error.message);
    strbuf_destroy(&text);
}
END_TEST

/* --- what a program reads --- */

static const struct program *
must_compile(const char *text)
{
    struct check_error error;
    const struct program *program = check_compile(&arena, study, vs, text, strlen(text), &error);

    ck_assert_msg(program != NULL, "%s: refused at %zu: %s", text, error.offset, error.message);
    return program;
}

static const struct {
    const char *text;
    const char *items; /* in the order of the form */
    bool current_date;
} readings[] = {
    {"d1 > d2", "d1 d2 ", false},
    {"vs.t1 = 'a' OR CASE WHEN b1 THEN i1 > 1 END", "t1 i1 b1 ", false},
    {"event = 'WEEK 2'", "", false},
    {"dm.age > 18 AND dm.sex = t1", "t1 ", false},
    {"day1 <= current_date", "day1 ", true},
    {"i1 IN (1, 2, i2) AND p1 < p2", "i1 i2 p1 p2 ", false},
    {"EXISTS (SELECT FROM vs o WHERE o.i2 > vs.i1)", "i1 ", false},
    {"lag(i1) OVER visits > d1", "d1 ", false},
    {"EXISTS (SELECT FROM ae WHERE stdat = current_date)", "", true},
};

START_TEST(a_program_knows_what_it_reads)
{
    const struct program *program = must_compile(readings[_i].text);
    struct strbuf items;

    strbuf_init(&items);
    for (size_t i = 0; i < vs->item_count; i++)
        if (program_reads_item(program, i))
            strbuf_printf(&items, "%s ", vs->items[i].name);
    ck_assert_msg(strcmp(items.text, readings[_i].items) == 0, "%s: reads %s", readings[_i].text, items.text);
    ck_assert_msg(program_reads_current_date(program) == readings[_i].current_date, "%s: current_date",
                  readings[_i].text);
    strbuf_destroy(&items);
}
END_TEST

static const struct {
    const char *text;
    const char *reads;
    const char *forms; /* whose other pages the outcome may depend on */
} paths[] = {
    {"i1 > 1 AND i1 < 5", "page vs.i1 ", ""},
    {"dm.age > i1 AND dm.age < 99", "reference dm.age page vs.i1 ", "dm "},
    {"sv.svdat = day1 AND sv.event = event", "reference sv.svdat page vs.day1 ", "sv "},
    {"lag(i1) OVER visits < lag(i1, 1, 0) OVER visits", "neighbor vs.i1 ", "vs "},
    {"lag(i1) OVER visits < lead(i1) OVER visits", "neighbor vs.i1 neighbor vs.i1 ", "vs "},
    {"EXISTS (SELECT FROM ae WHERE grade > i1 AND dm.age > grade)",
     "subquery ae.grade page vs.i1 reference dm.age ", "dm ae "},
    {"EXISTS (SELECT FROM ds)", "", "ds "},
    {"(SELECT max(o.i1) FROM vs o) = vs.i1", "subquery vs.i1 page vs.i1 ", "vs "},
};

START_TEST(a_program_knows_how_it_reads)
{
    static const char *const names[] = {"page", "reference", "neighbor", "subquery"};
    const struct program *program = must_compile(paths[_i].text);
    struct strbuf told;
    size_t count;
    const struct program_read *reads = program_reads(program, &count);

    strbuf_init(&told);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&told, "%s %s.%s ", names[reads[i].path], reads[i].form->name,
                      reads[i].form->items[reads[i].item].name);
    ck_assert_msg(strcmp(told.text, paths[_i].reads) == 0, "%s: reads %s", paths[_i].text, told.text);
    strbuf_reset(&told);
    for (size_t i = 0; i < study->form_count; i++)
        if (program_reads_form(program, &study->forms[i]))
            strbuf_printf(&told, "%s ", study->forms[i].name);
    ck_assert_msg(strcmp(told.text, paths[_i].forms) == 0, "%s: forms %s", paths[_i].text, told.text);
    strbuf_destroy(&told);
}
END_TEST

/* --- twins --- */

static const struct {
    const char *text;
    const char *twin;
} twins[] = {
    {"d1 > d2", "vs.d1 > vs.d2"},
    {"i1 > 5 AND NOT b1", "(vs.i1 > 5) AND (NOT vs.b1)"},
    {"\"select\" = 1", "vs.\"select\" = 1"},
    {"t1 = 'it''s'", "vs.t1 = 'it''s'"},
    {"day1 > '2014-03-05'", "vs.day1 > DATE '2014-03-05'"},
    {"d1 BETWEEN 60 AND 250", "(vs.d1 >= 60) AND (vs.d1 <= 250)"},
    {"t1 NOT IN ('a', 'b')", "vs.t1 NOT IN ('a', 'b')"},
    {"p1 <= p2", "NOT crfd.partial_less(vs.p2, vs.p1, true)"},
    {"full_date(q1) = day1", "crfd.full_date(vs.q1) = vs.day1"},
    {"dm.age > 18",
     "(SELECT dm.age FROM analysis.dm WHERE dm.center_id = vs.center_id AND dm.subject_id = vs.subject_id "
     "ORDER BY dm.event, dm.event_repeat, dm.form_repeat LIMIT 1) > 18"},
    {"sv.svdat = day1",
     "(SELECT sv.svdat FROM analysis.sv WHERE sv.center_id = vs.center_id AND sv.subject_id = vs.subject_id "
     "AND sv.event = vs.event AND sv.event_repeat = vs.event_repeat "
     "ORDER BY sv.event, sv.event_repeat, sv.form_repeat LIMIT 1) = vs.day1"},
    {"EXISTS (SELECT FROM ae WHERE grade > 2 OR term IS NULL)",
     "EXISTS (SELECT FROM analysis.ae AS ae WHERE ae.center_id = vs.center_id AND ae.subject_id = "
     "vs.subject_id AND ((ae.grade > 2) OR (ae.term IS NULL)))"},
    {"(SELECT count(DISTINCT term) FILTER (WHERE grade > 1) FROM ae) = 2",
     "(SELECT count(DISTINCT ae.term) FILTER (WHERE ae.grade > 1) FROM analysis.ae AS ae WHERE ae.center_id "
     "= "
     "vs.center_id AND ae.subject_id = vs.subject_id) = 2"},
    {"(SELECT max(i1) FROM vs) = i1", "(SELECT max(vs_2.i1) FROM analysis.vs AS vs_2 WHERE vs_2.center_id = "
                                      "vs.center_id AND vs_2.subject_id = "
                                      "vs.subject_id) = vs.i1"},
    {"(SELECT term FROM ae o ORDER BY term DESC NULLS LAST LIMIT 1) = 'A'",
     "(SELECT o.term FROM analysis.ae AS o WHERE o.center_id = vs.center_id AND o.subject_id = vs.subject_id "
     "ORDER BY o.term COLLATE \"C\" DESC NULLS LAST, o.event COLLATE \"C\", o.event_repeat, o.form_repeat "
     "LIMIT "
     "1) = 'A'"},
    {"(SELECT term FROM ae ORDER BY event_order DESC, grade LIMIT 1) = 'A'",
     "(SELECT ae.term FROM analysis.ae AS ae WHERE ae.center_id = vs.center_id AND ae.subject_id = "
     "vs.subject_id ORDER BY ae.event_order DESC, ae.grade, ae.event_number DESC, ae.event COLLATE \"C\", "
     "ae.event_repeat, ae.form_repeat LIMIT 1) = 'A'"},
    {"i1 NOT IN (SELECT grade FROM ae)",
     "NOT (vs.i1 = ANY (SELECT ae.grade FROM analysis.ae AS ae WHERE ae.center_id = vs.center_id AND "
     "ae.subject_id = vs.subject_id))"},
    {"lag(i1) OVER visits > 5",
     "(SELECT vs_2.value FROM (SELECT vs_2.event, vs_2.event_repeat, vs_2.form_repeat, lag(vs_2.i1, 1, "
     "NULL::bigint) OVER (PARTITION BY vs_2.center_id, vs_2.subject_id ORDER BY vs_2.event_order, "
     "vs_2.event_number, vs_2.event, "
     "vs_2.event_repeat, vs_2.form_repeat) AS value FROM analysis.vs AS vs_2 WHERE vs_2.center_id = "
     "vs.center_id AND vs_2.subject_id = vs.subject_id AND NOT vs_2.unscheduled) AS vs_2 WHERE "
     "vs_2.event = vs.event AND "
     "vs_2.event_repeat = vs.event_repeat AND vs_2.form_repeat = vs.form_repeat) > 5"},
};

START_TEST(a_twin_says_the_same_in_sql)
{
    const char *twin = program_twin_sql(must_compile(twins[_i].text));

    ck_assert_msg(strcmp(twin, twins[_i].twin) == 0, "%s: %s", twins[_i].text, twin);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("compile");
    TCase *tcase = tcase_create("compile");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, what_is_not_a_check_is_refused_with_a_place_and_a_reason, 0, LENGTH(refused));
    tcase_add_loop_test(tcase, hostile_texts_are_refused_and_the_process_lives, 0, LENGTH(hostile));
    tcase_add_test(tcase, a_nul_is_refused_at_its_place);
    tcase_add_test(tcase, a_long_message_is_cut_between_characters);
    tcase_add_test(tcase, an_expression_that_explodes_is_refused);
    tcase_add_loop_test(tcase, a_program_knows_what_it_reads, 0, LENGTH(readings));
    tcase_add_loop_test(tcase, a_program_knows_how_it_reads, 0, LENGTH(paths));
    tcase_add_loop_test(tcase, a_twin_says_the_same_in_sql, 0, LENGTH(twins));
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
