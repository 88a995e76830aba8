#include "crfd/base/sql_text.h"
#include "rule_kinds.h"

/*
 * An alias of the twin begins with a capital letter: no form can have such a name, so no form's own table can be
 * hidden by it.
 */
#define ANY "\"Any\""

/* The index of the form among those of the event; their number where it is none of them. */
static size_t
place_in_event(const struct event *event, const struct form *form)
{
    size_t i = 0;

    while (i < event->form_count && event->forms[i] != form->index)
        i++;
    return i;
}

/* At an unscheduled event the forms that are listed may come, and need not. */
static bool
expects_form(const struct event *event, const struct form *form)
{
    return !event->unscheduled && place_in_event(event, form) < event->form_count;
}

/* The events at which the form is expected, by their order. */
static void
append_expecting_events(struct strbuf *out, const struct study *study, const struct form *form)
{
    const char *separator = "";

    for (size_t i = 0; i < study->event_count; i++) {
        if (!expects_form(&study->events[i], form))
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
    strbuf_printf(out, "NOT EXISTS (SELECT FROM analysis.%s", own.text);
    rule_twin_append_join(out, " WHERE ", own.text, SCHEDULE_TABLE, "center_id");
    rule_twin_append_join(out, " AND ", own.text, SCHEDULE_TABLE, "subject_id");
    if (form->per != FORM_PER_SUBJECT) {
        rule_twin_append_join(out, " AND ", own.text, SCHEDULE_TABLE, "event");
        rule_twin_append_join(out, " AND ", own.text, SCHEDULE_TABLE, "event_repeat");
    }
    strbuf_append(out, ")\n  AND NOT EXISTS (SELECT FROM analysis.quarantine");
    rule_twin_append_join(out, " WHERE ", "quarantine", SCHEDULE_TABLE, "center_id");
    rule_twin_append_join(out, " AND ", "quarantine", SCHEDULE_TABLE, "subject_id");
    strbuf_append(out, " AND lower(quarantine.form) = ");
    sql_text_append_literal(out, form->name);
    if (form->per != FORM_PER_SUBJECT) {
        rule_twin_append_join(out, " AND ", "quarantine", SCHEDULE_TABLE, "event");
        strbuf_append(out, " AND quarantine.event_repeat = " SCHEDULE_TABLE ".event_repeat::text");
    }
    strbuf_append_char(out, ')');
    strbuf_destroy(&own);
}

/* Pages by where they stand: each is one because of which another is expected. */
static void
append_rows(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    strbuf_append(out, "SELECT " ANY ".*, 1 AS form_repeat, false AS unscheduled\nFROM (");
    rule_twin_append_places(out, scope);
    strbuf_append(out, ") AS " ANY "\nWHERE " ANY ".event_repeat IS NOT NULL AND " ANY ".event_order IN (");
    append_expecting_events(out, scope->definition->study, rule->form);
    strbuf_append_char(out, ')');
}

/* Not where the plan has the event after the subject's end. */
static void
append_not_ended(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    const struct schedule *schedule = &scope->definition->schedule;

    if (!event->has_day || schedule->day1.program == NULL || schedule->ended.program == NULL)
        return;
    strbuf_append(out, " AND (");
    rule_twin_append_planned(out, scope,
                             SCHEDULE_TABLE ".event_day - (" SCHEDULE_TABLE ".event_day > 0)::int");
    strbuf_append(out, " > (");
    rule_twin_append_program(out, scope, schedule->ended.program);
    strbuf_append(out, ")) IS NOT TRUE");
}

/*
 * CASE, because the condition of the definition may end in an error: PostgreSQL must not ask it where the page is there, or
 * is not due.
 */
static void
append_event(struct strbuf *out, const struct twin_scope *scope, const struct event *event,
             const struct form *form)
{
    const struct schedule_text *when =
        &scope->definition->schedule.whens[event->order - 1][place_in_event(event, form)];

    strbuf_printf(out, "\n    WHEN %d THEN ", event->order);
    if (when->program != NULL)
        strbuf_append(out, "CASE WHEN ");
    rule_twin_append_overdue(out, scope, SCHEDULE_TABLE, event->grace);
    append_not_ended(out, scope, event);
    if (when->program == NULL)
        return;
    strbuf_append(out, " THEN (");
    rule_twin_append_program(out, scope, when->program);
    strbuf_append(out, ") END");
}

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct study *study = scope->definition->study;

    strbuf_append(out, "CASE WHEN ");
    append_absence(out, rule->form);
    strbuf_append(out, "\n  THEN CASE " SCHEDULE_TABLE ".event_order");
    for (size_t i = 0; i < study->event_count; i++)
        if (expects_form(&study->events[i], rule->form))
            append_event(out, scope, &study->events[i], rule->form);
    strbuf_append(out, "\n  END END");
}

static const char *
lack_of(const struct twin_scope *scope, const struct rule *rule)
{
    const struct study *study = scope->definition->study;

    for (size_t i = 0; i < study->event_count; i++)
        if (expects_form(&study->events[i], rule->form))
            return NULL;
    return "no scheduled event of the study lists the form, so none of its pages can be missing";
}

const struct rule_kind rule_missing_page = {
    .name = "missing-page",
    .words = "every page that an event lists is there, once the subject has had any page of the event for "
             "its grace",
    .scope = RULE_OF_PAGE,
    .lack_of = lack_of,
    .append_rows = append_rows,
    .append_condition = append_condition,
    .reads_night = true,
};
