#include "date_pattern.h"

#include "crfd/clean/months.h"

#include <string.h>

enum { ELEMENTS_MAX = 24, YEAR_DIGITS = 4, CENTURY_SPLIT = 70 };

/* What an element reads, beside the parts of a date. */
enum { ELEMENT_MERIDIEM = DATE_PART_COUNT, ELEMENT_LITERAL };

struct element {
    uint8_t what;       /* enum date_part, or of the above */
    bool is_name;       /* a month by its name */
    uint8_t digits_min; /* of a number */
    uint8_t digits_max;
    uint8_t hyphens_max; /* that may stand for a part that is unknown */
    uint8_t length;      /* bytes of a literal */
    char literal[4];
};

struct date_pattern {
    const struct month_names *months; /* declared ones; NULL: none */
    unsigned parts;
    size_t count;
    struct element elements[];
};

/* The longer word before the one it begins with. M and D have no width of their own. */
static const struct {
    const char *word;
    struct element element;
} words[] = {
    {"YYYY", {.what = DATE_YEAR, .digits_min = 4, .digits_max = 4}},
    {"YY", {.what = DATE_YEAR, .digits_min = 2, .digits_max = 2}},
    {"MONTH", {.what = DATE_MONTH, .is_name = true}},
    {"MON", {.what = DATE_MONTH, .is_name = true}},
    {"MM", {.what = DATE_MONTH, .digits_min = 2, .digits_max = 2}},
    {"MI", {.what = DATE_MINUTE, .digits_min = 2, .digits_max = 2}},
    {"M", {.what = DATE_MONTH, .digits_min = 1, .digits_max = 2}},
    {"DD", {.what = DATE_DAY, .digits_min = 2, .digits_max = 2}},
    {"D", {.what = DATE_DAY, .digits_min = 1, .digits_max = 2}},
    {"HH24", {.what = DATE_HOUR, .digits_min = 2, .digits_max = 2}},
    {"HH", {.what = DATE_HOUR, .digits_min = 2, .digits_max = 2}},
    {"SS", {.what = DATE_SECOND, .digits_min = 2, .digits_max = 2}},
    {"AM", {.what = ELEMENT_MERIDIEM}},
    {"PM", {.what = ELEMENT_MERIDIEM}},
};

const char *
date_pattern_word(size_t i)
{
    return i < sizeof words / sizeof words[0] ? words[i].word : NULL;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_number(const struct element *element)
{
    return element->what < DATE_PART_COUNT && !element->is_name;
}

static bool
is_literal(const struct element *element, const char *text)
{
    return element->what == ELEMENT_LITERAL && element->length == strlen(text) &&
           memcmp(element->literal, text, element->length) == 0;
}

static bool
is_chinese(const struct element *element)
{
    return element->what == ELEMENT_LITERAL && (unsigned char)element->literal[0] >= 0x80;
}

/* Reads one element of the pattern; returns its bytes, 0 where there is none. */
static size_t
read_element(const char *at, struct element *out)
{
    size_t length = 1;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t word = strlen(words[i].word);

        if (strncmp(at, words[i].word, word) == 0) {
            *out = words[i].element;
            return word;
        }
    }
    if ((is_letter(*at) && *at != 'T') || is_digit(*at))
        return 0;
    while (length < 4 && ((unsigned char)at[length] & 0xC0) == 0x80)
        length++;
    *out = (struct element){.what = ELEMENT_LITERAL, .length = (uint8_t)length};
    memcpy(out->literal, at, length);
    return length;
}

/*
 * Numbers that touch can be told apart only by their width; numbers that do not may be short (5/3/2014 for
 * DD/MM/YYYY). False where M or D, which have no width, touches a number.
 */
