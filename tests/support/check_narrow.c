/* The twin with its constants as parameters, and with its casts through the domains of tests/data/narrow.sql. */
#include "check_oracle.h"

#include "crfd/base/strbuf.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define NESTED_MAX 32

/* A condition of WHERE that is being written as a CASE. */
struct where {
    unsigned depth; /* of the parentheses around it */
    unsigned cases;
    unsigned ands;
};

struct rewriter {
    struct arena *arena;
    const char *at;
    struct strbuf text;
    struct oracle_question *out;
    bool narrow;
    unsigned depth; /* of parentheses */
    unsigned cases; /* that are open */
    struct where wheres[NESTED_MAX];
    unsigned where_count;
    unsigned zones[NESTED_MAX]; /* depths of the parentheses around an AT TIME ZONE */
    unsigned zone_count;
};

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool
begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* A parameter that has the value, or NULL. */
static void
put_param(struct rewriter *rewriter, const char *value, const char *type)
{
    struct oracle_question *out = rewriter->out;

    TEST_REQUIRE(out->param_count < ORACLE_PARAMS_MAX - 1, "the twin has too many constants");
    out->params[out->param_count++] = value;
    strbuf_printf(&rewriter->text, "$%d::%s", out->param_count, type);
}

/* The character of \uXXXX or \UXXXXXXXX, of which the backslash has been read; any other stands for itself. */
static size_t
take_escaped(struct rewriter *rewriter, char *out)
{
    size_t digits = *rewriter->at == 'u' ? 4 : *rewriter->at == 'U' ? 8 : 0;
    char number[9] = "";

    if (digits == 0) {
        *out = *rewriter->at;
        return 1;
    }
    memcpy(number, rewriter->at + 1, digits);
    rewriter->at += digits;
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)strtol(number, NULL, 16), (utf8proc_uint8_t *)out);
}

/* The text between quotes, with doubled quotes as one; with escapes behind an E. */
static char *
take_quoted(struct rewriter *rewriter)
{
    char *value = arena_alloc(rewriter->arena, strlen(rewriter->at) + 1);
    bool escapes = *rewriter->at == 'E';
    size_t used = 0;

    rewriter->at += escapes;
    for (rewriter->at++; rewriter->at[0] != '\0'; rewriter->at++) {
        if (rewriter->at[0] == '\'' && rewriter->at[1] != '\'')
            break;
        if (escapes && rewriter->at[0] == '\\') {
            rewriter->at++;
            used += take_escaped(rewriter, value + used);
            continue;
        }
        rewriter->at += rewriter->at[0] == '\'';
        value[used++] = *rewriter->at;
    }
    rewriter->at++;
    value[used] = '\0';
    return value;
}

static bool
take_literal(struct rewriter *rewriter)
{
    static const struct {
        const char *word, *type;
    } words[] = {
        {"DATE '", "date"}, {"TIMESTAMP '", "timestamp"}, {"TIMESTAMPTZ '", "timestamptz"},
        {"TIME '", "time"}, {"INTERVAL '", "interval"},
    };

    if (rewriter->at[0] == '\'' || begins(rewriter->at, "E'")) {
        put_param(rewriter, take_quoted(rewriter), "text");
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (begins(rewriter->at, words[i].word)) {
            rewriter->at += strlen(words[i].word) - 1;
            put_param(rewriter, take_quoted(rewriter), words[i].type);
            return true;
        }
    }
    return false;
}

static void
take_number(struct rewriter *rewriter)
{
    size_t length = strspn(rewriter->at + 1, "0123456789.") + 1;
    char *digits = arena_copy(rewriter->arena, rewriter->at, length);
    const char *type = "numeric";

    if (strchr(digits, '.') == NULL && length < 19) {
        long long number = strtoll(digits, NULL, 10);

        type = number >= INT32_MIN && number <= INT32_MAX ? "integer" : "bigint";
    } else if (strchr(digits, '.') == NULL &&
               (strcmp(digits, "9223372036854775807") <= 0 || digits[0] == '-') && length <= 20) {
        type = length == 19 || (digits[0] == '-' && strcmp(digits, "-9223372036854775808") <= 0) ? "bigint"
                                                                                                 : "numeric";
    }
    rewriter->at += length;
    put_param(rewriter, digits, type);
}

