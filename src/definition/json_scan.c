#include "json_scan.h"

#include "crfd/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What may come next. */
enum expect {
    EXPECT_VALUE,        /* after a colon, or at the beginning */
    EXPECT_NEXT_VALUE,   /* after a comma in a list */
    EXPECT_VALUE_OR_END, /* after [ */
    EXPECT_KEY,          /* after a comma in an object */
    EXPECT_KEY_OR_END,   /* after { */
    EXPECT_COLON,        /* after a key */
    EXPECT_COMMA_OR_END, /* after a value inside a list or an object */
    EXPECT_NOTHING       /* after the outermost value */
};

struct scan {
    char *text;
    size_t length;
    size_t at;
    enum expect expect;
    size_t depth;
    size_t opened[JSON_DEPTH_MAX]; /* where the lists and objects around `at` began */
    struct json_mistake *mistake;
};

static bool
refuse(struct scan *scan, size_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool
refuse(struct scan *scan, size_t offset, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(scan->mistake->message, sizeof scan->mistake->message, format, args);
    va_end(args);
    scan->mistake->offset = offset;
    return false;
}

static size_t
line_of(const struct scan *scan, size_t offset)
{
    size_t line = 1;

    for (size_t i = 0; i < offset; i++)
        line += scan->text[i] == '\n';
    return line;
}

/* ---- Characters ---- */

/*
 * Also of comments: crfd.study keeps the whole file as it is, in a text column, which holds neither a NUL nor what is
 * not UTF-8.
 */
static bool
check_characters(struct scan *scan)
{
    int32_t c;

    for (size_t at = 0; at < scan->length;) {
        size_t size = utf8_decode(scan->text + at, scan->length - at, &c);

        if (size == 0)
            return refuse(scan, at, "byte 0x%02X is not UTF-8: save the file in this encoding",
                          (unsigned char)scan->text[at]);
        if (c == 0)
            return refuse(scan, at, "a NUL byte cannot stand in this file");
        at += size;
    }
    return true;
}

static void
skip_byte_order_mark(struct scan *scan)
{
    if (scan->length >= 3 && memcmp(scan->text, "\xEF\xBB\xBF", 3) == 0) {
        memset(scan->text, ' ', 3);
        scan->at = 3;
    }
}

/* The ASCII character that was meant by one that an input method or a word processor put in its place; or 0. */
static char
ascii_meant(int32_t c)
{
    switch (c) {
    case 0x201C: /* typographic quotation marks */
    case 0x201D:
    case 0x201E:
        return '"';
    case 0x3010: /* lenticular brackets */
        return '[';
    case 0x3011:
        return ']';
    case 0x3001: /* ideographic comma */
        return ',';
    case 0x3000: /* ideographic space, no-break space */
    case 0x00A0:
        return ' ';
    default:
        return c >= 0xFF01 && c <= 0xFF5E ? (char)(c - 0xFEE0) : '\0';
    }
}

static bool
refuse_character(struct scan *scan)
{
    int32_t c;
    size_t size = utf8_decode(scan->text + scan->at, scan->length - scan->at, &c);
    int shown = size > 0 ? (int)size : 1;
    char meant = ascii_meant(c);

    if (c < 0x20 || c == 0x7F)
        return refuse(scan, scan->at, "control character 0x%02X between values", (unsigned int)c);
    if (meant == ' ')
        return refuse(scan, scan->at, "U+%04X is no blank in JSON: write an ordinary one", (unsigned int)c);
    if (meant != '\0')
        return refuse(scan, scan->at, "%.*s cannot stand here: write the ASCII character %c", shown,
                      scan->text + scan->at, meant);
    return refuse(scan, scan->at, "%.*s cannot stand here", shown, scan->text + scan->at);
}

/* ---- Comments ---- */

static void
blank_out(struct scan *scan, size_t end)
{
    for (; scan->at < end; scan->at++)
        if (scan->text[scan->at] != '\n')
            scan->text[scan->at] = ' ';
}

static bool
skip_comment(struct scan *scan)
{
    const char *begin = scan->text + scan->at;
    size_t left = scan->length - scan->at;
    const char *end;

    if (left >= 2 && begin[1] == '/') {
        end = memchr(begin, '\n', left);
        blank_out(scan, end ? (size_t)(end - scan->text) : scan->length);
        return true;
    }
    if (left >= 2 && begin[1] == '*') {
        end = memmem(begin + 2, left - 2, "*/", 2);
        if (end == NULL)
            return refuse(scan, scan->at, "this comment is not closed by */");
        blank_out(scan, (size_t)(end - scan->text) + 2);
        return true;
    }
    return refuse(scan, scan->at, "a comment begins with // or /*");
}

/* ---- Values ---- */

/* A value or a key is about to begin: may it? */
static bool
check_begin(struct scan *scan, bool is_text)
{
    switch (scan->expect) {
    case EXPECT_VALUE:
    case EXPECT_NEXT_VALUE:
    case EXPECT_VALUE_OR_END:
        return true;
    case EXPECT_KEY:
    case EXPECT_KEY_OR_END:
        if (is_text)
            return true;
        return refuse(scan, scan->at, "a key is missing here: it stands in double quotes");
    case EXPECT_COLON:
        return refuse(scan, scan->at, "a colon is missing before this");
    case EXPECT_COMMA_OR_END:
        return refuse(scan, scan->at, "a comma is missing before this");
    case EXPECT_NOTHING:
        break;
    }
    return refuse(scan, scan->at, "the file must end here: its outermost value is complete");
}

/* A value is complete. */
static void
after_value(struct scan *scan)
{
    scan->expect = scan->depth > 0 ? EXPECT_COMMA_OR_END : EXPECT_NOTHING;
}

static bool
is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* `at` is on a backslash; afterwards it is behind the escape. */
static bool
scan_escape(struct scan *scan)
{
    const char *escape = scan->text + scan->at;
    size_t left = scan->length - scan->at;

    if (left >= 2 && escape[1] != '\0' && strchr("\"\\/bfnrt", escape[1]) != NULL) {
        scan->at += 2;
        return true;
    }
    if (left < 6 || escape[1] != 'u' || !is_hex(escape[2]) || !is_hex(escape[3]) || !is_hex(escape[4]) ||
        !is_hex(escape[5]))
        return refuse(scan, scan->at, "this escape is not known to JSON: a backslash itself is written \\\\");
    if (memcmp(escape + 2, "0000", 4) == 0)
        return refuse(scan, scan->at, "the character U+0000 cannot stand in a text");
    scan->at += 6;
    return true;
}

static bool
scan_text(struct scan *scan)
{
    size_t begin = scan->at;
    bool is_key = scan->expect == EXPECT_KEY || scan->expect == EXPECT_KEY_OR_END;

    if (!check_begin(scan, true))
        return false;
    for (scan->at++; scan->at < scan->length && scan->text[scan->at] != '"';) {
        unsigned char c = (unsigned char)scan->text[scan->at];

        if (c == '\\') {
            if (!scan_escape(scan))
                return false;
        } else if (c == '\n' || c == '\r') {
            return refuse(scan, begin,
                          "this text is not closed on its line (a line break in a text is written \\n)");
        } else if (c < 0x20) {
            return refuse(scan, scan->at, "control character 0x%02X in a text: write \\u%04X", c, c);
        } else {
            scan->at++;
        }
    }
    if (scan->at == scan->length)
        return refuse(scan, begin, "this text is not closed");
    scan->at++;
    if (is_key)
        scan->expect = EXPECT_COLON;
    else
        after_value(scan);
    return true;
}

static bool
is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '+' || c == '.' || c == '$' || c == '\'';
}

