/* A rule as a sentence, for people who do not read SQL. */
#include "crfd/check/program.h"
#include "crfd/definition/rule.h"

#include <string.h>

static void
say_named(struct strbuf *out, const char *name, const char *label)
{
    if (label[0] != '\0' && strcmp(label, name) != 0)
        strbuf_printf(out, "%s (%s)", label, name);
    else
        strbuf_append(out, name);
}

static void
say_place(struct strbuf *out, const struct rule *rule)
{
    const struct value since = {.type = VALUE_DATE, .date = rule->since ? *rule->since : 0};

    if (rule->form == NULL) {
        strbuf_printf(out, "Of each subject at event %s: ", rule->event->name);
        return;
    }
    strbuf_append(out, "On each page of form ");
    say_named(out, rule->form->name, rule->form->label);
    if (rule->since != NULL) {
        strbuf_append(out, " that was submitted on ");
        value_append_text(&since, out);
        strbuf_append(out, " or later");
    }
    strbuf_append(out, ": ");
}

void
rule_say(struct strbuf *out, const struct rule *rule)
{
    const struct item *item = rule_item(rule);

    say_place(out, rule);
    if (rule->check != NULL) {
        strbuf_append(out, "a finding where ");
        program_say_violation(rule->program, out);
        return;
    }
    strbuf_append(out, "a finding ");
    if (item != NULL) {
        strbuf_append(out, "at ");
        say_named(out, item->name, item->label);
        strbuf_append_char(out, ' ');
    }
    strbuf_printf(out, "where this does not hold: %s", rule_words(rule));
    if (rule->kind->say != NULL)
        rule->kind->say(out, rule);
    strbuf_append(out, ".\n");
    if (rule->program != NULL) {
        strbuf_append(out, "It is derived: ");
        program_say_value(rule->program, out);
        strbuf_append(out, ".\n");
    }
}
