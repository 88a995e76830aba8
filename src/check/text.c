/*
 * Text functions as PostgreSQL's varlena.c and oracle_compat.c do them, for UTF-8 and collation "C":
 * characters are code points, and letters have cases in ASCII only. Where a result is a part of an argument
 * it borrows the argument's bytes.
 */
#include "crfd/base/utf8.h"
#include "machine.h"
#include "routine.h"

#include <string.h>

static void
borrow(struct value *out, const char *text, size_t length)
{
    out->text = text;
    out->length = (uint32_t)length;
}

/* --- lengths and cases --- */

static bool
length(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->integer = (int64_t)utf8_count(args[0]->text, args[0]->length);
    return true;
}

static bool
octet_length(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->integer = args[0]->length;
    return true;
}

static bool
fold(struct machine *machine, const struct value *text, char first, char last, struct value *out)
{
    char *copy = machine_text(machine, text->length);

    if (copy == NULL)
        return false;
    for (uint32_t i = 0; i < text->length; i++) {
        char c = text->text[i];

        copy[i] = (char)(c >= first && c <= last ? c ^ 0x20 : c);
    }
    borrow(out, copy, text->length);
    return true;
}

static bool
upper(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return fold(machine, args[0], 'a', 'z', out);
}

static bool
lower(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return fold(machine, args[0], 'A', 'Z', out);
}

/* --- trimming --- */

/* Whether the character of this length is one of the set. */
static bool
is_in_set(const char *character, size_t character_length, const struct value *set)
{
    for (size_t at = 0; at < set->length;) {
        size_t own = utf8_length_at(set->text + at, set->length - at);

        if (own == character_length && memcmp(set->text + at, character, own) == 0)
            return true;
        at += own;
    }
    return false;
}

static void
trim(const struct value *const *args, size_t count, bool left, bool right, struct value *out)
{
    static const struct value blank = {.type = VALUE_TEXT, .length = 1, .text = " "};
    const struct value *set = count > 1 ? args[1] : &blank;
    const char *start = args[0]->text;
    const char *end = start + args[0]->length;

    while (left && start < end) {
        size_t own = utf8_length_at(start, (size_t)(end - start));

        if (!is_in_set(start, own, set))
            break;
        start += own;
    }
    while (right && start < end) {
        const char *last = utf8_before(start, end);

        if (!is_in_set(last, (size_t)(end - last), set))
            break;
        end = last;
    }
    borrow(out, start, (size_t)(end - start));
}

static bool
btrim(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    trim(args, count, true, true, out);
    return true;
}

static bool
ltrim(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    trim(args, count, true, false, out);
    return true;
}

static bool
rtrim(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    trim(args, count, false, true, out);
    return true;
}

/* --- parts --- */

static bool
left(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t wanted = args[1]->integer;

    (void)machine;
    (void)count;
    if (wanted < 0)
        wanted += (int64_t)utf8_count(args[0]->text, args[0]->length);
    borrow(out, args[0]->text, utf8_offset(args[0]->text, args[0]->length, wanted));
    return true;
}

static bool
right(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t wanted = args[1]->integer;
    int64_t skipped = wanted < 0 ? -wanted : (int64_t)utf8_count(args[0]->text, args[0]->length) - wanted;
    size_t start = utf8_offset(args[0]->text, args[0]->length, skipped);

    (void)machine;
    (void)count;
    borrow(out, args[0]->text + start, args[0]->length - start);
    return true;
}

/* Positions count from 1; what lies before the text is taken off the length. */
static bool
substring(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t first = args[1]->integer;
    int64_t end = count > 2 ? first + args[2]->integer : INT64_MAX;
    size_t start;
    size_t stop;

    if (count > 2 && args[2]->integer < 0)
        return machine_fail(machine, ERROR_SUBSTRING_LENGTH);
    if (first < 1)
        first = 1;
    start = utf8_offset(args[0]->text, args[0]->length, first - 1);
    stop = end <= first ? start
                        : start + utf8_offset(args[0]->text + start, args[0]->length - start, end - first);
    borrow(out, args[0]->text + start, stop - start);
    return true;
}

