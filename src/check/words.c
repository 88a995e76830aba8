/* Conditions in words. */
#include "words.h"

#include "crfd/check/program.h"
#include "routine.h"
#include "steps.h"
#include "term.h"

#include <string.h>

/* Beyond it nobody reads: the caller has another sentence then. */
#define WORDS_MAX ((size_t)16 * 1024)

static const char *const day_words[] = {
    [ORDER_LESS] = "is before",
    [ORDER_LESS | ORDER_EQUAL] = "is on or before",
    [ORDER_GREATER] = "is after",
    [ORDER_GREATER | ORDER_EQUAL] = "is on or after",
};

static const char *const time_words[] = {
    [ORDER_LESS] = "is before",
    [ORDER_LESS | ORDER_EQUAL] = "is at or before",
    [ORDER_GREATER] = "is after",
    [ORDER_GREATER | ORDER_EQUAL] = "is at or after",
};

static const char *const text_words[] = {
    [ORDER_LESS] = "sorts before",
    [ORDER_LESS | ORDER_EQUAL] = "does not sort behind",
    [ORDER_GREATER] = "sorts behind",
    [ORDER_GREATER | ORDER_EQUAL] = "does not sort before",
};

const char *
words_order(unsigned order)
{
    static const char *const words[] = {
        [ORDER_LESS] = "is less than",
        [ORDER_EQUAL] = "equals",
        [ORDER_LESS | ORDER_EQUAL] = "is at most",
        [ORDER_GREATER] = "is greater than",
        [ORDER_LESS | ORDER_GREATER] = "is not",
        [ORDER_GREATER | ORDER_EQUAL] = "is at least",
    };

    return words[order];
}

const struct expr *
words_bare(const struct expr *expr)
{
    for (;;) {
        if (expr->kind == EXPR_HELD ||
            (expr->kind == EXPR_CAST && (expr->implicit || type_is_partial(expr->type))))
            expr = expr->args[0];
        else if (expr->kind == EXPR_HOLD)
            expr = expr->args[1];
        else
            return expr;
    }
}

static void
put(struct words *words, const char *text)
{
    strbuf_append(words->out, text);
}

/* --- comparisons --- */

/* A comparison with what is looked at in front, and that it is true. */
struct comparison {
    const struct expr *left, *right;
    unsigned order;
};

static unsigned
turned(unsigned order)
{
    return (order & ORDER_EQUAL) | (order & ORDER_LESS ? ORDER_GREATER : 0) |
           (order & ORDER_GREATER ? ORDER_LESS : 0);
}

static struct comparison
comparison_of(const struct expr *compare, bool holds)
{
    struct comparison found = {words_bare(compare->args[0]), words_bare(compare->args[1]), compare->order};

    if (!holds)
        found.order ^= ORDER_LESS | ORDER_EQUAL | ORDER_GREATER;
    if (found.left->kind == EXPR_CONSTANT && found.right->kind != EXPR_CONSTANT) {
        const struct expr *constant = found.left;

        found.left = found.right;
        found.right = constant;
        found.order = turned(found.order);
    }
    return found;
}

static const char *
order_between(enum sql_type type, unsigned order)
{
    if (order == ORDER_EQUAL)
        return "is";
    if (order == (ORDER_LESS | ORDER_GREATER))
        return "is not";
    switch (type) {
    case SQL_DATE:
    case SQL_PARTIAL_DATE:
        return day_words[order];
    case SQL_TIMESTAMP:
    case SQL_TIMESTAMPTZ:
    case SQL_PARTIAL_DATETIME:
    case SQL_TIME:
        return time_words[order];
    case SQL_TEXT:
        return text_words[order];
    default:
        return words_order(order);
    }
}

/* Two conditions that are compared; false where that is no question of both or neither. */
static bool
say_truths(struct words *words, const struct comparison *compared)
{
    bool same = compared->order == ORDER_EQUAL;

    if (compared->left->type != SQL_BOOLEAN || (!same && compared->order != (ORDER_LESS | ORDER_GREATER)))
        return false;
    if (compared->right->kind == EXPR_CONSTANT && !compared->right->constant.is_null) {
        words_part(words, compared->left, compared->right->constant.boolean == same);
        return true;
    }
    put(words, same ? "both or neither of these hold: [" : "one of these holds and the other does not: [");
    words_condition(words, compared->left, true);
    put(words, "; ");
    words_condition(words, compared->right, true);
    put(words, "]");
    return true;
}