static bool
fix_widths(struct element *elements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct element *element = &elements[i];
        bool touches =
            (i > 0 && is_number(&elements[i - 1])) || (i + 1 < count && is_number(&elements[i + 1]));

        if (!is_number(element))
            continue;
        if (touches && element->digits_min < 2)
            return false;
        if (!touches &&
            (element->what == DATE_MONTH || element->what == DATE_DAY || element->what == DATE_HOUR))
            element->digits_min = 1;
    }
    return true;
}

/* Beside a hyphen only one more can mean "unknown"; beside another number it would be a separator. */
static void
limit_hyphens(struct element *elements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct element *before = i > 0 ? &elements[i - 1] : NULL;
        const struct element *after = i + 1 < count ? &elements[i + 1] : NULL;

        elements[i].hyphens_max = 4;
        if ((before != NULL && is_literal(before, "-")) || (after != NULL && is_literal(after, "-")))
            elements[i].hyphens_max = 1;
        if ((before != NULL && is_number(before)) || (after != NULL && is_number(after)))
            elements[i].hyphens_max = 0;
    }
}

/* Why these parts make no date or time; NULL where they do. */
static const char *
parts_problem(unsigned parts, bool has_meridiem)
{
    static const struct {
        enum date_part part, needs;
    } rules[] = {
        {DATE_MONTH, DATE_YEAR},
        {DATE_DAY, DATE_MONTH},
        {DATE_MINUTE, DATE_HOUR},
        {DATE_SECOND, DATE_MINUTE},
    };

    if (parts == 0)
        return "the pattern has no part of a date or time";
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((parts & DATE_PART_BIT(rules[i].part)) != 0 && (parts & DATE_PART_BIT(rules[i].needs)) == 0)
            return "the pattern leaves out a part before the last (a month needs a year, a minute an hour)";
    }
    if (has_meridiem && (parts & DATE_PART_BIT(DATE_HOUR)) == 0)
        return "AM needs HH";
    return NULL;
}

const struct date_pattern *
date_pattern_new(struct arena *arena, const char *pattern, const struct month_names *months,
                 const char **reason)
{
    struct element elements[ELEMENTS_MAX];
    size_t count = 0;
    unsigned parts = 0;
    bool has_meridiem = false;
    struct date_pattern *result;

    for (const char *at = pattern; *at != '\0'; count++) {
        size_t length = count < ELEMENTS_MAX ? read_element(at, &elements[count]) : 0;
        unsigned bit;

        if (length == 0) {
            *reason = count < ELEMENTS_MAX ? "the pattern has a letter or digit that means no part of a date"
                                           : "the pattern is too long";
            return NULL;
        }
        at += length;
        bit = elements[count].what < DATE_PART_COUNT ? DATE_PART_BIT(elements[count].what) : 0;
        if ((parts & bit) != 0) {
            *reason = "the pattern has a part twice";
            return NULL;
        }
        parts |= bit;
        has_meridiem = has_meridiem || elements[count].what == ELEMENT_MERIDIEM;
    }
    *reason = parts_problem(parts, has_meridiem);
    if (*reason == NULL && !fix_widths(elements, count))
        *reason = "the pattern has M or D next to another number: write MM or DD";
    if (*reason != NULL)
        return NULL;
    limit_hyphens(elements, count);
    result = arena_alloc(arena, sizeof *result + count * sizeof elements[0]);
    *result = (struct date_pattern){.months = months, .parts = parts, .count = count};
    memcpy(result->elements, elements, count * sizeof elements[0]);
    return result;
}

unsigned
date_pattern_parts(const struct date_pattern *pattern)
{
    return pattern->parts;
}

static void
advance(struct text_span *rest, size_t length)
{
    rest->bytes += length;
    rest->length -= length;
}

/* Takes the word, in any ASCII case, from the rest. */
static bool
take(struct text_span *rest, const char *word)
{
    if (!text_begins(*rest, word))
        return false;
    advance(rest, strlen(word));
    return true;
}

