#include "regex_translate.h"

#include "crfd/base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define QUANTIFIER_MAX 255 /* PostgreSQL's DUPMAX */
#define NESTING_MAX    100
#define RANGES_MAX     512

struct translation {
    const char *pattern;
    size_t length;
    size_t at;
    bool folded;
    unsigned nesting;
    struct strbuf *out;
    size_t *offset;
    char *problem;
};

static bool
refuse(struct translation *t, size_t offset, const char *problem)
{
    *t->offset = offset;
    snprintf(t->problem, REGEX_PROBLEM_MAX, "%s", problem);
    return false;
}

static bool
at_end(const struct translation *t)
{
    return t->at >= t->length;
}

/* The byte at this distance; NUL behind the end, which no pattern holds. */
static char
peek(const struct translation *t, size_t distance)
{
    return t->at + distance < t->length ? t->pattern[t->at + distance] : '\0';
}

static uint32_t
take_character(struct translation *t)
{
    const unsigned char *bytes = (const unsigned char *)t->pattern + t->at;
    size_t own = utf8_length_at(t->pattern + t->at, t->length - t->at);
    uint32_t c = own == 1 ? bytes[0] : bytes[0] & (0x7Fu >> own);

    for (size_t i = 1; i < own; i++)
        c = c << 6 | (bytes[i] & 0x3F);
    t->at += own;
    return c;
}

/* --- sets of characters --- */

struct range {
    uint32_t first, last;
};

struct set {
    struct range ranges[RANGES_MAX];
    size_t count;
};

static bool
set_add(struct translation *t, struct set *set, uint32_t first, uint32_t last)
{
    if (set->count == RANGES_MAX)
        return refuse(t, t->at, "the set has too many members; write ranges");
    set->ranges[set->count++] = (struct range){first, last};
    return true;
}

/* The letters of the range in their other case, where case does not matter. */
static bool
set_fold(struct translation *t, struct set *set)
{
    size_t count = set->count;

    for (size_t i = 0; t->folded && i < count; i++) {
        for (int upper = 0; upper < 2; upper++) {
            uint32_t low = upper ? 'A' : 'a';
            uint32_t first = set->ranges[i].first > low ? set->ranges[i].first : low;
            uint32_t last = set->ranges[i].last < low + 25 ? set->ranges[i].last : low + 25;

            if (first <= last && !set_add(t, set, first ^ 0x20, last ^ 0x20))
                return false;
        }
    }
    return true;
}

static void
set_write(struct translation *t, const struct set *set, bool negated)
{
    strbuf_append(t->out, negated ? "[^" : "[");
    for (size_t i = 0; i < set->count; i++)
        strbuf_printf(t->out, "\\x{%x}-\\x{%x}", (unsigned)set->ranges[i].first,
                      (unsigned)set->ranges[i].last);
    strbuf_append_char(t->out, ']');
}

/* Members as pairs of first and last; under COLLATE "C" the classes hold ASCII only. */
static const struct {
    const char *name;
    const char *pairs;
} classes[] = {
    {"alnum", "09AZaz"},   {"alpha", "AZaz"},   {"blank", "\t\t  "}, {"cntrl", "\x01\x1f\x7f\x7f"},
    {"digit", "09"},       {"graph", "!~"},     {"lower", "az"},     {"print", " ~"},
    {"punct", "!/:@[`{~"}, {"space", "\t\r  "}, {"upper", "AZ"},     {"xdigit", "09AFaf"},
    {"word", "09AZ__az"},
};

static bool
set_add_class(struct translation *t, struct set *set, const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strlen(classes[i].name) != length || memcmp(classes[i].name, name, length) != 0)
            continue;
        for (const char *pair = classes[i].pairs; *pair != '\0'; pair += 2)
            if (!set_add(t, set, (unsigned char)pair[0], (unsigned char)pair[1]))
                return false;
        return true;
    }
    return refuse(
        t, t->at,
        "no such character class; there are alnum, alpha, digit, lower, punct, space, upper, xdigit");
}

