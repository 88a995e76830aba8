/* Casts as pg_cast has them, and casts to and from text through the input and output functions. */
#include "input.h"
#include "machine.h"
#include "routine.h"

#include <string.h>

/* --- numbers --- */

static bool
int8_to_int4(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (args[0]->integer < INT32_MIN || args[0]->integer > INT32_MAX)
        return machine_fail(machine, ERROR_INTEGER_RANGE);
    out->integer = args[0]->integer;
    return true;
}

static bool
integer_to_numeric(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    decimal_from_int(args[0]->integer, &machine->slot->decimal);
    out->decimal = &machine->slot->decimal.value;
    return true;
}

static bool
numeric_to_int8(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (decimal_to_int(args[0]->decimal, &out->integer) != DECIMAL_OK)
        return machine_fail(machine, ERROR_BIGINT_RANGE);
    return true;
}

static bool
numeric_to_int4(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (decimal_to_int(args[0]->decimal, &out->integer) != DECIMAL_OK || out->integer < INT32_MIN ||
        out->integer > INT32_MAX)
        return machine_fail(machine, ERROR_INTEGER_RANGE);
    return true;
}

static bool
boolean_to_int4(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->integer = args[0]->boolean;
    return true;
}

static bool
int4_to_boolean(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->boolean = args[0]->integer != 0;
    return true;
}

/* Whether the number has at most `digits` digits before the point. */
static bool
fits_digits(const struct decimal *a, int digits)
{
    char text[DECIMAL_TEXT_MAX];
    size_t length = decimal_format(a, text);
    size_t first = text[0] == '-' ? 1 : 0;
    size_t end = first;

    if (text[first] == '0')
        return true;
    while (end < length && text[end] != '.')
        end++;
    return end - first <= (size_t)digits;
}

static bool
numeric_with_modifier(struct machine *machine, const struct value *const *args, size_t count,
                      struct value *out)
{
    int precision = (int)(args[1]->integer >> 16);
    int scale = (int)(args[1]->integer & 0xFFFF);

    (void)count;
    out->decimal = &machine->slot->decimal.value;
    if (!machine_decimal(machine, decimal_round(args[0]->decimal, scale, &machine->slot->decimal)))
        return false;
    if (!fits_digits(out->decimal, precision - scale))
        return machine_fail(machine, ERROR_NUMERIC_PRECISION);
    return true;
}

/* --- dates and times --- */

static bool
date_to_timestamp(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->datetime = args[0]->date * DATETIME_US_PER_DAY;
    return true;
}

static bool
timestamp_to_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->date = datetime_to_date(args[0]->datetime);
    return true;
}

static bool
timestamp_to_time(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->time = args[0]->datetime - datetime_to_date(args[0]->datetime) * DATETIME_US_PER_DAY;
    return true;
}

static bool
date_to_partial(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    struct civil civil = date_to_civil(args[0]->date);

    (void)count;
    machine->slot->partial = (struct partial_date){
        .year = (int16_t)civil.year,
        .month = (uint8_t)civil.month,
        .day = (uint8_t)civil.day,
        .precision = PARTIAL_DAY,
    };
    out->partial = &machine->slot->partial;
    return true;
}

static bool
timestamp_to_partial(struct machine *machine, const struct value *const *args, size_t count,
                     struct value *out)
{
    int32_t day = datetime_to_date(args[0]->datetime);
    int64_t time = args[0]->datetime - day * DATETIME_US_PER_DAY;
    struct civil civil = date_to_civil(day);

    (void)count;
    machine->slot->partial = (struct partial_date){
        .year = (int16_t)civil.year,
        .month = (uint8_t)civil.month,
        .day = (uint8_t)civil.day,
        .hour = (uint8_t)(time / 3600000000),
        .minute = (uint8_t)(time / 60000000 % 60),
        .second = (uint8_t)(time / 1000000 % 60),
        .precision = PARTIAL_SECOND,
        .microsecond = (int32_t)(time % 1000000),
    };
    out->partial = &machine->slot->partial;
    return true;
}

/* PostgreSQL reads the text of a partial date as a date or timestamp, and that fails where parts are missing. */
static bool
is_complete(const struct partial_date *partial)
{
    return partial->precision >= PARTIAL_DAY && partial->precision != PARTIAL_HOUR;
}

static bool
partial_to_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (!is_complete(args[0]->partial))
        return machine_fail(machine, ERROR_DATE_PARTIAL);
    out->date = datetime_to_date(partial_date_earliest_us(args[0]->partial));
    return true;
}

static bool
partial_to_timestamp(struct machine *machine, const struct value *const *args, size_t count,
                     struct value *out)
{
    (void)count;
    if (!is_complete(args[0]->partial))
        return machine_fail(machine, ERROR_DATE_PARTIAL);
    out->datetime = partial_date_earliest_us(args[0]->partial);
    return true;
}

