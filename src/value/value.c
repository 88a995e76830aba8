#include "crfd/value/value.h"

#include <assert.h>
#include <string.h>

struct type_words {
    const char *name;
    const char *column;
};

static const struct type_words types[VALUE_TYPE_COUNT] = {
    [VALUE_TEXT] = {"text", "text"},
    [VALUE_INTEGER] = {"integer", "bigint"},
    [VALUE_DECIMAL] = {"decimal", "numeric"},
    [VALUE_BOOLEAN] = {"boolean", "boolean"},
    [VALUE_DATE] = {"date", "date"},
    [VALUE_PARTIAL_DATE] = {"partial-date", "text"},
    [VALUE_DATETIME] = {"datetime", "timestamp"},
    [VALUE_PARTIAL_DATETIME] = {"partial-datetime", "text"},
    [VALUE_TIME] = {"time", "time"},
    [VALUE_INSTANT] = {"instant", "timestamptz"},
};

const char *
value_type_name(enum value_type type)
{
    return types[type].name;
}

const char *
value_type_column(enum value_type type)
{
    return types[type].column;
}

bool
value_type_parse(const char *name, enum value_type *out)
{
    for (int type = 0; type < VALUE_TYPE_COUNT; type++) {
        if (strcmp(types[type].name, name) == 0) {
            *out = (enum value_type)type;
            return true;
        }
    }
    return false;
}

/* By the clocks of UTC, which the text says. */
static size_t
format_instant(int64_t us, char text[INTERVAL_TEXT_MAX])
{
    size_t length = datetime_format(us, text);

    memcpy(text + length, "+00", sizeof "+00");
    return length + 3;
}

static size_t
format_date_or_time(const struct value *value, char text[INTERVAL_TEXT_MAX])
{
    switch ((enum value_type)value->type) {
    case VALUE_DATE:
        return date_format(value->date, text);
    case VALUE_DATETIME:
        return datetime_format(value->datetime, text);
    case VALUE_TIME:
        return time_format(value->time, text);
    case VALUE_INSTANT:
        return format_instant(value->datetime, text);
    case VALUE_INTERVAL:
        return interval_format(value->interval, text);
    default:
        return partial_date_format(value->partial, text);
    }
}

void
value_append_text(const struct value *value, struct strbuf *out)
{
    char text[DECIMAL_TEXT_MAX];

    static_assert(DECIMAL_TEXT_MAX >= INTERVAL_TEXT_MAX && INTERVAL_TEXT_MAX >= DATETIME_TEXT_MAX,
                  "one buffer serves all types");
    if (value->is_null)
        return;
    switch ((enum value_type)value->type) {
    case VALUE_TEXT:
        strbuf_append_bytes(out, value->text, value->length);
        break;
    case VALUE_INTEGER:
        strbuf_append_number(out, value->integer);
        break;
    case VALUE_DECIMAL:
        strbuf_append_bytes(out, text, decimal_format(value->decimal, text));
        break;
    case VALUE_BOOLEAN:
        strbuf_append(out, value->boolean ? "true" : "false");
        break;
    default:
        strbuf_append_bytes(out, text, format_date_or_time(value, text));
        break;
    }
}

/* An empty text may have no address. */
static bool
same_text(const struct value *a, const struct value *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
}

static bool
same_decimal(const struct decimal *a, const struct decimal *b)
{
    return a->scale == b->scale && decimal_compare(a, b) == 0;
}

static bool
same_partial(const struct partial_date *a, const struct partial_date *b)
{
    return a->precision == b->precision && partial_date_earliest_us(a) == partial_date_earliest_us(b);
}

bool
value_identical(const struct value *a, const struct value *b)
{
    if (a->type != b->type || a->is_null != b->is_null)
        return false;
    if (a->is_null)
        return true;
    switch ((enum value_type)a->type) {
    case VALUE_TEXT:
        return same_text(a, b);
    case VALUE_INTEGER:
        return a->integer == b->integer;
    case VALUE_DECIMAL:
        return same_decimal(a->decimal, b->decimal);
    case VALUE_BOOLEAN:
        return a->boolean == b->boolean;
    case VALUE_DATE:
        return a->date == b->date;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        return same_partial(a->partial, b->partial);
    case VALUE_DATETIME:
    case VALUE_INSTANT:
        return a->datetime == b->datetime;
    case VALUE_TIME:
        return a->time == b->time;
    case VALUE_TYPE_COUNT:
        break;
    }
    return false;
}
