#include "numbers.h"

#include <string.h>

static const char not_a_number[] = "not a number";
static const char beyond_range[] = "beyond the exact range";
static const char undeclared_comma[] = "a decimal comma, where \"decimal\" declares none";
static const char undeclared_groups[] =
    "digits grouped by points, where \"decimal\" declares no decimal comma";
static const char ambiguous_comma[] =
    "ambiguous: a comma before three digits may group them or be a decimal comma, and \"decimal\" declares "
    "neither";
static const char not_whole[] = "not a whole number";
static const char beyond_bigint[] = "beyond the range of a 64-bit integer";

/* The number without its grouping and with a point, as decimal_parse reads it. */
struct plain {
    char text[DECIMAL_TEXT_MAX];
    size_t length;
    size_t groups;   /* grouping marks left out */
    bool has_mark;   /* there was a decimal mark */
    size_t decimals; /* digits behind it */
    bool overflow;   /* more digits than any decimal has */
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void
put(struct plain *plain, char c)
{
    if (plain->length < sizeof plain->text)
        plain->text[plain->length++] = c;
    else
        plain->overflow = true;
}

/* Copies digits; returns how many. */
static size_t
put_digits(struct plain *plain, struct text_span *rest)
{
    size_t count = 0;

    while (count < rest->length && is_digit(rest->bytes[count]))
        put(plain, rest->bytes[count++]);
    rest->bytes += count;
    rest->length -= count;
    return count;
}

static bool
skip(struct text_span *rest, const char *mark)
{
    size_t length = strlen(mark);

    if (rest->length < length || memcmp(rest->bytes, mark, length) != 0)
        return false;
    rest->bytes += length;
    rest->length -= length;
    return true;
}

static void
put_sign(struct plain *plain, struct text_span *rest)
{
    if (skip(rest, "-") || skip(rest, "\u2212"))
        put(plain, '-');
    else
        (void)skip(rest, "+");
}

/*
 * Reads a number with `mark` as its decimal mark and digits perhaps grouped by threes, all by the same sign:
 * `group`, or an apostrophe. False where the text has another shape.
 */
static bool
regroup(struct text_span text, const char *group, const char *mark, struct plain *plain)
{
    const char *const signs[] = {group, "'", "\u2019"};
    struct text_span rest = text;
    size_t whole;
    bool leading_zero;

    plain->length = plain->groups = plain->decimals = 0;
    plain->has_mark = plain->overflow = false;
    put_sign(plain, &rest);
    leading_zero = rest.length > 0 && rest.bytes[0] == '0';
    whole = put_digits(plain, &rest);
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && plain->groups == 0; i++) {
        while (skip(&rest, signs[i])) {
            if (put_digits(plain, &rest) != 3)
                return false;
            plain->groups++;
        }
    }
    if (plain->groups > 0 && (whole == 0 || whole > 3 || leading_zero))
        return false;
    if (skip(&rest, mark)) {
        plain->has_mark = true;
        put(plain, '.');
        plain->decimals = put_digits(plain, &rest);
    }
    return whole + plain->decimals > 0 && rest.length == 0;
}

static bool
read_plain(const struct plain *plain, struct decimal_wide *out, struct number_reading *reading)
{
    enum decimal_status status =
        plain->overflow ? DECIMAL_OVERFLOW : decimal_parse(plain->text, plain->length, out);

    reading->reason = status == DECIMAL_OVERFLOW ? beyond_range : not_a_number;
    return status == DECIMAL_OK;
}

/* Why a comma cannot be read where none is declared; the text has been regrouped as if there were one. */
static const char *
comma_reason(const struct plain *plain, enum decimal_sign sign)
{
    if (!plain->has_mark)
        return undeclared_groups;
    return sign == DECIMAL_SIGN_UNDECLARED && plain->groups == 0 && plain->decimals == 3 ? ambiguous_comma
                                                                                         : undeclared_comma;
}

/* One comma before three digits, and nothing that tells what it means. */
static bool
is_lone_comma(struct text_span text, const struct plain *plain)
{
    return plain->groups == 1 && !plain->has_mark && memchr(text.bytes, ',', text.length) != NULL;
}