static void
copy(struct rewriter *rewriter, size_t length)
{
    strbuf_append_bytes(&rewriter->text, rewriter->at, length);
    rewriter->at += length;
}

/* A cast to a date or a number, with the form of the text checked first where crfd's forms are fewer. */
static void
take_cast(struct rewriter *rewriter)
{
    static const struct {
        const char *cast, *first;
    } by_form[] = {
        {"::date", "::narrow.iso"}, {"::timestamp", "::narrow.iso"}, {"::time", "::narrow.iso_time"}};

    for (size_t i = 0; rewriter->narrow && i < sizeof by_form / sizeof by_form[0]; i++)
        if (begins(rewriter->at, by_form[i].cast) && !is_word(rewriter->at[strlen(by_form[i].cast)]))
            strbuf_append(&rewriter->text, by_form[i].first);
    if (begins(rewriter->at, "::numeric")) {
        copy(rewriter, strlen("::numeric"));
        if (rewriter->at[0] == '(')
            copy(rewriter, strcspn(rewriter->at, ")") + 1);
        if (rewriter->narrow)
            strbuf_append(&rewriter->text, "::narrow.exact");
        return;
    }
    copy(rewriter, 2 + strcspn(rewriter->at + 2, " ():,'"));
    if (rewriter->at[0] == '(')
        copy(rewriter, strcspn(rewriter->at, ")") + 1);
}

static void
take_word(struct rewriter *rewriter)
{
    static const struct {
        const char *word, *type;
    } words[] = {{"true", "boolean"}, {"false", "boolean"}};
    size_t length = 0;

    while (is_word(rewriter->at[length]))
        length++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == length && begins(rewriter->at, words[i].word)) {
            rewriter->at += length;
            put_param(rewriter, words[i].word, words[i].type);
            return;
        }
    }
    if (length == 4 && begins(rewriter->at, "NULL::")) {
        size_t type_length = strcspn(rewriter->at + 6, " (),:");
        const char *type = arena_copy(rewriter->arena, rewriter->at + 6, type_length);

        rewriter->at += 6 + type_length;
        put_param(rewriter, NULL, type);
        return;
    }
    rewriter->cases += length == 4 && begins(rewriter->at, "CASE");
    rewriter->cases -= length == 3 && begins(rewriter->at, "END");
    if (length == 5 && begins(rewriter->at, "LIMIT "))
        length = strlen("LIMIT 1");
    copy(rewriter, length);
}

static const char *
skip_word(const char *at)
{
    while (is_word(*at))
        at++;
    return at;
}

/* Behind "a.column = b.column AND " at the text; NULL where that is not what stands there. */
static const char *
skip_key(const char *at, const char *column)
{
    at = skip_word(at);
    if (*at != '.' || !begins(at + 1, column))
        return NULL;
    at += 1 + strlen(column);
    if (!begins(at, " = "))
        return NULL;
    at = skip_word(at + 3);
    if (*at != '.' || !begins(at + 1, column))
        return NULL;
    at += 1 + strlen(column);
    return begins(at, " AND ") ? at + strlen(" AND ") : NULL;
}

/*
 * A WHERE is decided from left to right, first which rows are the subject's, and ends with what is not true.
 * PostgreSQL takes a condition that reads nothing of the row out of the search, or looks in a hash for what it
 * equals, and so raises its error where there is no row at all. In nested CASEs everything stays where it is.
 */
static bool
take_where(struct rewriter *rewriter)
{
    const char *keys = rewriter->at + strlen(" WHERE ");
    const char *end = keys;

    if (!rewriter->narrow || !begins(rewriter->at, " WHERE ") || rewriter->where_count == NESTED_MAX)
        return false;
    for (const char *next = end; next != NULL; next = next ? skip_key(next, "subject_id") : NULL) {
        end = next;
        next = skip_key(next, "center_id");
    }
    if (end == keys || *end != '(')
        return false;
    strbuf_append(&rewriter->text, " WHERE CASE WHEN ");
    strbuf_append_bytes(&rewriter->text, keys, (size_t)(end - keys) - strlen(" AND "));
    strbuf_append(&rewriter->text, " THEN (CASE WHEN ");
    rewriter->depth++;
    rewriter->wheres[rewriter->where_count++] = (struct where){rewriter->depth, rewriter->cases, 0};
    rewriter->at = end + 1;
    return true;
}