/* The class that \d and its like name; NULL for other letters. */
static const char *
class_of_escape(char c)
{
    switch (c) {
    case 'd':
    case 'D':
        return "digit";
    case 'w':
    case 'W':
        return "word";
    case 's':
    case 'S':
        return "space";
    default:
        return NULL;
    }
}

/* \t and its like; 0 for other letters. */
static uint32_t
control_of_escape(char c)
{
    switch (c) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'f':
        return '\f';
    case 'v':
        return '\v';
    default:
        return 0;
    }
}

static bool
is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* --- [...] --- */

/* [:name:]; the reader stands behind "[:". */
static bool
bracket_class(struct translation *t, struct set *set)
{
    const char *name = t->pattern + t->at;
    const char *end = memmem(name, t->length - t->at, ":]", 2);

    if (end == NULL)
        return refuse(t, t->at, "[: needs :] at its end");
    if (!set_add_class(t, set, name, (size_t)(end - name)))
        return false;
    t->at += (size_t)(end - name) + 2;
    return true;
}

/* One character of a set, or of the end of a range. */
static bool
bracket_character(struct translation *t, uint32_t *out)
{
    uint32_t control;

    if (at_end(t))
        return refuse(t, t->at, "[ needs ] at its end");
    if (peek(t, 0) != '\\') {
        *out = take_character(t);
        return true;
    }
    control = control_of_escape(peek(t, 1));
    if (control != 0) {
        t->at += 2;
        *out = control;
        return true;
    }
    if (peek(t, 1) == '\0' || is_alphanumeric(peek(t, 1)))
        return refuse(t, t->at, "this escape cannot stand in [...]; write the character itself");
    t->at++;
    *out = take_character(t);
    return true;
}

static bool
bracket_range(struct translation *t, struct set *set)
{
    size_t start = t->at;
    uint32_t first;
    uint32_t last;

    if (!bracket_character(t, &first))
        return false;
    last = first;
    if (peek(t, 0) == '-' && peek(t, 1) != ']') {
        t->at++;
        if (peek(t, 0) == '[' && (peek(t, 1) == ':' || peek(t, 1) == '.' || peek(t, 1) == '='))
            return refuse(t, t->at, "a class cannot end a range");
        if (!bracket_character(t, &last))
            return false;
        if (last < first)
            return refuse(t, start, "the range runs backwards");
        if (peek(t, 0) == '-' && peek(t, 1) != ']')
            return refuse(t, t->at, "ranges cannot share an end; write - first or last");
    }
    return set_add(t, set, first, last);
}

static bool
bracket_member(struct translation *t, struct set *set)
{
    const char *class;

    if (peek(t, 0) == '[' && peek(t, 1) == ':') {
        t->at += 2;
        return bracket_class(t, set);
    }
    if (peek(t, 0) == '[' && (peek(t, 1) == '.' || peek(t, 1) == '='))
        return refuse(t, t->at, "[. .] and [= =] are not in the check language; write the characters");
    if (peek(t, 0) == '\\' && (class = class_of_escape(peek(t, 1))) != NULL) {
        if (peek(t, 1) < 'a')
            return refuse(t, t->at, "\\D, \\S and \\W cannot stand in [...]");
        t->at += 2;
        return set_add_class(t, set, class, strlen(class));
    }
    return bracket_range(t, set);
}

static bool
bracket(struct translation *t)
{
    size_t start = t->at++;
    struct set set = {.count = 0};
    bool negated = peek(t, 0) == '^';
    bool first = true;

    if (negated)
        t->at++;
    while (first || peek(t, 0) != ']') {
        if (at_end(t))
            return refuse(t, start, "[ needs ] at its end");
        if (!bracket_member(t, &set))
            return false;
        first = false;
    }
    t->at++;
    if (!set_fold(t, &set))
        return false;
    set_write(t, &set, negated);
    return true;
}

