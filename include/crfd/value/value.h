/*
 * value.h: one typed, nullable value of an item, a key column or an expression.
 *
 * A NULL may carry a text: the token, as the study spells it, that was entered where there is no value. It is part
 * of no comparison; missing(x) of the check language asks for it.
 *
 * Threads: pure functions.
 * Memory:  text and decimals are borrowed: they live where the page's values live (the subject's arena) or
 *          where the constant lives (the study's arena). A struct value is small and is passed by copy.
 */
#ifndef CRFD_VALUE_VALUE_H
#define CRFD_VALUE_VALUE_H

#include "crfd/base/strbuf.h"
#include "crfd/value/datetime.h"
#include "crfd/value/decimal.h"
#include "crfd/value/interval.h"
#include "crfd/value/partial_date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types of items, in the order of the README; the comment gives the PostgreSQL column type. */
enum value_type {
    VALUE_TEXT,             /* text */
    VALUE_INTEGER,          /* bigint */
    VALUE_DECIMAL,          /* numeric */
    VALUE_BOOLEAN,          /* boolean */
    VALUE_DATE,             /* date */
    VALUE_PARTIAL_DATE,     /* text, ISO 8601, possibly short */
    VALUE_DATETIME,         /* timestamp */
    VALUE_PARTIAL_DATETIME, /* text, ISO 8601, possibly short */
    VALUE_TIME,             /* time */
    VALUE_INSTANT,          /* timestamptz */
    VALUE_TYPE_COUNT,
    VALUE_INTERVAL = VALUE_TYPE_COUNT /* of expressions only: no item has it */
};

struct value {
    bool is_null;
    uint8_t type;    /* enum value_type; meaningful for a NULL too */
    uint32_t length; /* bytes, of a text or a token */
    union {
        const char *text; /* UTF-8, not NUL-terminated */
        int64_t integer;
        const struct decimal *decimal;
        bool boolean;
        int32_t date;     /* days since 2000-01-01 */
        int64_t datetime; /* microseconds since 2000-01-01 00:00, of an instant in UTC */
        int64_t time;     /* microseconds since midnight */
        const struct partial_date *partial;
        const struct interval *interval;
    };
};

/* The word of the study definition ("partial-date"), the column type of the analysis schema ("text"). */
const char *value_type_name(enum value_type type);
const char *value_type_column(enum value_type type);
/* False where no type has this name. */
bool value_type_parse(const char *name, enum value_type *out);

static inline struct value
value_null(enum value_type type)
{
    return (struct value){.is_null = true, .type = (uint8_t)type};
}

/* A missing value that says so by a token. */
static inline struct value
value_missing(enum value_type type, const char *token, size_t length)
{
    return (struct value){.is_null = true, .type = (uint8_t)type, .length = (uint32_t)length, .text = token};
}

/* The token as a text; NULL where the value is one, or missing without a token. */
static inline struct value
value_token(const struct value *value)
{
    if (!value->is_null || value->text == NULL)
        return value_null(VALUE_TEXT);
    return (struct value){.type = VALUE_TEXT, .length = value->length, .text = value->text};
}

/* Appends the text that the typed column shows in psql (booleans as true/false); nothing for NULL. */
void value_append_text(const struct value *value, struct strbuf *out);

/* Same type and same stored value (decimals with the same scale); two NULLs are identical. */
bool value_identical(const struct value *a, const struct value *b);

#endif
