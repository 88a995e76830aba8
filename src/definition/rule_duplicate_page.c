#include "rule_kinds.h"

/*
 * An alias of the twins begins with a capital letter: no form can have such a name, so no form's own table can be
 * hidden by it.
 */
#define EARLIER "\"Earlier\""

static bool
declares(const struct form *form, const struct item *item)
{
    (void)item;
    return form->per != FORM_PER_RECORD;
}

static bool
is_violated(const struct rule_case *asked)
{
    return subject_reference(asked->subject, asked->rule->form, asked->page) != asked->page;
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct form *form = asked->rule->form;

    strbuf_printf(out->message, "A second page of form %s, which is filled once per %s", form->name,
                  form->per == FORM_PER_SUBJECT ? "subject" : "event");
}

/* The page that came first. */
static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct page *first = subject_reference(asked->subject, asked->rule->form, asked->page);

    strbuf_printf(out, "%d %d %s", (int)first->event_repeat, (int)first->form_repeat, first->event);
}

/* The first page by key order is the one that counts; each later one is a duplicate. */
static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct form *form = rule->form;
    struct strbuf own;

    (void)scope;
    strbuf_init(&own);
    rule_twin_append_name(&own, form->name);
    strbuf_printf(out, "EXISTS (SELECT FROM analysis.%s AS " EARLIER, own.text);
    rule_twin_append_join(out, "\n    WHERE ", EARLIER, own.text, "center_id");
    rule_twin_append_join(out, " AND ", EARLIER, own.text, "subject_id");
    if (form->per == FORM_PER_EVENT) {
        rule_twin_append_join(out, " AND ", EARLIER, own.text, "event");
        rule_twin_append_join(out, " AND ", EARLIER, own.text, "event_repeat");
    }
    strbuf_printf(out,
                  "\n    AND (" EARLIER ".event, " EARLIER ".event_repeat, " EARLIER ".form_repeat)"
                  " < (%s.event, %s.event_repeat, %s.form_repeat))",
                  own.text, own.text, own.text);
    strbuf_destroy(&own);
}

const struct rule_kind rule_duplicate_page = {
    .name = "duplicate-page",
    .words = "the form is filled once",
    .scope = RULE_OF_PAGE,
    .declares = declares,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .append_condition = append_condition,
};