/* --- atoms --- */

static bool
one_character(struct translation *t, uint32_t c)
{
    struct set set = {.count = 0};

    if (!set_add(t, &set, c, c) || !set_fold(t, &set))
        return false;
    if (set.count > 1)
        set_write(t, &set, false);
    else
        strbuf_printf(t->out, "\\x{%x}", (unsigned)c);
    return true;
}

/* What a constraint is in PCRE2; NULL where the letter is none. */
static const char *
constraint_of_escape(char c)
{
    switch (c) {
    case 'A':
        return "\\A";
    case 'Z':
        return "\\z";
    case 'm':
        return "\\b(?=[0-9A-Za-z_])";
    case 'M':
        return "\\b(?<=[0-9A-Za-z_])";
    case 'y':
        return "\\b";
    case 'Y':
        return "\\B";
    default:
        return NULL;
    }
}

/* quantifiable is false for a constraint, which matches no character. */
static bool
escape(struct translation *t, bool *quantifiable)
{
    char c = peek(t, 1);
    const char *class = class_of_escape(c);
    const char *constraint = constraint_of_escape(c);
    uint32_t control = control_of_escape(c);

    if (class != NULL) {
        struct set set = {.count = 0};

        if (!set_add_class(t, &set, class, strlen(class)))
            return false;
        set_write(t, &set, c < 'a');
        t->at += 2;
        return true;
    }
    if (constraint != NULL) {
        strbuf_append(t->out, constraint);
        *quantifiable = false;
        t->at += 2;
        return true;
    }
    if (control != 0) {
        t->at += 2;
        return one_character(t, control);
    }
    if (c == 'b')
        return refuse(t, t->at, "\\b is not a word boundary in PostgreSQL; write \\y");
    if (c >= '1' && c <= '9')
        return refuse(t, t->at, "back references are not in the check language");
    if (c == '\0')
        return refuse(t, t->at, "the pattern ends with \\; write \\\\ for one \\");
    if (is_alphanumeric(c))
        return refuse(t, t->at, "this escape is not in the check language; write the character itself");
    t->at++;
    return one_character(t, take_character(t));
}

static bool alternatives(struct translation *t);

/*
 * (...), (?:...), and look-ahead, (?=...) and (?!...), which matches no character. What is in there captures nothing and
 * has no back references in PostgreSQL either.
 */
static bool
group(struct translation *t, bool *quantifiable)
{
    size_t start = t->at++;
    char kind = ':';

    if (peek(t, 0) == '?') {
        kind = peek(t, 1);
        if (kind == '<')
            return refuse(t, start,
                          "look-behind is not in the check language; look ahead from further in front");
        if (kind != ':' && kind != '=' && kind != '!')
            return refuse(
                t, start,
                "options are not in the check language; of (?... there are (?:...), (?=...) and (?!...)");
        t->at += 2;
    }
    *quantifiable = kind == ':';
    if (++t->nesting > NESTING_MAX)
        return refuse(t, start, "groups are nested too deeply");
    /* (?=b)a?b finds no b in PCRE2 10.42, which takes the b ahead for one of the match; twice denied it does. */
    strbuf_append(t->out, kind == '=' ? "(?!(?!" : kind == '!' ? "(?!" : "(?:");
    if (!alternatives(t))
        return false;
    if (peek(t, 0) != ')' || at_end(t))
        return refuse(t, start, "( needs ) at its end");
    t->at++;
    t->nesting--;
    strbuf_append(t->out, kind == '=' ? "))" : ")");
    return true;
}

