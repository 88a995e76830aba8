/* lpad, rpad, replace, split_part, reverse, repeat and translate, as PostgreSQL's oracle_compat.c and varlena.c do them. */
#include "crfd/base/utf8.h"
#include "machine.h"
#include "routine.h"

#include <string.h>

/* --- padding --- */

/* Appends characters of fill, from its start again and again. */
static void
put_fill(char *at, size_t bytes, const struct value *fill)
{
    while (bytes > 0) {
        size_t part = bytes < fill->length ? bytes : fill->length;

        memcpy(at, fill->text, part);
        at += part;
        bytes -= part;
    }
}

/* Bytes of so many characters taken from fill, which has `own` of them, again and again. */
static size_t
fill_bytes(const struct value *fill, size_t own, size_t characters)
{
    return characters / own * fill->length +
           utf8_offset(fill->text, fill->length, (int64_t)(characters % own));
}

static bool
pad(struct machine *machine, const struct value *const *args, size_t count, bool at_left, struct value *out)
{
    static const struct value blank = {.type = VALUE_TEXT, .length = 1, .text = " "};
    const struct value *fill = count > 2 ? args[2] : &blank;
    int64_t wanted = args[1]->integer < 0 ? 0 : args[1]->integer;
    int64_t own = (int64_t)utf8_count(args[0]->text, args[0]->length);
    size_t fill_characters = utf8_count(fill->text, fill->length);
    size_t padding;
    char *copy;

    if (own >= wanted || fill_characters == 0) {
        out->text = args[0]->text;
        out->length = (uint32_t)utf8_offset(args[0]->text, args[0]->length, wanted);
        return true;
    }
    padding = fill_bytes(fill, fill_characters, (size_t)(wanted - own));
    copy = machine_text(machine, args[0]->length + padding);
    if (copy == NULL)
        return false;
    put_fill(at_left ? copy : copy + args[0]->length, padding, fill);
    memcpy(at_left ? copy + padding : copy, args[0]->text, args[0]->length);
    out->text = copy;
    out->length = (uint32_t)(args[0]->length + padding);
    return true;
}

static bool
lpad(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    return pad(machine, args, count, true, out);
}

static bool
rpad(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    return pad(machine, args, count, false, out);
}

/* --- searching for a part --- */

static size_t
occurrences(const struct value *text, const struct value *part)
{
    const char *at = text->text;
    const char *end = at + text->length;
    size_t count = 0;

    while ((at = memmem(at, (size_t)(end - at), part->text, part->length)) != NULL) {
        at += part->length;
        count++;
    }
    return count;
}

static bool
replace(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    const char *at = args[0]->text;
    const char *end = at + args[0]->length;
    size_t found = args[1]->length > 0 ? occurrences(args[0], args[1]) : 0;
    size_t total = args[0]->length - found * args[1]->length;
    char *copy;

    (void)count;
    *out = *args[0];
    if (found == 0)
        return true;
    if (__builtin_mul_overflow(found, (size_t)args[2]->length, &found) ||
        __builtin_add_overflow(total, found, &total))
        return machine_fail(machine, ERROR_TEXT_ROOM);
    copy = machine_text(machine, total);
    if (copy == NULL)
        return false;
    out->text = copy;
    out->length = (uint32_t)total;
    for (;;) {
        const char *next = memmem(at, (size_t)(end - at), args[1]->text, args[1]->length);
        size_t kept = (size_t)((next ? next : end) - at);

        memcpy(copy, at, kept);
        copy += kept;
        if (next == NULL)
            return true;
        memcpy(copy, args[2]->text, args[2]->length);
        copy += args[2]->length;
        at = next + args[1]->length;
    }
}

/* The n-th field, from 1; fields end where the separator stands. */
static void
field(const struct value *text, const struct value *separator, size_t n, struct value *out)
{
    const char *at = text->text;
    const char *end = at + text->length;

    for (;; n--) {
        const char *next = memmem(at, (size_t)(end - at), separator->text, separator->length);

        if (n == 1) {
            out->text = at;
            out->length = (uint32_t)((next ? next : end) - at);
            return;
        }
        if (next == NULL)
            break;
        at = next + separator->length;
    }
    out->text = end;
    out->length = 0;
}