/* The WHERE whose condition the text is in, outside of its parentheses and CASEs; NULL for none. */
static struct where *
top_of_where(struct rewriter *rewriter)
{
    struct where *where = NULL;

    if (rewriter->where_count > 0)
        where = &rewriter->wheres[rewriter->where_count - 1];
    return where && where->depth == rewriter->depth && where->cases == rewriter->cases ? where : NULL;
}

static bool
take_and(struct rewriter *rewriter)
{
    struct where *where = top_of_where(rewriter);

    if (where == NULL || !begins(rewriter->at, " AND "))
        return false;
    strbuf_append(&rewriter->text, " THEN CASE WHEN ");
    rewriter->at += strlen(" AND ");
    where->ands++;
    return true;
}

/* A local time is made in parentheses of its own, behind which it goes through the calendar's limits. */
static bool
take_zone(struct rewriter *rewriter)
{
    static const char words[] = " AT TIME ZONE ";

    if (!rewriter->narrow || !begins(rewriter->at, words))
        return false;
    TEST_REQUIRE(rewriter->zone_count < NESTED_MAX, "the twin has too many zones within each other");
    rewriter->zones[rewriter->zone_count++] = rewriter->depth;
    copy(rewriter, strlen(words));
    return true;
}

static void
take_sign(struct rewriter *rewriter)
{
    char sign = *rewriter->at;
    struct where *where = sign == ')' ? top_of_where(rewriter) : NULL;
    bool is_local = sign == ')' && rewriter->zone_count > 0 &&
                    rewriter->zones[rewriter->zone_count - 1] == rewriter->depth;

    if (where != NULL) {
        strbuf_append(&rewriter->text, " THEN true END");
        for (; where->ands > 0; where->ands--)
            strbuf_append(&rewriter->text, " END");
    }
    copy(rewriter, 1);
    rewriter->depth += sign == '(';
    rewriter->depth -= sign == ')';
    if (where != NULL) {
        strbuf_append(&rewriter->text, " END");
        rewriter->where_count--;
    }
    if (is_local) {
        strbuf_append(&rewriter->text, "::narrow.local");
        rewriter->zone_count--;
    }
}

static void
rewrite(struct rewriter *rewriter)
{
    while (*rewriter->at != '\0') {
        const char *at = rewriter->at;
        bool negative = at[0] == '(' && at[1] == '-' && at[2] >= '0' && at[2] <= '9';

        if (take_where(rewriter) || take_and(rewriter) || take_zone(rewriter) || take_literal(rewriter))
            continue;
        if (negative) {
            take_sign(rewriter);
            take_number(rewriter);
        } else if (*at >= '0' && *at <= '9') {
            take_number(rewriter);
        } else if (*at == '"') {
            copy(rewriter, 2 + strcspn(at + 1, "\""));
        } else if (begins(at, "::")) {
            take_cast(rewriter);
        } else if (is_word(*at)) {
            take_word(rewriter);
        } else {
            take_sign(rewriter);
        }
    }
}

static void
reword(struct arena *arena, const char *twin, bool narrow, struct oracle_question *out)
{
    struct rewriter rewriter = {.arena = arena, .at = twin, .out = out, .narrow = narrow};

    out->param_count = 0;
    strbuf_init(&rewriter.text);
    rewrite(&rewriter);
    out->condition = arena_copy(arena, rewriter.text.text, rewriter.text.length);
    strbuf_destroy(&rewriter.text);
}

void
oracle_narrow(struct arena *arena, const char *twin, struct oracle_question *out)
{
    reword(arena, twin, true, out);
}

void
oracle_hide_constants(struct arena *arena, const char *twin, struct oracle_question *out)
{
    reword(arena, twin, false, out);
}
