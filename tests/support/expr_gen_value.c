/* Values of every type, ordinary and odd, as literals of a check and as cells of a page. */
#include "expr_gen.h"

#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const booleans[] = {"true", "false"};

static const char *const small_integers[] = {"0",  "1",  "2",  "3",  "5",   "7",
                                             "-1", "-7", "10", "30", "100", "-2"};

static const char *const integers[] = {
    "2147483647", "-2147483648", "-2147483647", "46341", "1000000", "65536", "-46341", "99999",
};

static const char *const bigints[] = {
    "9223372036854775807", "-9223372036854775808", "2147483648",  "-2147483649",
    "4294967296",          "3037000500",           "-3037000500", "1000000000000",
};

static const char *const decimals[] = {
    "0",
    "0.0",
    "0.00",
    "1",
    "1.0",
    "0.5",
    "-0.5",
    "1.5",
    "2.5",
    "-2.5",
    "0.005",
    "-0.005",
    "99.995",
    "120",
    "80.50",
    "-7.5",
    "1e3",
    "1.50e1",
    "5e-3",
    "0.1",
    "0.3333333333333333333333",
    "2147483647.5",
    "-2147483648.4999",
    "9223372036854775807.5",
    "9223372036854775807.4",
    "1234567890123456789012345678901234567890.5",
    "0.00000000000000000000000000000000000001",
    "99999999999999999999999999999999999999999999999999",
    "-12345678901234567.89012345678901234567",
};

static const char *const texts[] = {
    "",
    " ",
    "a",
    "abc",
    "ABC",
    "abd",
    "aBcDe",
    " x ",
    "Z\xC3\xBCrich",
    "Z\xC3\x9CRICH",
    "\xE7\x94\xB7 90 mmHg\n",
    "\xE2\x84\xAA",
    "\xF0\x9F\x98\x80 ok",
    "e\xCC\x81",
    "50%",
    "a_b",
    "a\\b",
    "it's",
    "a-b-c",
    "tab\there",
    "MALE",
    "F",
    "Y",
    "NOT DONE",
};

/* Texts that are casts' business. */
static const char *const castable[] = {
    "12",
    " -7.5 ",
    "007",
    "1e3",
    "99999999999999999999",
    "2147483648",
    "true",
    "no",
    "2014-03-05",
    "2014-02-30",
    "11:45",
    "2014-03-05 11:45:30",
    "2014-03-05T11:45",
    "24:00",
    "1.",
    ".5",
    "-",
    "+3",
    "0x10",
    "1_000",
    "20140305",
    "2014/3/5",
    "2000-02-29",
    "1900-02-29",
    "t",
    "off",
    "25:00",
    "11:60",
    "\t8\n",
    "- 1",
};

static const char *const days[] = {
    "2014-03-05", "2014-02-28", "2000-02-29", "2012-02-29", "2014-12-31", "2015-01-01",
    "1999-12-31", "2013-12-30", "2010-01-03", "1900-03-01", "2014-03-10", "1950-07-15",
};

static const char *const edge_days[] = {"0001-01-01", "9999-12-31"};

static const char *const times[] = {
    "00:00:00",        "11:45:00", "11:45:30.25", "12:00:00",   "23:59:59",
    "23:59:59.999999", "24:00:00", "00:00:01",    "06:07:08.1",
};

static const char *const intervals[] = {
    "1 day",        "7 days",   "1 month",    "1 year 2 mons",    "-3 days",
    "12:30",        "90 min",   "2 weeks",    "1 year",           "30 days",
    "1 mon -1 day", "36:00:00", "0",          "1 day 12:00:30.5", "-1 mons -2 days -03:00:00",
    "24:00",        "13 mons",  "1000 years", "2 hours 5 secs",
};

static const char *const patterns[] = {
    "%",          "_",      "",    "a%",     "%b%",   "%c",    "a_c", "___", "%%c%", "\\%", "50\\%", "a!_b",
    "%\xC3\xBC%", "Z_rich", "%\n", "a\\\\b", "_\\_%", "%a%b%", "A%",  "%_",  "!!%",  "aa%", "z%H",
};