static void
set_part(struct date_reading *reading, const struct element *element, int number)
{
    if (element->what == DATE_YEAR && element->digits_max == 2)
        number += number < CENTURY_SPLIT ? 2000 : 1900;
    reading->parts[element->what] = number;
    reading->known |= DATE_PART_BIT(element->what);
}

/* One to six digits behind a point, as microseconds; a point without them is left alone. */
static bool
read_fraction(struct text_span *rest, struct date_reading *reading)
{
    size_t digits = 1;
    int number = 0;

    while (digits < rest->length && is_digit(rest->bytes[digits]) && digits <= 6)
        number = number * 10 + (rest->bytes[digits++] - '0');
    if (digits == 1 || (digits < rest->length && is_digit(rest->bytes[digits])))
        return false;
    advance(rest, digits);
    for (; digits <= 6; digits++)
        number *= 10;
    reading->microsecond = number;
    return true;
}

static bool
read_digits(struct text_span *rest, const struct element *element, struct date_reading *reading)
{
    size_t digits = 0;
    int number = 0;

    while (digits < element->digits_max && digits < rest->length && is_digit(rest->bytes[digits]))
        number = number * 10 + (rest->bytes[digits++] - '0');
    if (digits == 0 || digits < element->digits_min)
        return false;
    advance(rest, digits);
    set_part(reading, element, number);
    if (digits < 2)
        reading->loose = true;
    if (element->what == DATE_SECOND && rest->length > 0 && rest->bytes[0] == '.')
        return read_fraction(rest, reading);
    return true;
}

/* 0 to 9, or 10 for 十; -1 where the text begins with no such character. */
static int
take_chinese_digit(struct text_span *rest)
{
    static const char *const digits[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

    for (int i = 0; i <= 10; i++) {
        if (take(rest, digits[i]))
            return i;
    }
    return take(rest, "零") ? 0 : -1;
}

/* Years are spelled digit by digit, months and days as numbers to 99: 五, 十, 十二, 二十, 三十一. */
static bool
read_chinese_number(struct text_span *rest, const struct element *element, struct date_reading *reading)
{
    int number = take_chinese_digit(rest);
    int digit;

    if (number < 0)
        return false;
    if (element->what == DATE_YEAR) {
        for (int i = 1; i < YEAR_DIGITS; i++) {
            digit = take_chinese_digit(rest);
            if (number == 10 || digit < 0 || digit == 10)
                return false;
            number = number * 10 + digit;
        }
    } else {
        if (number > 0 && number < 10 && take(rest, "十"))
            number *= 10;
        if (number >= 10) {
            digit = take_chinese_digit(rest);
            if (digit == 0 || digit == 10)
                return false;
            number += digit > 0 ? digit : 0;
        }
    }
    set_part(reading, element, number);
    reading->loose = true;
    return true;
}

/* Bytes of the English name, full or short, that the text begins with; 0 where there is none. */
static size_t
match_english(struct text_span text, int *month)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    static const size_t short_length = 3;

    for (int i = 0; i < MONTHS_OF_YEAR; i++) {
        char word[] = "Mon";

        memcpy(word, names[i], short_length);
        if (!text_begins(text, word))
            continue;
        *month = i + 1;
        if (text_begins(text, names[i]))
            return strlen(names[i]);
        return i == 8 && text_begins(text, "Sept") ? strlen("Sept") : short_length;
    }
    return 0;
}

/* English or declared, whichever is longer; a short one may have a point behind it. */
static bool
read_month_name(const struct date_pattern *pattern, struct text_span *rest, const struct element *element,
                struct date_reading *reading)
{
    int month = 0, declared = 0;
    size_t length = match_english(*rest, &month);
    size_t declared_length = month_names_match(pattern->months, rest->bytes, rest->length, &declared);

    if (declared_length > length) {
        length = declared_length;
        month = declared;
    }
    if (length == 0)
        return false;
    advance(rest, length);
    if (text_begins(*rest, ". "))
        advance(rest, 1);
    set_part(reading, element, month);
    reading->loose = true;
    return true;
}