static bool
starts_with(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->boolean =
        args[1]->length <= args[0]->length && memcmp(args[0]->text, args[1]->text, args[1]->length) == 0;
    return true;
}

static bool
position(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    const char *found = memmem(args[0]->text, args[0]->length, args[1]->text, args[1]->length);

    (void)machine;
    (void)count;
    out->integer = found ? 1 + (int64_t)utf8_count(args[0]->text, (size_t)(found - args[0]->text)) : 0;
    return true;
}

/* --- joining --- */

static bool
concatenate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    size_t total = 0;
    char *copy;

    for (size_t i = 0; i < count; i++)
        total += args[i]->is_null ? 0 : args[i]->length;
    copy = machine_text(machine, total);
    if (copy == NULL)
        return false;
    borrow(out, copy, total);
    for (size_t i = 0; i < count; i++) {
        if (args[i]->is_null || args[i]->length == 0)
            continue;
        memcpy(copy, args[i]->text, args[i]->length);
        copy += args[i]->length;
    }
    return true;
}

#define TEXT1(name, result, call, twin)                                                                      \
    {                                                                                                        \
        name, ROUTINE_FUNCTION, result, 1, {SQL_TEXT}, call, NULL, twin                                      \
    }
#define TEXT2(name, result, call, twin)                                                                      \
    {                                                                                                        \
        name, ROUTINE_FUNCTION, result, 2, {SQL_TEXT, SQL_TEXT}, call, NULL, twin                            \
    }
#define TEXTN(name, call, ...)                                                                               \
    {                                                                                                        \
        name, ROUTINE_FUNCTION, SQL_TEXT,                                                                    \
            1 + (uint8_t)(sizeof(enum sql_type[]){__VA_ARGS__} / sizeof(enum sql_type)),                     \
            {SQL_TEXT, __VA_ARGS__}, call, NULL, NULL                                                        \
    }

const struct routine text_routines[] = {
    TEXT1("length", SQL_INT4, length, NULL),
    TEXT1("char_length", SQL_INT4, length, NULL),
    TEXT1("character_length", SQL_INT4, length, NULL),
    TEXT1("octet_length", SQL_INT4, octet_length, NULL),
    TEXT1("upper", SQL_TEXT, upper, "upper(%1 COLLATE \"C\")"),
    TEXT1("lower", SQL_TEXT, lower, "lower(%1 COLLATE \"C\")"),
    TEXT1("btrim", SQL_TEXT, btrim, NULL),
    TEXT2("btrim", SQL_TEXT, btrim, NULL),
    TEXT1("ltrim", SQL_TEXT, ltrim, NULL),
    TEXT2("ltrim", SQL_TEXT, ltrim, NULL),
    TEXT1("rtrim", SQL_TEXT, rtrim, NULL),
    TEXT2("rtrim", SQL_TEXT, rtrim, NULL),
    TEXTN("left", left, SQL_INT4),
    TEXTN("right", right, SQL_INT4),
    TEXTN("substr", substring, SQL_INT4),
    TEXTN("substr", substring, SQL_INT4, SQL_INT4),
    TEXTN("substring", substring, SQL_INT4),
    TEXTN("substring", substring, SQL_INT4, SQL_INT4),
    {"substring",
     ROUTINE_FUNCTION,
     SQL_TEXT,
     2,
     {SQL_TEXT, SQL_TEXT},
     NULL,
     "the part that a regular expression matches is not in the check language; write x ~ 'pattern'",
     NULL},
    TEXT2("starts_with", SQL_BOOLEAN, starts_with, NULL),
    TEXT2("strpos", SQL_INT4, position, NULL),
    TEXT2("position", SQL_INT4, position, "strpos(%1, %2)"),
    {"||", ROUTINE_OPERATOR, SQL_TEXT, 2, {SQL_TEXT, SQL_TEXT}, concatenate, NULL, NULL},
    {"concat", ROUTINE_VARIADIC, SQL_TEXT, 1, {SQL_TEXT}, concatenate, NULL, NULL},
    {NULL, ROUTINE_FUNCTION, SQL_UNKNOWN, 0, {0}, NULL, NULL, NULL},
};