static const char *const regexes[] = {
    "b",
    "^a",
    "c$",
    "^abc$",
    "^[A-C]+$",
    "[[:alpha:]]{3}",
    "^\\d+$",
    "\\s",
    "^\\w+$",
    ".",
    "^.$",
    "^$",
    "(a|b)+c",
    "a.*c",
    "^[^a-z]*$",
    "\\d{2,3}",
    "[0-9]+(\\.[0-9]+)?",
    "\\yx\\y",
    "\\mcd|ab\\M",
    "^(?:a|ab)(c|bcd)?$",
    "%",
    "\\.",
    "a{0,1}b",
    "x*",
    "[a-c]*?b",
    "\\A.",
    "\\W",
    "[[:space:][:digit:]]",
    "\xC3\xBC",
    "[\xC3\xA0-\xC3\xBF]",
    "^[[:upper:]]",
    "\\S+\\s\\S",
    "\\D",
    "-",
};

static void
append_one(struct dice *dice, const char *const *list, size_t count, struct strbuf *out)
{
    strbuf_append(out, list[dice_roll(dice, (uint32_t)count)]);
}

#define APPEND_ONE(dice, list, out) append_one(dice, list, LENGTH(list), out)

/* --- values --- */

static void
random_decimal(struct dice *dice, struct strbuf *out)
{
    uint32_t whole = dice_roll(dice, dice_percent(dice, 80) ? 4 : 40);
    uint32_t behind = dice_roll(dice, dice_percent(dice, 80) ? 4 : 30);

    if (dice_percent(dice, 30))
        strbuf_append_char(out, '-');
    strbuf_append_char(out, (char)('0' + dice_roll(dice, 10)));
    for (uint32_t i = 0; i < whole; i++)
        strbuf_append_char(out, (char)('0' + dice_roll(dice, 10)));
    if (behind > 0)
        strbuf_append_char(out, '.');
    for (uint32_t i = 0; i < behind; i++)
        strbuf_append_char(out, (char)('0' + dice_roll(dice, 10)));
}

static void
random_day(struct dice *dice, struct strbuf *out)
{
    if (dice_percent(dice, 4))
        APPEND_ONE(dice, edge_days, out);
    else if (dice_percent(dice, 50))
        APPEND_ONE(dice, days, out);
    else
        strbuf_printf(out, "%04d-%02d-%02d", dice_between(dice, 1995, 2025), dice_between(dice, 1, 12),
                      dice_between(dice, 1, 28));
}

static void
random_partial(struct dice *dice, bool with_time, struct strbuf *out)
{
    static const size_t lengths[] = {4, 7, 10, 13, 16, 19, 21};
    char text[] = "2014-03-05T11:45:30.5";
    size_t length = lengths[dice_roll(dice, with_time ? 7 : 3)];

    snprintf(text, sizeof text, "20%02d-%02d-%02dT%02d:%02d:%02d.%d", dice_between(dice, 13, 15),
             dice_between(dice, 1, 3), dice_between(dice, 1, 28), dice_between(dice, 10, 12),
             dice_between(dice, 44, 46), dice_between(dice, 29, 31), dice_between(dice, 1, 9));
    strbuf_append_bytes(out, text, length);
}

/* One of the list, often with a byte replaced, lost or doubled: what an input function has to read or refuse. */
static void
append_mutated(struct dice *dice, const char *const *list, size_t count, uint32_t percent, struct strbuf *out)
{
    static const char bytes[] = "0123456789-:/. Tte+ays";
    const char *text = list[dice_roll(dice, (uint32_t)count)];
    size_t length = strlen(text);
    size_t at = dice_roll(dice, (uint32_t)length + 1);

    strbuf_append_bytes(out, text, at);
    if (!dice_percent(dice, percent)) {
        strbuf_append(out, text + at);
        return;
    }
    if (dice_percent(dice, 70))
        strbuf_append_char(out, bytes[dice_roll(dice, sizeof bytes - 1)]);
    if (at < length && dice_percent(dice, 70))
        at++;
    strbuf_append(out, text + at);
}

