#include "rule_kinds.h"

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    strbuf_append_char(out, '(');
    rule_twin_append_program(out, scope, rule->program);
    strbuf_append(out, ") IS FALSE");
}

/* Its id, text, severity and message stand in the definition (load_checks.c). */
const struct rule_kind rule_check = {
    .words = "check",
    .scope = RULE_OF_CHECK,
    .append_condition = append_condition,
};