static void
say_comparison(struct words *words, const struct expr *expr, bool holds)
{
    struct comparison compared = comparison_of(expr, holds);

    if (type_is_partial(expr->args[0]->type))
        words->notes |= WORDS_PARTIAL;
    if (expr_is_null_constant(compared.left) || expr_is_null_constant(compared.right)) {
        words_value(words, expr_is_null_constant(compared.left) ? compared.right : compared.left);
        put(words, " is compared with a missing value, which never holds");
        return;
    }
    if (say_truths(words, &compared))
        return;
    words_value(words, compared.left);
    strbuf_printf(words->out, " %s ", order_between(expr->args[0]->type, compared.order));
    words_value(words, compared.right);
}

/* What may be NULL is a value of its own here. */
static void
say_distinct(struct words *words, const struct expr *expr, bool holds)
{
    const struct expr *a = words_bare(expr->args[0]);
    const struct expr *b = words_bare(expr->args[1]);
    bool same = expr->negated == holds;

    if (a->kind == EXPR_CONSTANT) {
        const struct expr *constant = a;

        a = b;
        b = constant;
    }
    words_value(words, a);
    if (expr_is_null_constant(b)) {
        put(words, same ? " is missing" : " is there");
        return;
    }
    if (b->kind == EXPR_CONSTANT) {
        put(words, same ? " is there and is " : " is missing or is not ");
        words_value(words, b);
        return;
    }
    put(words, " and ");
    words_value(words, b);
    put(words, same ? " are the same, or both are missing" : " differ, or just one of them is missing");
}

/* --- lists of conditions --- */

static bool
is_list(const struct expr *expr)
{
    return expr->kind == EXPR_AND || expr->kind == EXPR_OR;
}

/* x >= low AND x <= high, or one of both outside: the three; false where it is something else. */
static bool
is_between(const struct expr *expr, const struct expr *found[3], bool *inside)
{
    unsigned inner = expr->kind == EXPR_AND ? ORDER_EQUAL : 0;
    struct comparison low, high;

    if (expr->arg_count != 2 || expr->args[0]->kind != EXPR_COMPARE || expr->args[1]->kind != EXPR_COMPARE)
        return false;
    low = comparison_of(expr->args[0], true);
    high = comparison_of(expr->args[1], true);
    if (!term_same(low.left, high.left) && term_same(low.left, high.right))
        high = (struct comparison){high.right, high.left, turned(high.order)};
    *inside = expr->kind == EXPR_AND;
    found[0] = low.left;
    found[1] = low.right;
    found[2] = high.right;
    return low.left->kind != EXPR_CONSTANT && low.left->type != SQL_BOOLEAN &&
           term_same(low.left, high.left) && low.order == (inner | (*inside ? ORDER_GREATER : ORDER_LESS)) &&
           high.order == (inner | (*inside ? ORDER_LESS : ORDER_GREATER));
}

static bool
say_between(struct words *words, const struct expr *expr, bool holds)
{
    const struct expr *found[3];
    bool inside;

    if (!is_between(expr, found, &inside))
        return false;
    if (type_is_partial(expr->args[0]->args[0]->type))
        words->notes |= WORDS_PARTIAL;
    words_value(words, found[0]);
    put(words, inside == holds ? " is between " : " is not between ");
    words_operand(words, found[1]);
    put(words, " and ");
    words_operand(words, found[2]);
    return true;
}

/* Parts of the same kind stand in one list. */
static void
say_parts(struct words *words, const struct expr *list, bool holds, const char *joint, bool *is_first)
{
    for (uint32_t i = 0; i < list->arg_count; i++) {
        const struct expr *part = words_bare(list->args[i]);
        const struct expr *found[3];
        bool inside;

        if (part->kind == list->kind && !is_between(part, found, &inside)) {
            say_parts(words, part, holds, joint, is_first);
            continue;
        }
        if (!*is_first)
            put(words, joint);
        *is_first = false;
        words_part(words, part, holds);
    }
}

static void
say_list(struct words *words, const struct expr *list, bool holds)
{
    bool is_first = true;

    if (!say_between(words, list, holds))
        say_parts(words, list, holds, (list->kind == EXPR_AND) == holds ? ", and " : ", or ", &is_first);
}

