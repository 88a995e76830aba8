#include "type.h"

static const struct {
    const char *name;
    char category; /* pg_type.typcategory; P is ours */
    bool preferred;
    enum value_type reg;
} types[SQL_TYPE_COUNT] = {
    [SQL_UNKNOWN] = {"unknown", 'X', false, VALUE_TEXT},
    [SQL_BOOLEAN] = {"boolean", 'B', true, VALUE_BOOLEAN},
    [SQL_INT4] = {"integer", 'N', false, VALUE_INTEGER},
    [SQL_INT8] = {"bigint", 'N', false, VALUE_INTEGER},
    [SQL_NUMERIC] = {"numeric", 'N', false, VALUE_DECIMAL},
    [SQL_FLOAT8] = {"double precision", 'N', true, VALUE_DECIMAL},
    [SQL_TEXT] = {"text", 'S', true, VALUE_TEXT},
    [SQL_DATE] = {"date", 'D', false, VALUE_DATE},
    [SQL_TIMESTAMP] = {"timestamp", 'D', false, VALUE_DATETIME},
    [SQL_TIMESTAMPTZ] = {"timestamptz", 'D', true, VALUE_INSTANT},
    [SQL_TIME] = {"time", 'D', false, VALUE_TIME},
    [SQL_INTERVAL] = {"interval", 'T', true, VALUE_INTERVAL},
    [SQL_PARTIAL_DATE] = {"partial date", 'P', false, VALUE_PARTIAL_DATE},
    [SQL_PARTIAL_DATETIME] = {"partial datetime", 'P', true, VALUE_PARTIAL_DATETIME},
};

const char *
type_name(enum sql_type type)
{
    return types[type].name;
}

enum sql_type
type_of_item(enum value_type type)
{
    static const enum sql_type of_item[VALUE_TYPE_COUNT] = {
        [VALUE_TEXT] = SQL_TEXT,          [VALUE_INTEGER] = SQL_INT8,
        [VALUE_DECIMAL] = SQL_NUMERIC,    [VALUE_BOOLEAN] = SQL_BOOLEAN,
        [VALUE_DATE] = SQL_DATE,          [VALUE_PARTIAL_DATE] = SQL_PARTIAL_DATE,
        [VALUE_DATETIME] = SQL_TIMESTAMP, [VALUE_PARTIAL_DATETIME] = SQL_PARTIAL_DATETIME,
        [VALUE_TIME] = SQL_TIME,          [VALUE_INSTANT] = SQL_TIMESTAMPTZ,
    };

    return of_item[type];
}

enum sql_type
type_of_column(enum column_type type)
{
    static const enum sql_type of_column[COLUMN_TYPE_COUNT] = {
        [COLUMN_TEXT] = SQL_TEXT,
        [COLUMN_INT4] = SQL_INT4,
        [COLUMN_INT8] = SQL_INT8,
        [COLUMN_BOOLEAN] = SQL_BOOLEAN,
        [COLUMN_TIMESTAMPTZ] = SQL_TIMESTAMPTZ,
        [COLUMN_JSONB] = SQL_UNKNOWN,
    };

    return of_column[type];
}

enum value_type
type_register(enum sql_type type)
{
    return types[type].reg;
}

bool
type_is_partial(enum sql_type type)
{
    return types[type].category == 'P';
}

bool
type_is_number(enum sql_type type)
{
    return types[type].category == 'N';
}

char
type_category(enum sql_type type)
{
    return types[type].category;
}

bool
type_is_preferred(enum sql_type type)
{
    return types[type].preferred;
}

bool
type_converts(enum sql_type from, enum sql_type to)
{
    static const struct {
        enum sql_type from, to;
    } implicit[] = {
        {SQL_INT4, SQL_INT8},
        {SQL_INT4, SQL_NUMERIC},
        {SQL_INT4, SQL_FLOAT8},
        {SQL_INT8, SQL_NUMERIC},
        {SQL_INT8, SQL_FLOAT8},
        {SQL_NUMERIC, SQL_FLOAT8},
        {SQL_DATE, SQL_TIMESTAMP},
        {SQL_DATE, SQL_TIMESTAMPTZ},
        {SQL_TIMESTAMP, SQL_TIMESTAMPTZ},
        {SQL_TIME, SQL_INTERVAL},
        {SQL_PARTIAL_DATE, SQL_PARTIAL_DATETIME},
    };

    if (from == to)
        return true;
    for (size_t i = 0; i < sizeof implicit / sizeof implicit[0]; i++)
        if (implicit[i].from == from && implicit[i].to == to)
            return true;
    return false;
}

/* A complete date is a partial one of which all parts are known. */
static bool
is_date_for_partial(enum sql_type type)
{
    return type == SQL_DATE || type_is_partial(type);
}

static bool
common_of_two(enum sql_type a, enum sql_type b, enum sql_type *out)
{
    if (type_is_partial(a) || type_is_partial(b)) {
        if (!is_date_for_partial(a) || !is_date_for_partial(b))
            return false;
        *out =
            a == SQL_PARTIAL_DATETIME || b == SQL_PARTIAL_DATETIME ? SQL_PARTIAL_DATETIME : SQL_PARTIAL_DATE;
        return true;
    }
    if (type_category(a) != type_category(b))
        return false;
    if (!type_is_preferred(a) && type_converts(a, b) && !type_converts(b, a)) {
        *out = b;
        return true;
    }
    *out = a;
    return type_converts(b, a);
}

bool
type_common(const enum sql_type *members, size_t count, enum sql_type *out, enum sql_type *a,
            enum sql_type *b)
{
    enum sql_type common = SQL_UNKNOWN;

    for (size_t i = 0; i < count; i++) {
        enum sql_type next;

        if (members[i] == SQL_UNKNOWN || members[i] == common)
            continue;
        if (common == SQL_UNKNOWN) {
            common = members[i];
            continue;
        }
        if (!common_of_two(common, members[i], &next)) {
            *a = common;
            *b = members[i];
            return false;
        }
        common = next;
    }
    *out = common == SQL_UNKNOWN ? SQL_TEXT : common;
    return true;
}