static bool
split_part(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t n = args[2]->integer;
    int64_t fields;

    (void)count;
    if (n == 0)
        return machine_fail(machine, ERROR_FIELD_POSITION);
    *out = *args[0];
    if (args[1]->length == 0 || args[0]->length == 0) {
        if (n != 1 && n != -1)
            out->length = 0;
        return true;
    }
    fields = 1 + (int64_t)occurrences(args[0], args[1]);
    if (n < 0)
        n += fields + 1;
    if (n < 1 || n > fields)
        out->length = 0;
    else
        field(args[0], args[1], (size_t)n, out);
    return true;
}

/* --- character by character --- */

static bool
reverse(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    const char *start = args[0]->text;
    const char *at = start + args[0]->length;
    char *copy = machine_text(machine, args[0]->length);

    (void)count;
    if (copy == NULL)
        return false;
    out->text = copy;
    out->length = args[0]->length;
    while (at > start) {
        const char *before = utf8_before(start, at);

        memcpy(copy, before, (size_t)(at - before));
        copy += at - before;
        at = before;
    }
    return true;
}

static bool
repeat(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    size_t times = args[1]->integer < 0 ? 0 : (size_t)args[1]->integer;
    size_t total = times * args[0]->length;
    char *copy = machine_text(machine, total);

    (void)count;
    if (copy == NULL)
        return false;
    put_fill(copy, total, args[0]);
    out->text = copy;
    out->length = (uint32_t)total;
    return true;
}

/* What a character becomes: the one at the same place of `to`, or nothing where `to` is shorter. */
static struct value
translated(const struct value *character, const struct value *from, const struct value *to)
{
    size_t place = 0;

    for (size_t at = 0; at < from->length; place++) {
        size_t own = utf8_length_at(from->text + at, from->length - at);

        if (own == character->length && memcmp(from->text + at, character->text, own) == 0) {
            size_t begin = utf8_offset(to->text, to->length, (int64_t)place);
            size_t length = begin < to->length ? utf8_length_at(to->text + begin, to->length - begin) : 0;

            return (struct value){.length = (uint32_t)length, .text = to->text + begin};
        }
        at += own;
    }
    return *character;
}

static bool
translate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    /* No character is longer than four bytes. */
    char *copy = machine_text(machine, (size_t)args[0]->length * 4);
    size_t used = 0;

    (void)count;
    if (copy == NULL)
        return false;
    for (size_t at = 0; at < args[0]->length;) {
        size_t own = utf8_length_at(args[0]->text + at, args[0]->length - at);
        struct value character = {.length = (uint32_t)own, .text = args[0]->text + at};
        struct value becomes = translated(&character, args[1], args[2]);

        if (becomes.length > 0)
            memcpy(copy + used, becomes.text, becomes.length);
        used += becomes.length;
        at += own;
    }
    out->text = copy;
    out->length = (uint32_t)used;
    return true;
}

#define PAD(name, call)                                                                                      \
    {name, ROUTINE_FUNCTION, SQL_TEXT, 2, {SQL_TEXT, SQL_INT4}, call, NULL, NULL},                           \
    {                                                                                                        \
        name, ROUTINE_FUNCTION, SQL_TEXT, 3, {SQL_TEXT, SQL_INT4, SQL_TEXT}, call, NULL, NULL                \
    }

const struct routine pad_routines[] = {
    PAD("lpad", lpad),
    PAD("rpad", rpad),
    {"replace", ROUTINE_FUNCTION, SQL_TEXT, 3, {SQL_TEXT, SQL_TEXT, SQL_TEXT}, replace, NULL, NULL},
    {"reverse", ROUTINE_FUNCTION, SQL_TEXT, 1, {SQL_TEXT}, reverse, NULL, NULL},
    {"repeat", ROUTINE_FUNCTION, SQL_TEXT, 2, {SQL_TEXT, SQL_INT4}, repeat, NULL, NULL},
    {"translate", ROUTINE_FUNCTION, SQL_TEXT, 3, {SQL_TEXT, SQL_TEXT, SQL_TEXT}, translate, NULL, NULL},
    {"split_part", ROUTINE_FUNCTION, SQL_TEXT, 3, {SQL_TEXT, SQL_TEXT, SQL_INT4}, split_part, NULL, NULL},
    {NULL, ROUTINE_FUNCTION, SQL_UNKNOWN, 0, {0}, NULL, NULL, NULL},
};
