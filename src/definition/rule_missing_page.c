#include "crfd/base/sql_text.h"
#include "rule_kinds.h"

/*
 * An alias of the twin begins with a capital letter: no form can have such a name, so no form's own table can be
 * hidden by it.
 */
#define ANY "\"Any\""

static bool
lists_form(const struct event *event, const struct form *form)
{
    for (size_t i = 0; i < event->form_count; i++)
        if (event->forms[i] == form->index)
            return true;
    return false;
}

/* The events at which the form is expected, by their order; "" where there is none. */
static void
append_expecting_events(struct strbuf *out, const struct study *study, const struct form *form)
{
    const char *separator = "";

    for (size_t i = 0; i < study->event_count; i++) {
        if (!lists_form(&study->events[i], form))
            continue;
        strbuf_printf(out, "%s%d", separator, study->events[i].order);
        separator = ", ";
    }
}

/* A page that was submitted is not missing, also where it is in quarantine. */
static void
append_absence(struct strbuf *out, const struct form *form)
{
    struct strbuf own;

    strbuf_init(&own);
    rule_twin_append_name(&own, form->name);
    strbuf_printf(out, "\n  AND NOT EXISTS (SELECT FROM analysis.%s", own.text);
    rule_twin_append_join(out, " WHERE ", own.text, ANY, "center_id");
    rule_twin_append_join(out, " AND ", own.text, ANY, "subject_id");
    if (form->per != FORM_PER_SUBJECT) {
        rule_twin_append_join(out, " AND ", own.text, ANY, "event");
        rule_twin_append_join(out, " AND ", own.text, ANY, "event_repeat");
    }
    strbuf_append(out, ")\n  AND NOT EXISTS (SELECT FROM analysis.quarantine");
    rule_twin_append_join(out, " WHERE ", "quarantine", ANY, "center_id");
    rule_twin_append_join(out, " AND ", "quarantine", ANY, "subject_id");
    strbuf_append(out, " AND lower(quarantine.form) = ");
    sql_text_append_literal(out, form->name);
    if (form->per != FORM_PER_SUBJECT) {
        rule_twin_append_join(out, " AND ", "quarantine", ANY, "event");
        strbuf_append(out, " AND quarantine.event_repeat = " ANY ".event_repeat::text");
    }
    strbuf_append_char(out, ')');
    strbuf_destroy(&own);
}

static void
append_query(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct form *form = rule->form;
    const struct study *study = scope->definition->study;

    strbuf_append(out, "SELECT DISTINCT " ANY ".center_id, " ANY ".subject_id, " ANY ".event, " ANY
                       ".event_repeat, 1 AS form_repeat\nFROM (");
    for (size_t i = 0; i < study->form_count; i++) {
        strbuf_append(out, i > 0 ? "\n      UNION ALL " : "");
        strbuf_append(out, "SELECT center_id, subject_id, event, event_repeat, event_order FROM analysis.");
        rule_twin_append_name(out, study->forms[i].name);
    }
    strbuf_append(out, ") AS " ANY "\nWHERE " ANY ".event_order IN (");
    append_expecting_events(out, study, form);
    strbuf_append_char(out, ')');
    if (scope->center != NULL)
        strbuf_printf(out, "\n  AND " ANY ".center_id = %s", scope->center);
    append_absence(out, form);
}

static const char *
lack_of(const struct twin_scope *scope, const struct rule *rule)
{
    const struct study *study = scope->definition->study;

    for (size_t i = 0; i < study->event_count; i++)
        if (lists_form(&study->events[i], rule->form))
            return NULL;
    return "no event of the study lists the form, so none of its pages can be missing";
}

const struct rule_kind rule_missing_page = {
    .name = "missing-page",
    .words = "every page that an event lists is there, once the subject has any page of the event",
    .scope = RULE_OF_PAGE,
    .lack_of = lack_of,
    .append_query = append_query,
};
