/* Pieces of the twins of rules that follow from the schedule: what was submitted where and when, and what is planned. */
#include "crfd/base/sql_text.h"
#include "crfd/study/event.h"
#include "crfd/study/stand_in.h"
#include "rule_kinds.h"

#include <string.h>

void
rule_twin_append_night(struct strbuf *out, const struct twin_scope *scope)
{
    strbuf_printf(out, "DATE '%s'", scope->night);
}

void
rule_twin_append_known(struct strbuf *out, const char *table)
{
    static const char *const ids[] = {"center_id", "subject_id"};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        strbuf_printf(out, "%s%s.%s <> '" STAND_IN_NULL "' AND NOT starts_with(%s.%s, '" STAND_IN_HASH "')",
                      i > 0 ? " AND " : "", table, ids[i], table, ids[i]);
}

void
rule_twin_append_planned(struct strbuf *out, const struct twin_scope *scope, const char *plan)
{
    strbuf_append(out, "((");
    rule_twin_append_program(out, scope, scope->definition->schedule.day1.program);
    strbuf_printf(out, ") + (%s))", plan);
}

void
rule_twin_append_overdue(struct strbuf *out, const struct twin_scope *scope, const char *table, int days)
{
    strbuf_printf(out, "%s.submitted_at::date + %d <= ", table, days);
    rule_twin_append_night(out, scope);
}

/* ---- Where pages in quarantine stand ---- */

/* Length of the name without its star. */
static size_t
fixed_length(const struct event *event)
{
    return strlen(event->name) - (event->is_pattern ? 1 : 0);
}

static void
append_match(struct strbuf *out, const struct event *event)
{
    struct strbuf fixed;

    strbuf_init(&fixed);
    strbuf_append_bytes(&fixed, event->name, fixed_length(event));
    strbuf_append(out, event->is_pattern ? "starts_with(event, " : "event = ");
    sql_text_append_literal(out, fixed.text);
    strbuf_append(out, event->is_pattern ? ")" : "");
    strbuf_destroy(&fixed);
}

/* A name that is an event's own first, then the pattern that fixes most of it, as study_event() has it. */
static void
append_event_order(struct strbuf *out, const struct study *study)
{
    size_t longest = 0;

    for (size_t i = 0; i < study->event_count; i++)
        longest = fixed_length(&study->events[i]) > longest ? fixed_length(&study->events[i]) : longest;
    strbuf_append(out, "CASE");
    for (int pattern = 0; pattern < 2; pattern++)
        for (size_t length = longest + 1; length-- > 0;)
            for (size_t i = 0; i < study->event_count; i++) {
                const struct event *event = &study->events[i];

                if (event->is_pattern != (pattern == 1) || fixed_length(event) != length)
                    continue;
                strbuf_append(out, " WHEN ");
                append_match(out, event);
                strbuf_printf(out, " THEN %d", event->order);
            }
    strbuf_append(out, " END");
}

/* By event_order: what stands for the star. */
static void
append_event_number(struct strbuf *out, const struct study *study)
{
    bool any = false;

    for (size_t i = 0; i < study->event_count; i++) {
        const struct event *event = &study->events[i];
        struct strbuf fixed;

        if (!event->is_pattern)
            continue;
        strbuf_init(&fixed);
        strbuf_append_bytes(&fixed, event->name, fixed_length(event));
        strbuf_printf(out, "%s WHEN %d THEN crfd.event_number(substr(event, length(",
                      any ? "" : "CASE event_order", event->order);
        sql_text_append_literal(out, fixed.text);
        strbuf_append(out, ") + 1))");
        strbuf_destroy(&fixed);
        any = true;
    }
    strbuf_append(out, any ? " END" : "NULL::bigint");
}

/* By event_order and event_number: the planned study day. */
static void
append_event_day(struct strbuf *out, const struct study *study)
{
    bool any = false;

    for (size_t i = 0; i < study->event_count; i++) {
        const struct event *event = &study->events[i];

        if (!event->has_day)
            continue;
        strbuf_printf(out, "%s WHEN %d THEN ", any ? "" : "CASE event_order", event->order);
        if (event->every > 0)
            strbuf_printf(out, "crfd.event_day(%d, %d, event_number)", event->day, event->every);
        else
            strbuf_printf(out, "%d", event->day);
        any = true;
    }
    strbuf_append(out, any ? " END" : "NULL::int");
}

/* Only the name of its event is in the table: what follows from it is worked out here. */
static void
append_quarantined(struct strbuf *out, const struct twin_scope *scope)
{
    const struct study *study = scope->definition->study;

    strbuf_append(out, "SELECT center_id, subject_id, event, event_repeat, event_order, event_number, ");
    append_event_day(out, study);
    strbuf_append(out, ", submitted_at\n      FROM (SELECT *, ");
    append_event_number(out, study);
    strbuf_append(out, " AS event_number\n            FROM (SELECT center_id, subject_id, event,"
                       " event_repeat::int AS event_repeat, submitted_at, ");
    append_event_order(out, study);
    strbuf_append(out, " AS event_order\n                  FROM analysis.quarantine WHERE ");
    if (scope->center != NULL)
        strbuf_printf(out, "center_id = %s AND ", scope->center);
    rule_twin_append_known(out, "quarantine");
    strbuf_append(out, ") AS \"Ordered\" WHERE event_order IS NOT NULL) AS \"Numbered\"");
}

void
rule_twin_append_places(struct strbuf *out, const struct twin_scope *scope)
{
    const struct study *study = scope->definition->study;

    for (size_t i = 0; i < study->form_count; i++) {
        strbuf_append(
            out, "SELECT center_id, subject_id, event, event_repeat, event_order, event_number, event_day,"
                 " submitted_at FROM analysis.");
        rule_twin_append_name(out, study->forms[i].name);
        if (scope->center != NULL)
            strbuf_printf(out, " WHERE center_id = %s", scope->center);
        strbuf_append(out, "\n      UNION ALL ");
    }
    append_quarantined(out, scope);
}
