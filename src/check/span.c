/* Intervals as PostgreSQL's timestamp.c computes with them. */
#include "machine.h"
#include "routine.h"

#define US_PER_SECOND INT64_C(1000000)

/* --- moving dates and timestamps --- */

static int64_t
instant_of(const struct value *value)
{
    return value->type == VALUE_DATE ? value->date * DATETIME_US_PER_DAY : value->datetime;
}

static bool
move(struct machine *machine, const struct value *instant, const struct value *interval, bool back,
     struct value *out)
{
    if (!interval_move(instant_of(instant), interval->interval, back, &out->datetime))
        return machine_fail(machine, ERROR_DATE_RANGE);
    return true;
}

static bool
plus_interval(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return move(machine, args[0], args[1], false, out);
}

static bool
interval_plus(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return move(machine, args[1], args[0], false, out);
}

static bool
minus_interval(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return move(machine, args[0], args[1], true, out);
}

/* --- making intervals --- */

static void
interval_result(struct machine *machine, struct interval interval, struct value *out)
{
    machine->slot->interval = interval;
    out->interval = &machine->slot->interval;
}

static bool
instant_minus_instant(struct machine *machine, const struct value *const *args, size_t count,
                      struct value *out)
{
    (void)count;
    interval_result(machine, interval_between(args[0]->datetime, args[1]->datetime), out);
    return true;
}

static bool
time_minus_time(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    interval_result(machine, (struct interval){.us = args[0]->time - args[1]->time}, out);
    return true;
}

static bool
age(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    interval_result(machine, interval_age(instant_of(args[0]), instant_of(args[1])), out);
    return true;
}

static bool
sum_of(struct machine *machine, const struct value *const *args, bool subtract, struct value *out)
{
    struct interval sum;

    if (!interval_add(args[0]->interval, args[1]->interval, subtract, &sum))
        return machine_fail(machine, ERROR_INTERVAL_RANGE);
    interval_result(machine, sum, out);
    return true;
}

static bool
interval_plus_interval(struct machine *machine, const struct value *const *args, size_t count,
                       struct value *out)
{
    (void)count;
    return sum_of(machine, args, false, out);
}

static bool
interval_minus_interval(struct machine *machine, const struct value *const *args, size_t count,
                        struct value *out)
{
    (void)count;
    return sum_of(machine, args, true, out);
}

static bool
negate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    static const struct interval nothing;
    struct value zero = {.type = VALUE_INTERVAL, .interval = &nothing};

    (void)count;
    return sum_of(machine, (const struct value *const[]){&zero, args[0]}, true, out);
}

/* --- parts of an interval; fractions are cut towards zero --- */

static bool
number_result(struct machine *machine, int64_t number, struct value *out)
{
    decimal_from_int(number, &machine->slot->decimal);
    out->decimal = &machine->slot->decimal.value;
    return true;
}

static bool
extract_year(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, args[0]->interval->months / 12, out);
}

static bool
extract_month(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, args[0]->interval->months % 12, out);
}

static bool
extract_day(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, args[0]->interval->days, out);
}

static bool
extract_hour(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, args[0]->interval->us / (3600 * US_PER_SECOND), out);
}

static bool
extract_minute(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return number_result(machine, args[0]->interval->us / (60 * US_PER_SECOND) % 60, out);
}

#define OPERATOR(symbol, result, left, right, call)                                                          \
    {                                                                                                        \
        symbol, ROUTINE_OPERATOR, result, 2, {left, right}, call, NULL, NULL                                 \
    }
#define EXTRACT(field, call)                                                                                 \
    {                                                                                                        \
        "extract " field, ROUTINE_FUNCTION, SQL_NUMERIC, 1, {SQL_INTERVAL}, call, NULL,                      \
            "extract(" field " FROM %1)"                                                                     \
    }
#define ZONE   "the result would depend on the server's time zone; write x AT TIME ZONE 'UTC', or x::date"
#define FACTOR "PostgreSQL multiplies intervals by inexact numbers; write the interval itself, or x::date + n"

const struct routine span_routines[] = {
    OPERATOR("+", SQL_TIMESTAMP, SQL_DATE, SQL_INTERVAL, plus_interval),
    OPERATOR("+", SQL_TIMESTAMP, SQL_TIMESTAMP, SQL_INTERVAL, plus_interval),
    OPERATOR("+", SQL_TIMESTAMP, SQL_INTERVAL, SQL_DATE, interval_plus),
    OPERATOR("+", SQL_TIMESTAMP, SQL_INTERVAL, SQL_TIMESTAMP, interval_plus),
    OPERATOR("-", SQL_TIMESTAMP, SQL_DATE, SQL_INTERVAL, minus_interval),
    OPERATOR("-", SQL_TIMESTAMP, SQL_TIMESTAMP, SQL_INTERVAL, minus_interval),
    OPERATOR("-", SQL_INTERVAL, SQL_TIMESTAMP, SQL_TIMESTAMP, instant_minus_instant),
    OPERATOR("-", SQL_INTERVAL, SQL_TIMESTAMPTZ, SQL_TIMESTAMPTZ, instant_minus_instant),
    OPERATOR("-", SQL_INTERVAL, SQL_TIME, SQL_TIME, time_minus_time),
    OPERATOR("+", SQL_INTERVAL, SQL_INTERVAL, SQL_INTERVAL, interval_plus_interval),
    OPERATOR("-", SQL_INTERVAL, SQL_INTERVAL, SQL_INTERVAL, interval_minus_interval),
    {"-", ROUTINE_PREFIX, SQL_INTERVAL, 1, {SQL_INTERVAL}, negate, NULL, NULL},
    {"+", ROUTINE_OPERATOR, SQL_TIMESTAMPTZ, 2, {SQL_TIMESTAMPTZ, SQL_INTERVAL}, NULL, ZONE, NULL},
    {"-", ROUTINE_OPERATOR, SQL_TIMESTAMPTZ, 2, {SQL_TIMESTAMPTZ, SQL_INTERVAL}, NULL, ZONE, NULL},
    {"*", ROUTINE_OPERATOR, SQL_INTERVAL, 2, {SQL_INTERVAL, SQL_FLOAT8}, NULL, FACTOR, NULL},
    {"*", ROUTINE_OPERATOR, SQL_INTERVAL, 2, {SQL_FLOAT8, SQL_INTERVAL}, NULL, FACTOR, NULL},
    {"/", ROUTINE_OPERATOR, SQL_INTERVAL, 2, {SQL_INTERVAL, SQL_FLOAT8}, NULL, FACTOR, NULL},
    {"age", ROUTINE_FUNCTION, SQL_INTERVAL, 2, {SQL_TIMESTAMP, SQL_TIMESTAMP}, age, NULL, NULL},
    {"age",
     ROUTINE_FUNCTION,
     SQL_INTERVAL,
     2,
     {SQL_DATE, SQL_DATE},
     age,
     NULL,
     "age(%1::timestamp, %2::timestamp)"},
    {"age", ROUTINE_FUNCTION, SQL_INTERVAL, 2, {SQL_TIMESTAMPTZ, SQL_TIMESTAMPTZ}, NULL, ZONE, NULL},
    EXTRACT("year", extract_year),
    EXTRACT("month", extract_month),
    EXTRACT("day", extract_day),
    EXTRACT("hour", extract_hour),
    EXTRACT("minute", extract_minute),
    {NULL, ROUTINE_FUNCTION, SQL_UNKNOWN, 0, {0}, NULL, NULL, NULL},
};