bool
number_read(struct text_span text, enum decimal_sign sign, struct decimal_wide *out,
            struct number_reading *reading)
{
    enum decimal_status status;
    struct plain plain;

    *reading = (struct number_reading){.reason = not_a_number};
    if (sign == DECIMAL_SIGN_COMMA && regroup(text, ".", ",", &plain) &&
        (plain.groups > 0 || plain.has_mark)) {
        reading->regrouped = true;
        return read_plain(&plain, out, reading);
    }
    status = decimal_parse(text.bytes, text.length, out);
    if (status == DECIMAL_OVERFLOW)
        reading->reason = beyond_range;
    if (status != DECIMAL_SYNTAX)
        return status == DECIMAL_OK;
    if (regroup(text, ",", ".", &plain) &&
        (sign != DECIMAL_SIGN_UNDECLARED || !is_lone_comma(text, &plain))) {
        reading->regrouped = plain.groups > 0;
        return read_plain(&plain, out, reading);
    }
    if (regroup(text, ".", ",", &plain))
        reading->reason = comma_reason(&plain, sign);
    return false;
}

/* Most integers are a few digits and need no decimal. */
static bool
read_short_integer(struct text_span text, int64_t *out)
{
    size_t at = text.length > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+');
    int64_t number = 0;

    if (text.length == at || text.length - at > 18)
        return false;
    for (; at < text.length; at++) {
        if (!is_digit(text.bytes[at]))
            return false;
        number = number * 10 + (text.bytes[at] - '0');
    }
    *out = text.bytes[0] == '-' ? -number : number;
    return true;
}

bool
number_read_integer(struct text_span text, enum decimal_sign sign, int64_t *out,
                    struct number_reading *reading)
{
    struct decimal_wide number, whole;

    *reading = (struct number_reading){0};
    if (read_short_integer(text, out))
        return true;
    if (!number_read(text, sign, &number, reading))
        return false;
    if (decimal_truncate(&number.value, 0, &whole) != DECIMAL_OK ||
        decimal_compare(&number.value, &whole.value) != 0) {
        reading->reason = not_whole;
        return false;
    }
    reading->reason = beyond_bigint;
    return decimal_to_int(&number.value, out) == DECIMAL_OK;
}

enum qualifier
qualifier_take(struct text_span *text)
{
    static const struct {
        const char *sign;
        enum qualifier strict;
        enum qualifier or_equal;
    } signs[] = {
        {"<", QUALIFIER_LESS, QUALIFIER_AT_MOST},      {">", QUALIFIER_GREATER, QUALIFIER_AT_LEAST},
        {"\u2264", QUALIFIER_AT_MOST, QUALIFIER_NONE}, {"\u2265", QUALIFIER_AT_LEAST, QUALIFIER_NONE},
        {"\u2266", QUALIFIER_AT_MOST, QUALIFIER_NONE}, {"\u2267", QUALIFIER_AT_LEAST, QUALIFIER_NONE},
        {"\u2A7D", QUALIFIER_AT_MOST, QUALIFIER_NONE}, {"\u2A7E", QUALIFIER_AT_LEAST, QUALIFIER_NONE},
    };

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        enum qualifier qualifier = signs[i].strict;

        if (!skip(text, signs[i].sign))
            continue;
        (void)skip(text, " ");
        if (signs[i].or_equal != QUALIFIER_NONE && skip(text, "=")) {
            qualifier = signs[i].or_equal;
            (void)skip(text, " ");
        }
        return qualifier;
    }
    return QUALIFIER_NONE;
}

bool
boolean_read(struct text_span text, bool *out)
{
    static const struct {
        const char *word;
        bool meaning;
    } words[] = {
        {"true", true},   {"t", true},  {"yes", true}, {"y", true},  {"1", true},  {"是", true},
        {"false", false}, {"f", false}, {"no", false}, {"n", false}, {"0", false}, {"否", false},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == text.length && text_begins(text, words[i].word)) {
            *out = words[i].meaning;
            return true;
        }
    }
    return false;
}
