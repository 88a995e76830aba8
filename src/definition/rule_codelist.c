#include "crfd/base/sql_text.h"
#include "rule_kinds.h"

#include <string.h>

#define CODES_SAID 20 /* in a sentence */

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->codelist != NULL;
}

/* ---- On a page ---- */

static bool
is_violated(const struct rule_case *asked)
{
    return asked->state->status == CLEAN_NOT_CODE;
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct item *item = rule_item(asked->rule);

    strbuf_printf(out->message, "%s \"", rule_item_label(item));
    strbuf_append_bytes(out->message, asked->state->raw, asked->state->raw_length);
    strbuf_printf(out->message, "\" is not a code of list %s", item->codelist->name);
}

/* In lengths and texts, as a code may be any text. */
static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct codelist *list = rule_item(asked->rule)->codelist;

    for (size_t i = 0; i < list->code_count; i++)
        strbuf_printf(out, "%zu %s ", strlen(list->codes[i]), list->codes[i]);
}

static void
say(struct strbuf *out, const struct rule *rule)
{
    const struct codelist *list = rule_item(rule)->codelist;
    size_t shown = list->code_count <= CODES_SAID ? list->code_count : CODES_SAID;

    for (size_t i = 0; i < shown; i++)
        strbuf_printf(out, "%s'%s'", i > 0 ? ", " : ": ", list->codes[i]);
    if (shown < list->code_count)
        strbuf_printf(out, " and %zu more", list->code_count - shown);
}

/* ---- In SQL ---- */

static const char *
lack_of(const struct twin_scope *scope, const struct rule *rule)
{
    (void)scope;
    return rule_item(rule)->unit != NULL
               ? "the column holds the number in the item's unit, and the codes are of numbers as entered"
               : NULL;
}

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct item *item = rule_item(rule);
    const struct clean_plan *plan = scope->definition->plans[rule->form->index].clean[rule->item];
    struct clean_result code;

    rule_twin_append_item(out, rule);
    strbuf_append(out, " NOT IN (");
    for (size_t i = 0; i < item->codelist->code_count; i++) {
        const char *text = item->codelist->codes[i];

        strbuf_append(out, i > 0 ? ", " : "");
        if (item->type == VALUE_TEXT) {
            sql_text_append_literal(out, text);
            continue;
        }
        clean_value(plan, scope->arena, text, strlen(text), DECIMAL_SIGN_POINT, &code);
        rule_twin_append_constant(out, &code.value);
    }
    strbuf_append_char(out, ')');
}

const struct rule_kind rule_codelist = {
    .name = "codelist",
    .words = "the value is a code of the item's list",
    .say = say,
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_REFUSED,
    .declares = declares,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .lack_of = lack_of,
    .append_condition = append_condition,
};
