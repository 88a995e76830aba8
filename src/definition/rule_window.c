/* The date of a visit against the window of its event, which the definition gives ("window", "visit_date"). */
#include "crfd/study/event.h"
#include "rule_kinds.h"

static bool
declares(const struct form *form, const struct item *item)
{
    return form->visit_date == item;
}

/* ---- On a page ---- */

/* The first and the last day of its event's window; false where it has none, or nobody knows when it is. */
static bool
find_window(const struct rule_case *asked, int32_t *first, int32_t *last)
{
    const struct page *page = asked->page;
    const struct window *window = page->event_rule->window;
    int32_t plan;

    if (window == NULL || !asked->subject->has_day1 ||
        !event_plan(page->event_rule, page->has_event_number ? &page->event_number : NULL, &plan))
        return false;
    *first = asked->subject->day1 + plan - window->before;
    *last = asked->subject->day1 + plan + window->after;
    return true;
}

/* Of partial dates only where it is certain. */
static bool
is_violated(const struct rule_case *asked)
{
    int32_t first, last, earliest, latest;

    if (!find_window(asked, &first, &last))
        return false;
    rule_find_days(rule_item(asked->rule), asked->value, &earliest, &latest);
    return latest < first || earliest > last;
}

static void
append_day(struct strbuf *text, int32_t day)
{
    const struct value value = {.type = VALUE_DATE, .date = day};

    value_append_text(&value, text);
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    int32_t first, last;

    strbuf_printf(out->message, "%s ", rule_item_label(rule_item(asked->rule)));
    value_append_text(asked->value, out->message);
    if (!find_window(asked, &first, &last))
        return;
    strbuf_printf(out->message, " is outside of the window of %s, ", asked->page->event);
    append_day(out->message, first);
    strbuf_append(out->message, " to ");
    append_day(out->message, last);
}

static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    int32_t first, last;

    if (!find_window(asked, &first, &last))
        return;
    append_day(out, first);
    append_day(out, last);
}

/* ---- In SQL ---- */

/* By the order of the page's event; NULL where it has no window. */
static void
append_days(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule, bool before)
{
    const struct study *study = scope->definition->study;

    strbuf_append(out, "CASE ");
    rule_twin_append_column(out, rule->form->name, "event_order");
    for (size_t i = 0; i < study->event_count; i++) {
        const struct window *window = study->events[i].window;

        if (window != NULL)
            strbuf_printf(out, " WHEN %d THEN %d", study->events[i].order,
                          before ? -window->before : window->after);
    }
    strbuf_append(out, " END");
}

static void
append_bound(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule, bool before)
{
    struct strbuf plan;

    strbuf_init(&plan);
    rule_twin_append_column(&plan, rule->form->name, "event_day");
    strbuf_append(&plan, " - (");
    rule_twin_append_column(&plan, rule->form->name, "event_day");
    strbuf_append(&plan, " > 0)::int + ");
    append_days(&plan, scope, rule, before);
    rule_twin_append_planned(out, scope, plan.text);
    strbuf_destroy(&plan);
}

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    strbuf_append(out, "EXISTS (SELECT FROM analysis.subject");
    rule_twin_append_join(out, " WHERE ", SCHEDULE_TABLE, rule->form->name, "center_id");
    rule_twin_append_join(out, " AND ", SCHEDULE_TABLE, rule->form->name, "subject_id");
    strbuf_append(out, "\n    AND (");
    rule_twin_append_day(out, rule, true);
    strbuf_append(out, " < ");
    append_bound(out, scope, rule, true);
    strbuf_append(out, "\n      OR ");
    rule_twin_append_day(out, rule, false);
    strbuf_append(out, " > ");
    append_bound(out, scope, rule, false);
    strbuf_append(out, "))");
}

static const char *
lack_of(const struct twin_scope *scope, const struct rule *rule)
{
    const struct study *study = scope->definition->study;

    (void)rule;
    for (size_t i = 0; i < study->event_count; i++)
        if (study->events[i].window != NULL)
            return NULL;
    return "no event of the study has a window, so no date can be outside of one";
}

const struct rule_kind rule_window = {
    .name = "window",
    .words = "the visit took place within the window of its event",
    .scope = RULE_OF_ITEM,
    .category = "protocol deviation",
    .when = RULE_WHEN_TYPED,
    .declares = declares,
    .is_violated = is_violated,
    .tell = tell,
    .lack_of = lack_of,
    .append_basis = append_basis,
    .append_condition = append_condition,
};
