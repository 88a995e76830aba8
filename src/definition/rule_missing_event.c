#include "crfd/base/sql_text.h"
#include "crfd/study/event.h"
#include "rule_kinds.h"

#include <string.h>

#define ANY "\"Any\"" /* begins with a capital letter, as no form's name does */

/* Of names that end in a star those are expected that are counted: by "every". */
static bool
declares_at(const struct definition *definition, const struct event *event)
{
    (void)definition;
    return event_is_visit(event) && !event->optional && (!event->is_pattern || event->every > 0);
}

/* SQL for the days from day 1 on which it is planned. */
static void
append_plan(struct strbuf *out, const struct event *event)
{
    int32_t plan = event_plan_of_day(event->day);

    if (event->every > 0)
        strbuf_printf(out, "%d + (" SCHEDULE_TABLE ".event_number - 1) * %d", (int)plan, event->every);
    else
        strbuf_printf(out, "%d", (int)plan);
}

/* "(SELECT WHAT FROM places WHERE " of the subject, to be closed. */
static void
append_places_of_subject(struct strbuf *out, const struct twin_scope *scope, const char *what)
{
    strbuf_printf(out, "(SELECT %s FROM (", what);
    rule_twin_append_places(out, scope);
    strbuf_append(out, ") AS " ANY);
    rule_twin_append_join(out, " WHERE ", ANY, SCHEDULE_TABLE, "center_id");
    rule_twin_append_join(out, " AND ", ANY, SCHEDULE_TABLE, "subject_id");
    strbuf_append(out, " AND ");
}

/* ---- What may be missing ---- */

/* Numbers up to the largest that took place, and up to the last one that can be over. */
static void
append_numbers(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    int32_t plan = event_plan_of_day(event->day);
    int most = event_numbers_max(event);

    strbuf_printf(out, "generate_series(1, least(%d, greatest(1, coalesce(", most);
    append_places_of_subject(out, scope, "max(" ANY ".event_number)");
    strbuf_printf(out, ANY ".event_order = %d), 1)", event->order);
    if (scope->definition->schedule.day1.program != NULL) {
        strbuf_append(out, ", coalesce((");
        rule_twin_append_night(out, scope);
        strbuf_append(out, " - ");
        rule_twin_append_planned(out, scope, "0");
        strbuf_printf(out, " - %d) / %d + 1, 1)", (int)plan, event->every);
    }
    strbuf_append(out, "))::int)");
}

static void
append_rows(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct event *event = rule->event;
    struct strbuf fixed;

    strbuf_init(&fixed);
    strbuf_append_bytes(&fixed, event->name, strlen(event->name) - (event->is_pattern ? 1 : 0));
    strbuf_append(out, "SELECT center_id, subject_id, ");
    sql_text_append_literal(out, fixed.text);
    strbuf_append(out, event->every > 0 ? " || event_number" : "::text");
    strbuf_printf(out, " AS event, 1 AS event_repeat, 1 AS form_repeat%s\nFROM analysis.subject",
                  event->every > 0 ? ", event_number" : "");
    if (event->every > 0) {
        strbuf_append(out, ",\n  LATERAL ");
        append_numbers(out, scope, event);
        strbuf_append(out, " AS event_number");
    }
    strbuf_append(out, "\nWHERE ");
    if (scope->center != NULL)
        strbuf_printf(out, "center_id = %s AND ", scope->center);
    rule_twin_append_known(out, "subject");
    strbuf_destroy(&fixed);
}

/* ---- Why it is missing ---- */

static void
append_absence(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    strbuf_append(out, "NOT EXISTS ");
    append_places_of_subject(out, scope, "");
    strbuf_printf(out, ANY ".event_order = %d%s)", event->order,
                  event->every > 0 ? " AND " ANY ".event_number = " SCHEDULE_TABLE ".event_number" : "");
}

/* The day that closes its window. */
static void
append_close(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    struct strbuf plan;

    strbuf_init(&plan);
    append_plan(&plan, event);
    rule_twin_append_planned(out, scope, plan.text);
    if (event->window != NULL)
        strbuf_printf(out, " + %d", event->window->after);
    strbuf_destroy(&plan);
}

static bool
has_plan(const struct twin_scope *scope, const struct event *event)
{
    return event->has_day && scope->definition->schedule.day1.program != NULL;
}

/*
 * A later number of the event, or a later event. Of a numbered event only number 1 is missed by later events: which other
 * numbers there should have been, they do not tell.
 */
static void
append_later(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    const struct study *study = scope->definition->study;

    strbuf_append_char(out, '(');
    if (event->every > 0)
        strbuf_printf(out,
                      ANY ".event_order = %d AND " ANY ".event_number > " SCHEDULE_TABLE
                          ".event_number OR " SCHEDULE_TABLE ".event_number = 1 AND ",
                      event->order);
    strbuf_append(out, ANY ".event_order IN (NULL");
    for (size_t i = 0; i < study->event_count; i++) {
        if (study->events[i].order <= event->order || !event_is_visit(&study->events[i]))
            continue;
        strbuf_printf(out, ", %d", study->events[i].order);
    }
    strbuf_append(out, "))");
}

static void
append_reasons(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    strbuf_append_char(out, '(');
    if (has_plan(scope, event)) {
        append_close(out, scope, event);
        strbuf_printf(out, " + %d < ", event->grace);
        rule_twin_append_night(out, scope);
        strbuf_append(out, "\n    OR ");
    }
    strbuf_append(out, "EXISTS ");
    append_places_of_subject(out, scope, "");
    append_later(out, scope, event);
    strbuf_append(out, " AND ");
    rule_twin_append_overdue(out, scope, ANY, event->grace);
    strbuf_append(out, "))");
}

/* Where no plan tells when the event would have been, a subject that ended did so before it. */
static void
append_not_ended(struct strbuf *out, const struct twin_scope *scope, const struct event *event)
{
    const struct schedule *schedule = &scope->definition->schedule;

    if (schedule->ended.program == NULL)
        return;
    strbuf_append(out, "\n  AND ((");
    rule_twin_append_program(out, scope, schedule->ended.program);
    strbuf_append(out, ") IS NULL");
    if (has_plan(scope, event)) {
        strbuf_append(out, " OR (");
        rule_twin_append_program(out, scope, schedule->ended.program);
        strbuf_append(out, ") >= ");
        append_close(out, scope, event);
    }
    strbuf_append_char(out, ')');
}

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    append_absence(out, scope, rule->event);
    strbuf_append(out, "\n  AND ");
    append_reasons(out, scope, rule->event);
    append_not_ended(out, scope, rule->event);
}

const struct rule_kind rule_missing_event = {
    .name = "missing-event",
    .words = "the event took place before it was over, or before a later one",
    .scope = RULE_OF_EVENT,
    .declares_at = declares_at,
    .append_rows = append_rows,
    .append_condition = append_condition,
    .reads_night = true,
};
