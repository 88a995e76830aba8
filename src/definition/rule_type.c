#include "rule_kinds.h"

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->derive != NULL || (item->type != VALUE_TEXT && item_is_entered(item));
}

static const struct program *
program_of(const struct definition *definition, const struct form *form, size_t item)
{
    for (size_t i = 0; i < definition->derivation_count; i++) {
        const struct derivation *derivation = &definition->derivations[i];

        if (derivation->form == form && derivation->item == item)
            return derivation->program;
    }
    return NULL;
}

/* ---- On a page ---- */

static bool
is_violated(const struct rule_case *asked)
{
    return asked->state->derive_failed || asked->state->status == CLEAN_UNTYPED;
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct item *item = rule_item(asked->rule);
    const struct item_state *state = asked->state;

    out->is_error = state->derive_failed;
    if (state->derive_failed) {
        strbuf_printf(out->message, "%s cannot be derived: %s", rule_item_label(item), state->reason);
        return;
    }
    strbuf_printf(out->message, "%s \"", rule_item_label(item));
    strbuf_append_bytes(out->message, state->raw, state->raw_length);
    strbuf_printf(out->message, "\" is not a valid %s: %s", value_type_name(item->type), state->reason);
}

static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct item *item = rule_item(asked->rule);

    strbuf_append(out, value_type_name(item->type));
    if (item->derive != NULL)
        strbuf_printf(out, " %s", item->derive);
}

/* A number whose unit is not known is typed all the same. */
static bool
is_answered(const struct item_state *state)
{
    return state->status == CLEAN_NO_UNIT;
}

/* ---- In SQL ---- */

static const char *
lack_of(const struct twin_scope *scope, const struct rule *rule)
{
    (void)scope;
    return rule->program != NULL ? NULL : rule->kind->lack;
}

/*
 * A derived value that PostgreSQL computes otherwise, to the last digit. Where it cannot be computed at all, the
 * query ends in the same error.
 */
static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    rule_twin_append_item(out, rule);
    strbuf_append(out, "::text IS DISTINCT FROM ((");
    rule_twin_append_program(out, scope, rule->program);
    strbuf_printf(out, ")::%s)::text", value_type_column(rule_item(rule)->type));
}

const struct rule_kind rule_type = {
    .name = "type",
    .words = "the value is of the item's type",
    .words_of_derived = "the derived value can be computed",
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_REFUSED,
    .leaves_null = true,
    .declares = declares,
    .program = program_of,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .is_answered = is_answered,
    .lack = "a value that is not of the item's type is in no typed column",
    .lack_of = lack_of,
    .append_condition = append_condition,
};