static size_t
digits(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* RFC 8259 section 6. */
static bool
is_number(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-' ? 1 : 0;
    size_t end = digits(text, length, at);

    if (end == at || (text[at] == '0' && end > at + 1))
        return false;
    if (end < length && text[end] == '.') {
        at = end + 1;
        end = digits(text, length, at);
        if (end == at)
            return false;
    }
    if (end < length && (text[end] == 'e' || text[end] == 'E')) {
        at = end + 1;
        if (at < length && (text[at] == '+' || text[at] == '-'))
            at++;
        end = digits(text, length, at);
        if (end == at)
            return false;
    }
    return end == length;
}

/* A number, true, false, null; or a word that lacks its quotes. */
static bool
scan_word(struct scan *scan)
{
    const char *word = scan->text + scan->at;
    size_t length = 0;
    int shown;

    while (scan->at + length < scan->length && is_word(word[length]))
        length++;
    shown = length < 40 ? (int)length : 40;
    if (length == 0)
        return refuse_character(scan);
    if (scan->expect == EXPECT_KEY || scan->expect == EXPECT_KEY_OR_END || word[0] == '\'')
        return refuse(scan, scan->at, "%.*s must stand in double quotes", shown, word);
    if (!check_begin(scan, false))
        return false;
    if (!is_number(word, length) && !(length == 4 && memcmp(word, "true", 4) == 0) &&
        !(length == 5 && memcmp(word, "false", 5) == 0) && !(length == 4 && memcmp(word, "null", 4) == 0))
        return refuse(scan, scan->at,
                      "%.*s is neither a number, true, false nor null: a text stands in double quotes", shown,
                      word);
    scan->at += length;
    after_value(scan);
    return true;
}

/* ---- Structure ---- */

static bool
scan_open(struct scan *scan)
{
    if (!check_begin(scan, false))
        return false;
    if (scan->depth == JSON_DEPTH_MAX)
        return refuse(scan, scan->at, "lists and objects stand in one another more than %d deep",
                      JSON_DEPTH_MAX);
    scan->opened[scan->depth++] = scan->at;
    scan->expect = scan->text[scan->at] == '{' ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
    scan->at++;
    return true;
}

static bool
scan_close(struct scan *scan)
{
    char c = scan->text[scan->at];
    size_t opened;

    if (scan->depth == 0)
        return refuse(scan, scan->at, "this %c closes nothing", c);
    opened = scan->opened[scan->depth - 1];
    if ((c == '}') != (scan->text[opened] == '{'))
        return refuse(scan, scan->at, "this %c cannot close the %c of line %zu", c, scan->text[opened],
                      line_of(scan, opened));
    if (scan->expect == EXPECT_KEY || scan->expect == EXPECT_NEXT_VALUE)
        return refuse(scan, scan->at, "the comma before this %c is one too many", c);
    if (scan->expect == EXPECT_COLON || scan->expect == EXPECT_VALUE)
        return refuse(scan, scan->at, "a value is missing before this %c", c);
    scan->depth--;
    scan->at++;
    after_value(scan);
    return true;
}

static bool
scan_separator(struct scan *scan)
{
    char c = scan->text[scan->at];

    if (c == ':' && scan->expect != EXPECT_COLON)
        return refuse(scan, scan->at, "this colon does not stand behind a key");
    if (c == ',' && scan->expect == EXPECT_COLON)
        return refuse(scan, scan->at, "a colon and a value are missing before this comma");
    if (c == ',' && scan->expect == EXPECT_NOTHING)
        return refuse(scan, scan->at, "the file must end here: its outermost value is complete");
    if (c == ',' && scan->expect != EXPECT_COMMA_OR_END)
        return refuse(scan, scan->at, "nothing stands before this comma");
    if (c == ':')
        scan->expect = EXPECT_VALUE;
    else
        scan->expect = scan->text[scan->opened[scan->depth - 1]] == '{' ? EXPECT_KEY : EXPECT_NEXT_VALUE;
    scan->at++;
    return true;
}

static bool
scan_next(struct scan *scan)
{
    switch (scan->text[scan->at]) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
        scan->at++;
        return true;
    case '/':
        return skip_comment(scan);
    case '"':
        return scan_text(scan);
    case '{':
    case '[':
        return scan_open(scan);
    case '}':
    case ']':
        return scan_close(scan);
    case ',':
    case ':':
        return scan_separator(scan);
    default:
        return scan_word(scan);
    }
}

bool
json_scan(char *text, size_t length, struct json_mistake *mistake)
{
    struct scan scan = {.text = text, .length = length, .mistake = mistake};

    if (!check_characters(&scan))
        return false;
    skip_byte_order_mark(&scan);
    while (scan.at < length)
        if (!scan_next(&scan))
            return false;
    if (scan.depth > 0)
        return refuse(&scan, length, "the file ends too early: the %c of line %zu is not closed",
                      text[scan.opened[scan.depth - 1]], line_of(&scan, scan.opened[scan.depth - 1]));
    if (scan.expect != EXPECT_NOTHING)
        return refuse(&scan, length, "the file is empty");
    return true;
}