void
words_part(struct words *words, const struct expr *expr, bool holds)
{
    const struct expr *bare = words_bare(expr);
    const struct expr *found[3];
    bool inside;

    while (bare->kind == EXPR_NOT)
        bare = words_bare(bare->args[0]);
    if (is_list(bare) && !is_between(bare, found, &inside)) {
        put(words, "(");
        words_condition(words, expr, holds);
        put(words, ")");
    } else {
        words_condition(words, expr, holds);
    }
}

/* --- the others --- */

static void
say_null(struct words *words, const struct expr *expr, bool holds)
{
    const struct expr *asked = words_bare(expr->args[0]);
    bool missing = expr->negated != holds;

    if (asked->type == SQL_BOOLEAN && asked->kind != EXPR_COLUMN) {
        put(words, missing ? "it stays open whether " : "it can be told whether ");
        words_part(words, asked, true);
    } else if (asked->kind == EXPR_TOKEN) {
        put(words, missing ? "there is no token for " : "there is a token for ");
        words_token(words, asked);
    } else {
        words_value(words, asked);
        put(words, missing ? " is missing" : " is there");
    }
}

static void
say_truth(struct words *words, const struct expr *expr, bool holds)
{
    bool so = expr->negated != holds;

    if (expr->truth == TRUTH_UNKNOWN) {
        put(words, so ? "it stays open whether " : "it can be told whether ");
        words_part(words, expr->args[0], true);
    } else {
        put(words, so ? "it is certain that " : "it is not certain that ");
        words_part(words, expr->args[0], expr->truth == TRUTH_TRUE);
    }
}

static void
say_in(struct words *words, const struct expr *expr, bool holds)
{
    words_value(words, expr->args[0]);
    put(words, expr->negated != holds ? " is one of " : " is none of ");
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        put(words, i == 1 ? "" : ", ");
        words_value(words, expr->args[i]);
    }
}

/* A pattern that only begins, ends or contains: the text between. */
static bool
is_plain_pattern(const struct expr *pattern, int *how, struct value *text)
{
    const char *bytes = pattern->constant.text;
    size_t length = pattern->constant.length;
    bool front, back;

    if (pattern->kind != EXPR_CONSTANT || pattern->constant.is_null || length == 0)
        return false;
    front = bytes[0] == '%';
    back = length > 1 && bytes[length - 1] == '%';
    *text = pattern->constant;
    text->text += front;
    text->length -= (uint32_t)front + (uint32_t)back;
    *how = front && back ? 3 : front ? 2 : back ? 1 : 0;
    return text->length > 0 && memchr(text->text, '%', text->length) == NULL &&
           memchr(text->text, '_', text->length) == NULL && memchr(text->text, '\\', text->length) == NULL;
}

static void
say_like(struct words *words, const struct expr *expr, bool holds)
{
    static const char *const plain[][2] = {{"is not", "is"},
                                           {"does not begin with", "begins with"},
                                           {"does not end with", "ends with"},
                                           {"does not contain", "contains"}};
    const struct expr *pattern = words_bare(expr->args[1]);
    int how;
    struct value text;
    bool so = expr->negated != holds;

    words_value(words, expr->args[0]);
    if (is_plain_pattern(pattern, &how, &text)) {
        strbuf_printf(words->out, " %s '", plain[how][so]);
        value_append_text(&text, words->out);
        put(words, "'");
    } else {
        put(words, so ? " looks like " : " does not look like ");
        words_value(words, pattern);
        put(words, ", % being any text and _ any character");
    }
    if (expr->folded)
        put(words, ", in whichever case");
}

static void
say_regex(struct words *words, const struct expr *expr, bool holds)
{
    words_value(words, expr->args[0]);
    put(words, expr->negated != holds ? " matches the regular expression "
                                      : " does not match the regular expression ");
    words_value(words, expr->args[1]);
    if (expr->folded)
        put(words, ", in whichever case");
}

static void
say_case(struct words *words, const struct expr *expr, bool holds)
{
    put(words, "[");
    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2) {
        put(words, i == 0 ? "where " : "; else where ");
        words_condition(words, expr->args[i], true);
        put(words, ": ");
        words_part(words, expr->args[i + 1], holds);
    }
    put(words, "; else: ");
    words_part(words, expr->args[expr->arg_count - 1], holds);
    put(words, "]");
}