/* --- from text --- */

static bool
input_result(struct machine *machine, enum input_status status, enum machine_error syntax,
             enum machine_error range)
{
    if (status == INPUT_OK)
        return true;
    return machine_fail(machine, status == INPUT_SYNTAX ? syntax : range);
}

static bool
text_to_boolean(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return input_result(machine, input_boolean(args[0]->text, args[0]->length, &out->boolean),
                        ERROR_BOOLEAN_SYNTAX, ERROR_BOOLEAN_SYNTAX);
}

static bool
text_to_int4(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return input_result(machine,
                        input_integer(args[0]->text, args[0]->length, INT32_MIN, INT32_MAX, &out->integer),
                        ERROR_NUMBER_SYNTAX, ERROR_INTEGER_RANGE);
}

static bool
text_to_int8(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return input_result(machine,
                        input_integer(args[0]->text, args[0]->length, INT64_MIN, INT64_MAX, &out->integer),
                        ERROR_NUMBER_SYNTAX, ERROR_BIGINT_RANGE);
}

static bool
text_to_numeric(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    out->decimal = &machine->slot->decimal.value;
    return input_result(machine, input_decimal(args[0]->text, args[0]->length, &machine->slot->decimal),
                        ERROR_NUMBER_SYNTAX, ERROR_NUMERIC_RANGE);
}

static bool
text_to_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return input_result(machine, input_date(args[0]->text, args[0]->length, &out->date), ERROR_DATE_SYNTAX,
                        ERROR_DATE_RANGE);
}

static bool
text_to_timestamp(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return input_result(machine, input_timestamp(args[0]->text, args[0]->length, &out->datetime),
                        ERROR_DATE_SYNTAX, ERROR_DATE_RANGE);
}

static bool
text_to_time(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return input_result(machine, input_time(args[0]->text, args[0]->length, &out->time), ERROR_DATE_SYNTAX,
                        ERROR_DATE_RANGE);
}

/* --- to text --- */

static bool
text_result(struct machine *machine, const char *text, size_t length, struct value *out)
{
    char *copy = machine_text(machine, length);

    if (copy == NULL)
        return false;
    memcpy(copy, text, length);
    out->text = copy;
    out->length = (uint32_t)length;
    return true;
}

static bool
boolean_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->text = args[0]->boolean ? "true" : "false";
    out->length = args[0]->boolean ? 4 : 5;
    return true;
}

static bool
integer_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = args[0]->integer < 0 ? 0 - (uint64_t)args[0]->integer : (uint64_t)args[0]->integer;

    (void)count;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (args[0]->integer < 0)
        digits[--at] = '-';
    return text_result(machine, digits + at, sizeof digits - at, out);
}

static bool
numeric_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    char text[DECIMAL_TEXT_MAX];

    (void)count;
    return text_result(machine, text, decimal_format(args[0]->decimal, text), out);
}

static bool
date_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    char text[DATETIME_TEXT_MAX];

    (void)count;
    return text_result(machine, text, date_format(args[0]->date, text), out);
}

static bool
timestamp_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    char text[DATETIME_TEXT_MAX];

    (void)count;
    return text_result(machine, text, datetime_format(args[0]->datetime, text), out);
}

static bool
time_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    char text[DATETIME_TEXT_MAX];

    (void)count;
    return text_result(machine, text, time_format(args[0]->time, text), out);
}

static bool
partial_to_text(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    char text[40];

    (void)count;
    return text_result(machine, text, partial_date_format(args[0]->partial, text), out);
}

/* Cuts to n characters, as an explicit cast to varchar(n) does. */
static bool
text_with_modifier(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t left = args[1]->integer;
    uint32_t end = 0;

    (void)machine;
    (void)count;
    while (end < args[0]->length && left-- > 0) {
        end++;
        while (end < args[0]->length && ((unsigned char)args[0]->text[end] & 0xC0) == 0x80)
            end++;
    }
    out->text = args[0]->text;
    out->length = end;
    return true;
}

const struct routine cast_numeric_modifier = {
    "numeric", ROUTINE_FUNCTION, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_INT4}, numeric_with_modifier, NULL, NULL,
};
const struct routine cast_varchar_modifier = {
    "varchar", ROUTINE_FUNCTION, SQL_TEXT, 2, {SQL_TEXT, SQL_INT4}, text_with_modifier, NULL, NULL,
};

#define CAST(from, to, context, call)                                                                        \
    {                                                                                                        \
        from, to, context,                                                                                   \
        {                                                                                                    \
            "cast", ROUTINE_FUNCTION, to, 1, {from}, call, NULL, NULL                                        \
        }                                                                                                    \
    }

