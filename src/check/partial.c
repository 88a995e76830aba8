/* What a check may ask of a partial date; sql/migrations/0003_partial_date.sql means the same. */
#include "machine.h"
#include "routine.h"

/* NULL where the day is not known. */
static bool
full_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->is_null = args[0]->partial->precision < PARTIAL_DAY;
    out->date = datetime_to_date(partial_date_earliest_us(args[0]->partial));
    return true;
}

static bool
earliest_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->date = datetime_to_date(partial_date_earliest_us(args[0]->partial));
    return true;
}

static bool
latest_date(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->date = datetime_to_date(partial_date_latest_us(args[0]->partial));
    return true;
}

static bool
earliest_instant(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->datetime = partial_date_earliest_us(args[0]->partial);
    return true;
}

static bool
latest_instant(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    out->datetime = partial_date_latest_us(args[0]->partial);
    return true;
}

#define PARTIAL(name, result, from, call, twin)                                                              \
    {                                                                                                        \
        name, ROUTINE_FUNCTION, result, 1, {from}, call, NULL, twin                                          \
    }

const struct routine partial_routines[] = {
    PARTIAL("full_date", SQL_DATE, SQL_PARTIAL_DATE, full_date, "crfd.full_date(%1)"),
    PARTIAL("full_date", SQL_DATE, SQL_PARTIAL_DATETIME, full_date, "crfd.full_date(%1)"),
    PARTIAL("earliest", SQL_DATE, SQL_PARTIAL_DATE, earliest_date, "crfd.earliest(%1)::date"),
    PARTIAL("earliest", SQL_TIMESTAMP, SQL_PARTIAL_DATETIME, earliest_instant, "crfd.earliest(%1)"),
    PARTIAL("latest", SQL_DATE, SQL_PARTIAL_DATE, latest_date, "crfd.latest(%1)::date"),
    PARTIAL("latest", SQL_TIMESTAMP, SQL_PARTIAL_DATETIME, latest_instant, "crfd.latest(%1)"),
    {NULL, ROUTINE_FUNCTION, SQL_UNKNOWN, 0, {0}, NULL, NULL, NULL},
};