/* 三月, 3月. */
static bool
read_chinese_month(struct text_span *rest, struct date_reading *reading)
{
    static const struct element digits = {.what = DATE_MONTH, .digits_min = 1, .digits_max = 2};

    reading->loose = true;
    return (read_digits(rest, &digits, reading) || read_chinese_number(rest, &digits, reading)) &&
           take(rest, "月");
}

/* Up to `most` of the same character. */
static size_t
run_of(struct text_span text, char c, size_t most)
{
    size_t length = 0;

    while (length < most && length < text.length && text.bytes[length] == c)
        length++;
    return length;
}

/* A word that stands for a part that is not known. */
static bool
take_unknown(struct text_span *rest, size_t hyphens_max)
{
    static const char *const unknown[] = {"UNKNOWN", "UNKN", "UNK", "UN", "UK", "NK", "未知", "不详", "不明"};
    const struct {
        char c;
        size_t most;
    } runs[] = {{'X', 4}, {'x', 4}, {'?', 4}, {'-', hyphens_max}};

    if (rest->length == 0 || is_digit(rest->bytes[0]))
        return false;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        if (take(rest, unknown[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        size_t length = run_of(*rest, runs[i].c, runs[i].most);

        if (length > 0) {
            advance(rest, length);
            return true;
        }
    }
    return false;
}

static bool
read_meridiem(struct text_span *rest, struct date_reading *reading)
{
    (void)take(rest, " ");
    if (take(rest, "AM"))
        reading->meridiem = MERIDIEM_AM;
    else if (take(rest, "PM") || take(rest, "下午"))
        reading->meridiem = MERIDIEM_PM;
    else if (take(rest, "上午"))
        reading->meridiem = MERIDIEM_SHANGWU;
    else
        return false;
    (void)take(rest, " ");
    reading->loose = true;
    return true;
}

static bool
read_literal(struct text_span *rest, const struct element *element, bool after_unknown, bool is_last)
{
    char literal[5] = {0};

    memcpy(literal, element->literal, element->length);
    if (is_chinese(element))
        (void)take(rest, " ");
    if (!take(rest, literal))
        return after_unknown && is_chinese(element);
    if (is_chinese(element) && !is_last)
        (void)take(rest, " ");
    return true;
}

/* One part or literal. *after_unknown: whether the part before was unknown. */
static bool
read_one(const struct date_pattern *pattern, struct text_span *rest, size_t index, bool *after_unknown,
         struct date_reading *reading)
{
    const struct element *element = &pattern->elements[index];

    if (element->what == ELEMENT_LITERAL)
        return read_literal(rest, element, *after_unknown, index + 1 == pattern->count);
    *after_unknown = false;
    if (element->what == ELEMENT_MERIDIEM)
        return read_meridiem(rest, reading);
    /* Names come first: únor and xaneiro begin as what is not known does. */
    if (element->is_name && read_month_name(pattern, rest, element, reading))
        return true;
    if (take_unknown(rest, element->hyphens_max)) {
        *after_unknown = true;
        reading->unknown |= DATE_PART_BIT(element->what);
        return true;
    }
    if (element->is_name)
        return read_chinese_month(rest, reading);
    if (rest->length > 0 && (unsigned char)rest->bytes[0] >= 0x80 && element->what <= DATE_DAY)
        return read_chinese_number(rest, element, reading);
    return read_digits(rest, element, reading);
}

size_t
date_pattern_match(const struct date_pattern *pattern, struct text_span text, struct date_reading *reading)
{
    struct text_span rest = text;
    bool after_unknown = false;

    for (size_t i = 0; i < pattern->count; i++) {
        if (rest.length == 0 && after_unknown) {
            reading->unknown |= pattern->parts & ~reading->known;
            break;
        }
        if (!read_one(pattern, &rest, i, &after_unknown, reading))
            return 0;
    }
    return text.length - rest.length;
}
