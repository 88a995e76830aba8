/* Date arithmetic and extract() as PostgreSQL's date.c and timestamp.c do them, in the years 1 to 9999. */
#include "machine.h"
#include "routine.h"

#include <string.h>

#define US_PER_SECOND INT64_C(1000000)

/* --- days --- */

/* The last day that a four-digit year has; PostgreSQL goes further, clinical data does not. */
static bool
is_in_calendar(int64_t day)
{
    int32_t first;
    int32_t last;

    return date_from_civil(1, 1, 1, &first) && date_from_civil(9999, 12, 31, &last) && day >= first &&
           day <= last;
}

static bool
day_result(struct machine *machine, int64_t day, struct value *out)
{
    if (!is_in_calendar(day))
        return machine_fail(machine, ERROR_DATE_RANGE);
    out->date = (int32_t)day;
    return true;
}

static bool
date_plus_days(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return day_result(machine, args[0]->date + args[1]->integer, out);
}

static bool
days_plus_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return day_result(machine, args[0]->integer + args[1]->date, out);
}

static bool
date_minus_days(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return day_result(machine, args[0]->date - args[1]->integer, out);
}

static bool
date_minus_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->integer = (int64_t)args[0]->date - args[1]->date;
    return true;
}

/* 24:00 of the last day is the next day. */
static bool
date_plus_time(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    out->datetime = args[0]->date * DATETIME_US_PER_DAY + args[1]->time;
    return is_in_calendar(datetime_to_date(out->datetime)) || machine_fail(machine, ERROR_DATE_RANGE);
}

static bool
time_plus_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    return date_plus_time(machine, (const struct value *const[]){args[1], args[0]}, count, out);
}

static bool
make_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (args[0]->integer < 1 || args[0]->integer > 9999 || args[1]->integer < 1 || args[1]->integer > 12 ||
        args[2]->integer < 1 || args[2]->integer > 31 ||
        !date_from_civil((int)args[0]->integer, (int)args[1]->integer, (int)args[2]->integer, &out->date))
        return machine_fail(machine, ERROR_DATE_RANGE);
    return true;
}

/* UTC, or the study's own zone: analysis takes no other. */
static bool
at_time_zone(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    bool is_utc = args[0]->length == 3 && memcmp(args[0]->text, "UTC", 3) == 0;

    (void)count;
    out->datetime = is_utc ? args[1]->datetime : zone_local(machine->program->zone, args[1]->datetime);
    return is_in_calendar(datetime_to_date(out->datetime)) || machine_fail(machine, ERROR_DATE_RANGE);
}

/* --- parts of a date --- */

static bool
number_result(struct machine *machine, int64_t number, struct value *out)
{
    decimal_from_int(number, &machine->slot->decimal);
    out->decimal = &machine->slot->decimal.value;
    return true;
}

/* Days and time of day of a date, a timestamp or a time. */
static int32_t
day_of(const struct value *value)
{
    return value->type == VALUE_DATE ? value->date : datetime_to_date(value->datetime);
}

static int64_t
time_of(const struct value *value)
{
    return value->type == VALUE_TIME ? value->time : value->datetime - day_of(value) * DATETIME_US_PER_DAY;
}

static struct civil
civil_of(const struct value *value)
{
    return date_to_civil(day_of(value));
}

static bool
extract_year(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, civil_of(args[0]).year, out);
}

static bool
extract_quarter(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, (civil_of(args[0]).month - 1) / 3 + 1, out);
}

static bool
extract_month(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, civil_of(args[0]).month, out);
}

static bool
extract_day(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, civil_of(args[0]).day, out);
}

static int64_t
first_of_year(int year)
{
    int32_t first = 0;

    (void)date_from_civil(year, 1, 1, &first);
    return first;
}

static bool
extract_doy(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, day_of(args[0]) - first_of_year(civil_of(args[0]).year) + 1, out);
}

/* 0 is Monday; 2000-01-01 was a Saturday. */
static int64_t
weekday(int64_t day)
{
    return ((day + 5) % 7 + 7) % 7;
}