static bool
atom(struct translation *t, bool *quantifiable)
{
    *quantifiable = true;
    switch (peek(t, 0)) {
    case '.':
        t->at++;
        strbuf_append_char(t->out, '.');
        return true;
    case '[':
        return bracket(t);
    case '(':
        return group(t, quantifiable);
    case '\\':
        return escape(t, quantifiable);
    case '^':
    case '$':
        strbuf_append_char(t->out, peek(t, 0));
        t->at++;
        *quantifiable = false;
        return true;
    case '*':
    case '+':
    case '?':
        return refuse(t, t->at, "a quantifier has nothing to repeat here; write \\ before the sign itself");
    case '{':
        return refuse(t, t->at, "a quantifier has nothing to repeat here; write \\{ for the sign itself");
    default:
        return one_character(t, take_character(t));
    }
}

/* --- quantifiers --- */

static bool
is_quantifier(const struct translation *t)
{
    char c = peek(t, 0);

    return !at_end(t) && (c == '*' || c == '+' || c == '?' || c == '{');
}

static bool
bound(struct translation *t, unsigned *out)
{
    size_t start = t->at;
    unsigned number = 0;

    for (; peek(t, 0) >= '0' && peek(t, 0) <= '9'; t->at++) {
        number = number * 10 + (unsigned)(peek(t, 0) - '0');
        if (number > QUANTIFIER_MAX)
            return refuse(t, start, "a repetition count is at most 255");
    }
    if (t->at == start)
        return refuse(t, start, "{ begins a repetition such as {2} or {2,3}; write \\{ for the sign itself");
    *out = number;
    return true;
}

static bool
repetition(struct translation *t)
{
    size_t start = t->at++;
    unsigned least;
    unsigned most;

    if (!bound(t, &least))
        return false;
    strbuf_printf(t->out, "{%u", least);
    if (peek(t, 0) == ',') {
        t->at++;
        strbuf_append_char(t->out, ',');
        if (peek(t, 0) != '}') {
            if (!bound(t, &most))
                return false;
            if (most < least)
                return refuse(t, start, "the repetition counts run backwards");
            strbuf_printf(t->out, "%u", most);
        }
    }
    if (peek(t, 0) != '}')
        return refuse(t, start, "{ needs } at its end");
    t->at++;
    strbuf_append_char(t->out, '}');
    return true;
}

static bool
quantifier(struct translation *t)
{
    if (peek(t, 0) == '{') {
        if (!repetition(t))
            return false;
    } else {
        strbuf_append_char(t->out, peek(t, 0));
        t->at++;
    }
    if (peek(t, 0) == '?') {
        strbuf_append_char(t->out, '?');
        t->at++;
    }
    if (is_quantifier(t))
        return refuse(t, t->at, "a quantifier cannot follow another one; use parentheses");
    return true;
}

static bool
branch(struct translation *t)
{
    while (!at_end(t) && peek(t, 0) != '|' && peek(t, 0) != ')') {
        size_t start = t->at;
        bool quantifiable;

        if (!atom(t, &quantifiable))
            return false;
        if (!is_quantifier(t))
            continue;
        if (!quantifiable)
            return refuse(t, start, "an anchor, a boundary or a look ahead cannot be repeated");
        if (!quantifier(t))
            return false;
    }
    return true;
}

static bool
alternatives(struct translation *t)
{
    for (;;) {
        if (!branch(t))
            return false;
        if (at_end(t) || peek(t, 0) != '|')
            return true;
        strbuf_append_char(t->out, '|');
        t->at++;
    }
}

bool
regex_translate(const char *pattern, size_t length, bool folded, struct strbuf *out, size_t *offset,
                char problem[REGEX_PROBLEM_MAX])
{
    struct translation t = {.pattern = pattern,
                            .length = length,
                            .folded = folded,
                            .out = out,
                            .offset = offset,
                            .problem = problem};

    if (length >= 3 && memcmp(pattern, "***", 3) == 0)
        return refuse(&t, 0, "*** is not in the check language");
    if (!alternatives(&t))
        return false;
    if (!at_end(&t))
        return refuse(&t, t.at, ") has no ( before it; write \\) for the sign itself");
    return true;
}
