#include "crfd/value/compare.h"

static bool
same_partial(const struct partial_date *a, const struct partial_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->precision == b->precision &&
           a->microsecond == b->microsecond;
}

int
value_compare(const struct value *a, const struct value *b, enum value_type type)
{
    switch (type) {
    case VALUE_TEXT:
        return compare_texts(a, b);
    case VALUE_DECIMAL:
        return compare_decimals(a->decimal, b->decimal);
    case VALUE_BOOLEAN:
        return a->boolean - b->boolean;
    case VALUE_DATE:
        return compare_numbers(a->date, b->date);
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        return !same_partial(a->partial, b->partial);
    case VALUE_INTERVAL:
        return interval_compare(a->interval, b->interval);
    case VALUE_DATETIME:
    case VALUE_TIME:
    case VALUE_INSTANT:
        return compare_numbers(a->datetime, b->datetime);
    default:
        return compare_numbers(a->integer, b->integer);
    }
}