static bool
extract_isodow(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, weekday(day_of(args[0])) + 1, out);
}

static bool
extract_dow(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, (weekday(day_of(args[0])) + 1) % 7, out);
}

/* ISO 8601: the week belongs to the year that holds its Thursday. */
static bool
extract_week(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t thursday = day_of(args[0]) - weekday(day_of(args[0])) + 3;
    int64_t first = first_of_year(date_to_civil((int32_t)thursday).year);

    (void)count;
    return number_result(machine, (thursday - first) / 7 + 1, out);
}

static bool
extract_hour(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, time_of(args[0]) / (3600 * US_PER_SECOND), out);
}

static bool
extract_minute(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, time_of(args[0]) / (60 * US_PER_SECOND) % 60, out);
}

/* With six digits behind the point, always. */
static bool
extract_second(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    struct decimal_wide million;
    struct decimal_wide *slot = &machine->slot->decimal;

    (void)count;
    decimal_from_int(time_of(args[0]) % (60 * US_PER_SECOND), slot);
    (void)decimal_parse("0.000001", 8, &million);
    out->decimal = &slot->value;
    return machine_decimal(machine, decimal_multiply(&slot->value, &million.value, slot));
}

#define OPERATOR(symbol, result, left, right, call)                                                          \
    {                                                                                                        \
        symbol, ROUTINE_OPERATOR, result, 2, {left, right}, call, NULL, NULL                                 \
    }
#define EXTRACT(field, from, call)                                                                           \
    {                                                                                                        \
        "extract " field, ROUTINE_FUNCTION, SQL_NUMERIC, 1, {from}, call, NULL, "extract(" field " FROM %1)" \
    }
#define EXTRACT_DAY(field, call) EXTRACT(field, SQL_DATE, call), EXTRACT(field, SQL_TIMESTAMP, call)
#define EXTRACT_TIME(field, call)                                                                            \
    EXTRACT(field, SQL_TIME, call), EXTRACT(field, SQL_TIMESTAMP, call),                                     \
    {                                                                                                        \
        "extract " field, ROUTINE_FUNCTION, SQL_NUMERIC, 1, {SQL_DATE}, NULL,                                \
            "a date is a whole day and has no " field, NULL                                                  \
    }

const struct routine calendar_routines[] = {
    OPERATOR("+", SQL_DATE, SQL_DATE, SQL_INT4, date_plus_days),
    OPERATOR("+", SQL_DATE, SQL_INT4, SQL_DATE, days_plus_date),
    OPERATOR("-", SQL_DATE, SQL_DATE, SQL_INT4, date_minus_days),
    OPERATOR("-", SQL_INT4, SQL_DATE, SQL_DATE, date_minus_date),
    OPERATOR("+", SQL_TIMESTAMP, SQL_DATE, SQL_TIME, date_plus_time),
    OPERATOR("+", SQL_TIMESTAMP, SQL_TIME, SQL_DATE, time_plus_date),
    {"make_date", ROUTINE_FUNCTION, SQL_DATE, 3, {SQL_INT4, SQL_INT4, SQL_INT4}, make_date, NULL, NULL},
    {"timezone",
     ROUTINE_FUNCTION,
     SQL_TIMESTAMP,
     2,
     {SQL_TEXT, SQL_TIMESTAMPTZ},
     at_time_zone,
     NULL,
     "(%2 AT TIME ZONE %1)"},
    EXTRACT_DAY("year", extract_year),
    EXTRACT_DAY("quarter", extract_quarter),
    EXTRACT_DAY("month", extract_month),
    EXTRACT_DAY("week", extract_week),
    EXTRACT_DAY("day", extract_day),
    EXTRACT_DAY("doy", extract_doy),
    EXTRACT_DAY("dow", extract_dow),
    EXTRACT_DAY("isodow", extract_isodow),
    EXTRACT_TIME("hour", extract_hour),
    EXTRACT_TIME("minute", extract_minute),
    EXTRACT_TIME("second", extract_second),
    {NULL, ROUTINE_FUNCTION, SQL_UNKNOWN, 0, {0}, NULL, NULL, NULL},
};
