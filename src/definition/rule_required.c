#include "crfd/base/sql_text.h"
#include "crfd/definition/rule_book.h"
#include "crfd/study/form_columns.h"
#include "rule_kinds.h"

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->required != REQUIRED_NO && !item->retired;
}

/* It is asked only where there is no value; what is said instead of a number is one. */
static bool
is_violated(const struct rule_case *asked)
{
    if (page_is_qualified(asked->page, asked->rule->item))
        return false;
    return rule_item(asked->rule)->required == REQUIRED_VALUE || value_token(asked->value).is_null;
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    strbuf_printf(out->message, "%s is required", rule_item_label(rule_item(asked->rule)));
}

static bool
is_answered(const struct item_state *state)
{
    (void)state;
    return true;
}

/* "finding.center_id = form.center_id AND ...": findings of the row's page. */
static void
append_same_page(struct strbuf *out, const struct form *form)
{
    for (int i = 0; i < FORM_COLUMN_COUNT; i++) {
        if (form_columns[i].role != COLUMN_IN_KEY)
            continue;
        rule_twin_append_column(out, "finding", form_columns[i].name);
        strbuf_append(out, " = ");
        rule_twin_append_column(out, form->name, form_columns[i].name);
        strbuf_append(out, "\n    AND ");
    }
    strbuf_append(out, "finding.form = ");
    sql_text_append_literal(out, form->name);
}

/* A value that is NULL because it was refused was entered: another rule speaks of it. */
static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct form_rules *form = &scope->definition->rules->forms[rule->form->index];
    const struct item_rules *rules = &form->items[rule->item];
    const struct item *item = rule_item(rule);
    size_t count = 0;

    rule_twin_append_item(out, rule);
    strbuf_append(out, " IS NULL");
    if (item->qualifier != NULL) {
        strbuf_append(out, "\n  AND ");
        rule_twin_append_column(out, rule->form->name, rule->form->items[item->qualifier->sign].name);
        strbuf_append(out, " IS NULL");
    }
    if (item->required == REQUIRED_ANSWER) {
        strbuf_append(out, "\n  AND (");
        rule_twin_append_column(out, rule->form->name, form_columns[COLUMN_MISSING].name);
        strbuf_append(out, " ->> ");
        sql_text_append_literal(out, rule_item(rule)->name);
        strbuf_append(out, ") IS NULL");
    }
    for (size_t i = 0; i < rules->count; i++) {
        if (!rules->list[i].kind->leaves_null)
            continue;
        if (count++ == 0) {
            strbuf_append(out, "\n  AND NOT EXISTS (SELECT FROM analysis.finding WHERE ");
            append_same_page(out, rule->form);
            strbuf_append(out, " AND finding.check_id IN (");
        } else {
            strbuf_append(out, ", ");
        }
        sql_text_append_literal(out, rules->list[i].id);
    }
    if (count > 0)
        strbuf_append(out, ") AND finding.state <> 'closed')");
}

const struct rule_kind rule_required = {
    .name = "required",
    .words = "the item has a value, or a token that says why not where that is enough",
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_MISSING,
    .declares = declares,
    .is_violated = is_violated,
    .tell = tell,
    .is_answered = is_answered,
    .append_condition = append_condition,
};
