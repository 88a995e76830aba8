#include "generate_expect.h"

#include "generate_enter.h"
#include "generate_page.h"

#include <string.h>

static bool
is_taken_in(const struct made_page *page)
{
    return !page->absent && page->quarantine == NULL;
}

static bool
is_open(const struct made_finding *finding)
{
    return finding->outcome == OUTCOME_FALSE || finding->outcome == OUTCOME_ERROR;
}

static bool
is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char *
item_name(struct arena *arena, const struct made_page *page, size_t item)
{
    return arena_printf(arena, "%s.%s", page->form->name, page->form->items[item].name);
}

static void
write_key(FILE *out, const struct made_subject *subject, const struct made_page *page)
{
    copy_write_column(out, subject->center_id, '\t');
    copy_write_column(out, subject->subject_id, '\t');
    copy_write_column(out, page->event, '\t');
    fprintf(out, "%d\t%s\t%d\t", page->event_repeat, page->form_name, page->form_repeat);
}

/* A visit that never came is no page's. */
static bool
is_of_event(const struct made_finding *finding)
{
    return strstr(finding->check_id, ".missing-event") != NULL;
}

static void
write_finding_key(FILE *out, const struct made_subject *subject, const struct made_finding *finding)
{
    struct made_page page = subject->pages[finding->page];

    if (is_of_event(finding)) {
        page.form_name = "";
        page.form_repeat = 1;
    }
    write_key(out, subject, &page);
}

static void
expect_pages(struct expectation *expectation, struct arena *arena, const struct made_subject *subject)
{
    struct tally *tally = &expectation->tally;
    int64_t pages = 0, quarantined = 0;

    for (size_t p = 0; p < subject->page_count; p++) {
        const struct made_page *page = &subject->pages[p];

        if (page->absent)
            continue;
        pages++;
        if (page->quarantine != NULL) {
            quarantined++;
            tally_add(tally, 1, "quarantine", page->quarantine, NULL);
            continue;
        }
        tally_add(tally, 1, "forms", page->form->name, NULL);
        for (size_t i = 0; page->form->items[i].name != NULL; i++)
            tally_add(tally, page->values[i].typed != NULL, "values", item_name(arena, page, i), NULL);
    }
    if (pages == 0)
        return;
    if (tally_get(tally, "center", subject->center_id, "pages") == 0)
        tally_add(tally, 1, "centers", NULL, NULL);
    tally_add(tally, pages, "pages", NULL, NULL);
    tally_add(tally, 1, "subjects", NULL, NULL);
    tally_add(tally, pages, "center", subject->center_id, "pages");
    tally_add(tally, 1, "center", subject->center_id, "subjects");
    tally_add(tally, quarantined, "center", subject->center_id, "quarantined");
}

/* Why it is not open any more. */
static const char *
closed_reason(const struct made_subject *subject, const struct made_finding *finding)
{
    bool whole = strstr(finding->check_id, ".missing-page") != NULL || is_of_event(finding);

    if (subject->absent || (!whole && !is_taken_in(&subject->pages[finding->page])))
        return "removed";
    return finding->outcome == OUTCOME_UNKNOWN ? "unknown" : "corrected";
}

/* The life of one finding over the nights, and what the last of them does to it. */
static void
expect_finding(struct expectation *expectation, const struct made_subject *nights, int night_count,
               size_t index)
{
    const struct made_finding *finding = &nights[0].findings[index];
    const char *reason = NULL;
    enum made_outcome outcome = OUTCOME_NONE;
    bool existed = false, was_open = false, now_open = false;
    int reopened = 0;

    for (int n = 0; n < night_count; n++) {
        finding = &nights[n].findings[index];
        was_open = now_open;
        now_open = is_open(finding);
        if (now_open) {
            reopened += existed && !was_open;
            outcome = finding->outcome;
        } else if (was_open) {
            reason = closed_reason(&nights[n], finding);
        }
        if (n == night_count - 1 && now_open && !was_open)
            tally_add(&expectation->tally, 1, existed ? "reopened" : "opened", finding->check_id, NULL);
        else if (n == night_count - 1 && was_open && !now_open)
            tally_add(&expectation->tally, 1, "closed", finding->check_id, reason);
        existed = existed || now_open;
    }
    if (now_open) {
        tally_add(&expectation->tally, 1, "findings", finding->check_id, NULL);
        tally_add(&expectation->tally, 1, "center", nights->center_id, "open");
        if (outcome == OUTCOME_ERROR)
            tally_add(&expectation->tally, 1, "errors", finding->check_id, NULL);
    }
    if (existed && expectation->findings != NULL) {
        FILE *out = expectation->findings;

        write_finding_key(out, nights, finding);
        copy_write_column(out, finding->check_id, '\t');
        copy_write_column(out, finding->item, '\t');
        fprintf(out, "%s\t%s\t", now_open ? "open" : "closed", outcome == OUTCOME_ERROR ? "error" : "false");
        copy_write_column(out, now_open ? NULL : reason, '\t');
        fprintf(out, "%d\n", reopened);
    }
}

static void
write_cleaning(struct expectation *expectation, const struct made_subject *subject,
               const struct made_page *page, const struct made_value *value, const char *steps)
{
    FILE *out = expectation->cleaning;

    if (out == NULL)
        return;
    write_key(out, subject, page);
    copy_write_column(out, value->spec->name, '\t');
    copy_write_column(out, value->raw != NULL ? value->raw : "", '\t');
    copy_write_column(out, *steps != '\0' ? value->cleaned : value->typed, '\t');
    copy_write_column(out, steps, '\n');
}

/*
 * The audit trail of one value: a row where cleaning changes it and the last row says otherwise, and one
 * without steps where it stands as entered and the last row says that it was cleaned.
 */
static void
expect_cleaning(struct expectation *expectation, struct arena *arena, const struct made_subject *nights,
                int night_count, size_t page_index, size_t item)
{
    const struct made_value *last = NULL;

    for (int n = 0; n < night_count; n++) {
        const struct made_page *page = &nights[n].pages[page_index];
        const struct made_value *value = &page->values[item];
        const char *steps = step_names(arena, value->steps);
        bool is_same = last != NULL && last->steps == value->steps &&
                       (value->steps == 0 ||
                        (is_same_text(last->raw, value->raw) && is_same_text(last->cleaned, value->cleaned)));

        if (!is_taken_in(page) || is_same || (last == NULL && value->steps == 0))
            continue;
        if (n == night_count - 1 && value->steps != 0)
            tally_add(&expectation->tally, 1, "cleaned", NULL, NULL);
        tally_add(&expectation->tally, 1, "cleaning", item_name(arena, page, item),
                  *steps != '\0' ? steps : "as entered");
        write_cleaning(expectation, &nights[n], page, value, steps);
        last = value;
    }
    if (last != NULL && last->steps != 0)
        tally_add(&expectation->tally, 1, "center", nights->center_id, "cleaned");
}

void
expect_subject(struct expectation *expectation, struct arena *arena, const struct made_subject *nights,
               int night_count)
{
    const struct made_subject *now = &nights[night_count - 1];

    expect_pages(expectation, arena, now);
    for (size_t i = 0; i < now->finding_count; i++)
        expect_finding(expectation, nights, night_count, i);
    for (size_t p = 0; p < now->page_count; p++)
        for (size_t i = 0; now->pages[p].form->items[i].name != NULL; i++)
            expect_cleaning(expectation, arena, nights, night_count, p, i);
}
