/* Functions and operators in words. */
#include "words.h"

#include "routine.h"

#include <stdlib.h>
#include <string.h>

/* %1 to %3 are the arguments, %* all of them. Of several rows with a name the first counts whose types are these. */
static const struct {
    const char *name;
    uint8_t arg_count;   /* 0: any */
    enum sql_type first; /* SQL_UNKNOWN: any */
    enum sql_type second;
    const char *text;
    const char *denial; /* of a condition: that it is false */
} rows[] = {
    {"+", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1", NULL},
    {"-", 1, SQL_UNKNOWN, SQL_UNKNOWN, "minus %1", NULL},
    {"+", 2, SQL_DATE, SQL_INT4, "%1 plus %2 days", NULL},
    {"+", 2, SQL_INT4, SQL_DATE, "%2 plus %1 days", NULL},
    {"+", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 plus %2", NULL},
    {"-", 2, SQL_DATE, SQL_DATE, "the days from %2 to %1", NULL},
    {"-", 2, SQL_DATE, SQL_INT4, "%1 minus %2 days", NULL},
    {"-", 2, SQL_TIMESTAMP, SQL_TIMESTAMP, "the time from %2 to %1", NULL},
    {"-", 2, SQL_TIMESTAMPTZ, SQL_TIMESTAMPTZ, "the time from %2 to %1", NULL},
    {"-", 2, SQL_TIME, SQL_TIME, "the time from %2 to %1", NULL},
    {"-", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 minus %2", NULL},
    {"*", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 times %2", NULL},
    {"/", 2, SQL_NUMERIC, SQL_UNKNOWN, "%1 divided by %2", NULL},
    {"/", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the whole part of %1 divided by %2", NULL},
    {"%", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the remainder of %1 divided by %2", NULL},
    {"^", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 to the power of %2", NULL},
    {"power", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 to the power of %2", NULL},
    {"div", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the whole part of %1 divided by %2", NULL},
    {"mod", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the remainder of %1 divided by %2", NULL},
    {"sqrt", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the square root of %1", NULL},
    {"abs", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the absolute value of %1", NULL},
    {"round", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 rounded to a whole number", NULL},
    {"round", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 rounded to %2 decimals", NULL},
    {"trunc", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without its decimals", NULL},
    {"trunc", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 cut off behind %2 decimals", NULL},
    {"ceil", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 rounded up", NULL},
    {"ceiling", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 rounded up", NULL},
    {"floor", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 rounded down", NULL},
    {"sign", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the sign of %1 (-1, 0 or 1)", NULL},
    {"num_nulls", 0, SQL_UNKNOWN, SQL_UNKNOWN, "how many are missing of %*", NULL},
    {"num_nonnulls", 0, SQL_UNKNOWN, SQL_UNKNOWN, "how many are there of %*", NULL},
    {"length", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the number of characters of %1", NULL},
    {"char_length", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the number of characters of %1", NULL},
    {"character_length", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the number of characters of %1", NULL},
    {"octet_length", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the number of bytes of %1", NULL},
    {"upper", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 in capitals", NULL},
    {"lower", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 in small letters", NULL},
    {"btrim", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without blanks around it", NULL},
    {"btrim", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without the characters %2 around it", NULL},
    {"ltrim", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without blanks in front", NULL},
    {"ltrim", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without the characters %2 in front", NULL},
    {"rtrim", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without blanks at its end", NULL},
    {"rtrim", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 without the characters %2 at its end", NULL},
    {"left", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the first %2 characters of %1", NULL},
    {"right", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the last %2 characters of %1", NULL},
    {"substr", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 from character %2 on", NULL},
    {"substr", 3, SQL_UNKNOWN, SQL_UNKNOWN, "%3 characters of %1 from character %2 on", NULL},
    {"substring", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 from character %2 on", NULL},
    {"substring", 3, SQL_UNKNOWN, SQL_UNKNOWN, "%3 characters of %1 from character %2 on", NULL},
    {"starts_with", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 begins with %2", "%1 does not begin with %2"},
    {"strpos", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the place of %2 in %1 (0 where it is not there)", NULL},
    {"position", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the place of %2 in %1 (0 where it is not there)", NULL},
    {"||", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 followed by %2", NULL},
    {"concat", 0, SQL_UNKNOWN, SQL_UNKNOWN, "what is there of %*, one behind the other", NULL},
    {"lpad", 0, SQL_UNKNOWN, SQL_UNKNOWN, "%1 filled up in front, as in %*", NULL},
    {"rpad", 0, SQL_UNKNOWN, SQL_UNKNOWN, "%1 filled up at its end, as in %*", NULL},
    {"replace", 3, SQL_UNKNOWN, SQL_UNKNOWN, "%1 with %3 for each %2", NULL},
    {"reverse", 1, SQL_UNKNOWN, SQL_UNKNOWN, "%1 backwards", NULL},
    {"repeat", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%1 written %2 times", NULL},
    {"translate", 3, SQL_UNKNOWN, SQL_UNKNOWN, "%1 with the characters %3 for the characters %2", NULL},
    {"split_part", 3, SQL_UNKNOWN, SQL_UNKNOWN, "part %3 of %1, split at each %2", NULL},
    {"make_date", 3, SQL_UNKNOWN, SQL_UNKNOWN, "the day of year %1, month %2, day %3", NULL},
    {"timezone", 2, SQL_UNKNOWN, SQL_UNKNOWN, "%2 by the clocks of %1", NULL},
    {"extract year", 1, SQL_INTERVAL, SQL_UNKNOWN, "the years of %1", NULL},
    {"extract month", 1, SQL_INTERVAL, SQL_UNKNOWN, "the months beside the years of %1", NULL},
    {"extract day", 1, SQL_INTERVAL, SQL_UNKNOWN, "the days beside the months of %1", NULL},
    {"extract hour", 1, SQL_INTERVAL, SQL_UNKNOWN, "the hours beside the days of %1", NULL},
    {"extract minute", 1, SQL_INTERVAL, SQL_UNKNOWN, "the minutes beside the hours of %1", NULL},
    {"extract year", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the year of %1", NULL},
    {"extract quarter", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the quarter of %1", NULL},
    {"extract month", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the month of %1", NULL},
    {"extract week", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the week of the year of %1", NULL},
    {"extract day", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the day of the month of %1", NULL},
    {"extract doy", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the day of the year of %1", NULL},
    {"extract dow", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the day of the week of %1 (0 for Sunday)", NULL},
    {"extract isodow", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the day of the week of %1 (7 for Sunday)", NULL},
    {"extract hour", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the hour of %1", NULL},
    {"extract minute", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the minute of %1", NULL},
    {"extract second", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the second of %1", NULL},
    {"age", 2, SQL_UNKNOWN, SQL_UNKNOWN, "the years, months and days from %2 to %1", NULL},
    {"full_date", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the full date of %1", NULL},
    {"earliest", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the earliest that %1 may mean", NULL},
    {"latest", 1, SQL_UNKNOWN, SQL_UNKNOWN, "the latest that %1 may mean", NULL},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static bool
is_type(enum sql_type wanted, const struct expr *call, uint32_t i)
{
    return wanted == SQL_UNKNOWN || (i < call->arg_count && call->args[i]->type == wanted);
}

static size_t
row_of(const struct expr *call)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, call->routine->name) == 0 &&
            (rows[i].arg_count == 0 || rows[i].arg_count == call->arg_count) &&
            is_type(rows[i].first, call, 0) && is_type(rows[i].second, call, 1))
            return i;
    /* Each routine has a row. */
    abort();
}

static void
say_arguments(struct words *words, const struct expr *call)
{
    for (uint32_t i = 0; i < call->arg_count; i++) {
        if (i > 0)
            strbuf_append(words->out, i + 1 == call->arg_count ? " and " : ", ");
        words_operand(words, call->args[i]);
    }
}

static bool
is_named(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static unsigned
notes_of(const char *name)
{
    static const char *const dividing[] = {"/", "%", "mod", "div"};

    if (is_named(name, dividing, sizeof dividing / sizeof dividing[0]))
        return WORDS_DIVISION;
    return strcmp(name, "full_date") == 0 ? WORDS_FULL_DATE : 0;
}

void
words_call(struct words *words, const struct expr *call, bool holds)
{
    size_t row = row_of(call);
    const char *text = holds ? rows[row].text : rows[row].denial;

    words->notes |= notes_of(rows[row].name);
    for (; *text != '\0'; text++) {
        if (*text != '%')
            strbuf_append_char(words->out, *text);
        else if (*++text == '*')
            say_arguments(words, call);
        else
            words_operand(words, call->args[*text - '1']);
    }
}