void
expr_gen_value_text(struct dice *dice, char type, struct strbuf *out)
{
    switch (type) {
    case 'b':
        APPEND_ONE(dice, booleans, out);
        break;
    case 'i':
    case 'l':
        if (dice_percent(dice, 65))
            APPEND_ONE(dice, small_integers, out);
        else if (type == 'i' || dice_percent(dice, 40))
            APPEND_ONE(dice, integers, out);
        else
            APPEND_ONE(dice, bigints, out);
        break;
    case 'n':
        if (dice_percent(dice, 50))
            APPEND_ONE(dice, decimals, out);
        else
            random_decimal(dice, out);
        break;
    case 'd':
        random_day(dice, out);
        break;
    case 's':
    case 'z':
        random_day(dice, out);
        strbuf_append_char(out, ' ');
        strbuf_append(out, times[dice_roll(dice, 6)]);
        break;
    case 'm':
        APPEND_ONE(dice, times, out);
        break;
    case 'v':
        append_mutated(dice, intervals, LENGTH(intervals), 25, out);
        break;
    case 'p':
    case 'q':
        random_partial(dice, type == 'q', out);
        break;
    default:
        if (dice_percent(dice, 60))
            APPEND_ONE(dice, texts, out);
        else
            append_mutated(dice, castable, LENGTH(castable), 40, out);
        break;
    }
}

/* --- literals --- */

static void
append_quoted(struct strbuf *out, const char *text)
{
    strbuf_append_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            strbuf_append_char(out, '\'');
        strbuf_append_char(out, *text);
    }
    strbuf_append_char(out, '\'');
}

static const char *
name_of(char type)
{
    static const char *const names[] = {
        ['b'] = "boolean", ['i'] = "integer", ['l'] = "bigint",    ['n'] = "numeric",     ['t'] = "text",
        ['d'] = "date",    ['m'] = "time",    ['s'] = "timestamp", ['z'] = "timestamptz", ['v'] = "interval",
    };

    return names[(unsigned char)type];
}

static bool
is_bare_word(char type)
{
    return strchr("biln", type) != NULL;
}

/* One of the list, often in a look ahead, before or behind another. */
static void
random_regex(struct dice *dice, unsigned depth, struct strbuf *out)
{
    if (depth == 0 || dice_percent(dice, 60)) {
        APPEND_ONE(dice, regexes, out);
        return;
    }
    if (dice_percent(dice, 40))
        random_regex(dice, depth - 1, out);
    strbuf_append(out, dice_percent(dice, 50) ? "(?=" : dice_percent(dice, 70) ? "(?!" : "(?:");
    random_regex(dice, depth - 1, out);
    strbuf_append_char(out, ')');
    if (dice_percent(dice, 60))
        random_regex(dice, depth - 1, out);
}

static void
append_pattern(struct expr_gen *gen, char type)
{
    struct strbuf pattern;

    strbuf_init(&pattern);
    if (type == 'L')
        APPEND_ONE(&gen->dice, patterns, &pattern);
    else
        random_regex(&gen->dice, 3, &pattern);
    append_quoted(gen->out, pattern.text);
    strbuf_destroy(&pattern);
}

void
expr_gen_literal(struct expr_gen *gen, char type)
{
    struct strbuf value;
    bool is_partial = type == 'p' || type == 'q';

    if (type == 'L' || type == 'R') {
        append_pattern(gen, type);
        return;
    }
    gen->is_plain &= !is_partial;
    if (dice_percent(&gen->dice, 6)) {
        strbuf_append(gen->out, "NULL");
        if (!is_partial && dice_percent(&gen->dice, 50))
            strbuf_printf(gen->out, "::%s", name_of(type));
        return;
    }
    strbuf_init(&value);
    expr_gen_value_text(&gen->dice, type, &value);
    if (type == 'z')
        strbuf_append(&value, "+00");
    if (is_bare_word(type) && dice_percent(&gen->dice, 75)) {
        strbuf_append(gen->out, value.text);
        if (type == 'l')
            strbuf_append(gen->out, "::bigint");
    } else if (is_partial || dice_percent(&gen->dice, 40)) {
        append_quoted(gen->out, value.text);
    } else if (dice_percent(&gen->dice, 50)) {
        append_quoted(gen->out, value.text);
        strbuf_printf(gen->out, "::%s", name_of(type));
    } else {
        strbuf_printf(gen->out, "%s ", name_of(type));
        append_quoted(gen->out, value.text);
    }
    strbuf_destroy(&value);
}