/* A condition that is a value: an item, a choice. */
static void
say_boolean(struct words *words, const struct expr *expr, bool holds)
{
    if (expr->kind == EXPR_CONSTANT) {
        put(words, expr->constant.is_null || expr->constant.boolean != holds ? "never" : "always");
    } else if (expr->kind == EXPR_KEY) {
        words_value(words, expr);
        put(words, holds ? " is unscheduled" : " is not unscheduled");
    } else {
        words_value(words, expr);
        put(words, holds ? " is true" : " is false");
    }
}

void
words_condition(struct words *words, const struct expr *expr, bool holds)
{
    expr = words_bare(expr);
    if (words->out->length > WORDS_MAX)
        return;
    switch (expr->kind) {
    case EXPR_COMPARE:
        say_comparison(words, expr, holds);
        break;
    case EXPR_DISTINCT:
        say_distinct(words, expr, holds);
        break;
    case EXPR_AND:
    case EXPR_OR:
        say_list(words, expr, holds);
        break;
    case EXPR_NOT:
        words_condition(words, expr->args[0], !holds);
        break;
    case EXPR_IS_NULL:
        say_null(words, expr, holds);
        break;
    case EXPR_IS_TRUTH:
        say_truth(words, expr, holds);
        break;
    case EXPR_IN:
        say_in(words, expr, holds);
        break;
    case EXPR_LIKE:
        say_like(words, expr, holds);
        break;
    case EXPR_REGEX:
        say_regex(words, expr, holds);
        break;
    case EXPR_CASE:
        say_case(words, expr, holds);
        break;
    case EXPR_CALL:
        words_call(words, expr, holds);
        break;
    case EXPR_QUERY:
        words_query_condition(words, expr->query, holds);
        break;
    default:
        say_boolean(words, expr, holds);
        break;
    }
}

/* --- the whole --- */

static const struct {
    enum words_note note;
    const char *text;
} notes[] = {
    {WORDS_REFERENCE, "Where another form has no page to be read, its values are missing."},
    {WORDS_EXISTS,
     "A page of which it cannot be told whether it fits, since a value of it is missing, does not count."},
    {WORDS_AGGREGATE,
     "Missing values are left out; where none is left, the result is missing, a count is 0."},
    {WORDS_VISITS,
     "Visits are the scheduled events at which the subject has a page of this form, in their order."},
    {WORDS_NO_VISIT, "Where there is no such visit, its value is missing."},
    {WORDS_TOKEN,
     "An item that has a value has no token, and a comparison with that makes no finding by itself."},
    {WORDS_QUANTIFIED, "Where it stays open on a page, and no other page decides, there is no finding."},
    {WORDS_FIRST, "Where there is no such page, its value is missing."},
    {WORDS_RESULT, "A comparison with what is missing makes no finding by itself."},
    {WORDS_PARTIAL, "A comparison that a partial date leaves open counts as one with a missing value."},
    {WORDS_FULL_DATE, "The full date of a partial one is missing where its day is not known."},
    {WORDS_DIVISION, "A division by zero is a finding that says so."},
    {WORDS_CAST, "A text that cannot be read as what it should be is a finding that says so."},
};

/* Appended, or, where there is no end of it, other words. */
static void
end_words(struct words *words, struct strbuf *out, const char *otherwise)
{
    strbuf_append(out, words->out->length > WORDS_MAX ? otherwise : words->out->text);
    strbuf_destroy(words->out);
}

void
program_say_violation(const struct program *program, struct strbuf *out)
{
    struct strbuf text;
    struct words words = {.out = &text, .program = program};

    strbuf_init(&text);
    words_condition(&words, program->tree, false);
    end_words(&words, out, "the condition above does not hold");
    strbuf_append(out, ".\n");
    words.out = out;
    words_missing(&words);
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (words.notes & notes[i].note)
            strbuf_printf(out, "%s\n", notes[i].text);
}

void
program_say_value(const struct program *program, struct strbuf *out)
{
    struct strbuf text;
    struct words words = {.out = &text, .program = program};

    strbuf_init(&text);
    words_value(&words, program->tree);
    end_words(&words, out, "what the text above says");
}