static const struct cast casts[] = {
    CAST(SQL_INT4, SQL_INT8, CAST_IMPLICIT, NULL),
    CAST(SQL_INT4, SQL_NUMERIC, CAST_IMPLICIT, integer_to_numeric),
    CAST(SQL_INT8, SQL_NUMERIC, CAST_IMPLICIT, integer_to_numeric),
    CAST(SQL_PARTIAL_DATE, SQL_PARTIAL_DATETIME, CAST_IMPLICIT, NULL),
    CAST(SQL_INT8, SQL_INT4, CAST_ASSIGNMENT, int8_to_int4),
    CAST(SQL_NUMERIC, SQL_INT4, CAST_ASSIGNMENT, numeric_to_int4),
    CAST(SQL_NUMERIC, SQL_INT8, CAST_ASSIGNMENT, numeric_to_int8),
    CAST(SQL_TIMESTAMP, SQL_TIME, CAST_ASSIGNMENT, timestamp_to_time),
    CAST(SQL_DATE, SQL_PARTIAL_DATE, CAST_ASSIGNMENT, date_to_partial),
    CAST(SQL_DATE, SQL_PARTIAL_DATETIME, CAST_ASSIGNMENT, date_to_partial),
    CAST(SQL_TIMESTAMP, SQL_PARTIAL_DATETIME, CAST_ASSIGNMENT, timestamp_to_partial),
    CAST(SQL_BOOLEAN, SQL_TEXT, CAST_ASSIGNMENT, boolean_to_text),
    CAST(SQL_INT4, SQL_TEXT, CAST_ASSIGNMENT, integer_to_text),
    CAST(SQL_INT8, SQL_TEXT, CAST_ASSIGNMENT, integer_to_text),
    CAST(SQL_NUMERIC, SQL_TEXT, CAST_ASSIGNMENT, numeric_to_text),
    CAST(SQL_DATE, SQL_TEXT, CAST_ASSIGNMENT, date_to_text),
    CAST(SQL_TIMESTAMP, SQL_TEXT, CAST_ASSIGNMENT, timestamp_to_text),
    CAST(SQL_TIME, SQL_TEXT, CAST_ASSIGNMENT, time_to_text),
    CAST(SQL_PARTIAL_DATE, SQL_TEXT, CAST_ASSIGNMENT, partial_to_text),
    CAST(SQL_PARTIAL_DATETIME, SQL_TEXT, CAST_ASSIGNMENT, partial_to_text),
    /* PostgreSQL makes these two by itself: from a day its midnight, from an instant its day. */
    CAST(SQL_DATE, SQL_TIMESTAMP, CAST_EXPLICIT, date_to_timestamp),
    CAST(SQL_TIMESTAMP, SQL_DATE, CAST_EXPLICIT, timestamp_to_date),
    CAST(SQL_BOOLEAN, SQL_INT4, CAST_EXPLICIT, boolean_to_int4),
    CAST(SQL_INT4, SQL_BOOLEAN, CAST_EXPLICIT, int4_to_boolean),
    CAST(SQL_TEXT, SQL_BOOLEAN, CAST_EXPLICIT, text_to_boolean),
    CAST(SQL_TEXT, SQL_INT4, CAST_EXPLICIT, text_to_int4),
    CAST(SQL_TEXT, SQL_INT8, CAST_EXPLICIT, text_to_int8),
    CAST(SQL_TEXT, SQL_NUMERIC, CAST_EXPLICIT, text_to_numeric),
    CAST(SQL_TEXT, SQL_DATE, CAST_EXPLICIT, text_to_date),
    CAST(SQL_TEXT, SQL_TIMESTAMP, CAST_EXPLICIT, text_to_timestamp),
    CAST(SQL_TEXT, SQL_TIME, CAST_EXPLICIT, text_to_time),
    CAST(SQL_PARTIAL_DATE, SQL_DATE, CAST_EXPLICIT, partial_to_date),
    CAST(SQL_PARTIAL_DATETIME, SQL_DATE, CAST_EXPLICIT, partial_to_date),
    CAST(SQL_PARTIAL_DATE, SQL_TIMESTAMP, CAST_EXPLICIT, partial_to_timestamp),
    CAST(SQL_PARTIAL_DATETIME, SQL_TIMESTAMP, CAST_EXPLICIT, partial_to_timestamp),
};

const struct cast *
cast_find(enum sql_type from, enum sql_type to, enum cast_context context)
{
    for (size_t i = 0; i < sizeof casts / sizeof casts[0]; i++)
        if (casts[i].from == from && casts[i].to == to && casts[i].context <= context)
            return &casts[i];
    return NULL;
}
