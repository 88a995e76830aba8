/*
 * subject.h: the cleaned, typed pages of one subject in memory, as checks read them.
 *
 * Pages stand in key order: event text, event_repeat, form, form_repeat, bytewise (COLLATE "C"); quarantined
 * pages are not among them. Each form has the list of its pages in event order (crfd/study/event.h), and that of those
 * at scheduled events, which are one another's neighbors.
 *
 * Threads: belongs to one worker at a time.
 * Memory:  everything lives in the subject's arena and is forgotten when the next subject begins.
 */
#ifndef CRFD_CHECK_SUBJECT_H
#define CRFD_CHECK_SUBJECT_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "crfd/study/form_columns.h"
#include "crfd/study/study.h"
#include "crfd/value/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page {
    const struct form *form;
    const struct event *event_rule; /* the event or pattern of the study that the event matched */
    const char *event;              /* as submitted; NUL-terminated */
    uint32_t event_length;
    int32_t event_repeat;
    int32_t form_repeat;
    int32_t event_order;
    bool has_event_number;
    int64_t event_number; /* what stands for the star in its event's name, where that is a number */
    int64_t submitted_at; /* microseconds since 2000-01-01 00:00 UTC */
    bool has_tokens;      /* some value is missing and carries a token */
    struct value *values; /* one per item of the form */
};

struct form_pages {
    const struct page *
        *pages; /* by event_order, event_number (none: last), event, event_repeat, form_repeat */
    size_t count;
    const struct page **visits; /* those at scheduled events, in the same order */
    size_t visit_count;
    const struct page *first; /* by key order; NULL where there is none */
};

struct subject {
    const char *center_id;
    const char *subject_id;
    const struct page *pages; /* key order */
    size_t page_count;
    struct form_pages *forms; /* by form index, study->form_count of them */
    int32_t night;            /* current_date, days since 2000-01-01 */
    bool has_day1, has_ended; /* whether the schedule's days are known */
    int32_t day1, ended;
};

/* Fills subject->forms from subject->pages. */
void subject_index(struct arena *arena, const struct study *study, struct subject *subject);

/*
 * What the page has in a column of its form's table that is no item. COLUMN_RUN_ID, which no page has, and
 * COLUMN_MISSING, which its values carry, are NULL.
 */
void subject_column(const struct subject *subject, const struct page *page, enum form_column column,
                    struct value *out);

/* Whether something is said of the item's number instead of the number: <5. */
static inline bool
page_is_qualified(const struct page *page, size_t item)
{
    const struct qualifier_rule *rule = page->form->items[item].qualifier;

    return rule != NULL && !page->values[rule->sign].is_null;
}

/* The item's value as text, or what a qualified number is said to be: "<5"; nothing where it is missing. */
void page_append_value(const struct page *page, size_t item, struct strbuf *out);

/*
 * The page that a reference such as dm.x means, seen from `page`: the first by key order of a per-subject
 * form, or of a per-event form at the same event and event_repeat; NULL where there is none.
 */
const struct page *
subject_reference(const struct subject *subject, const struct form *form, const struct page *page);

/*
 * The page of the same form that stands `offset` places behind `page` among those at scheduled events; NULL where there
 * is none, or `page` is at an unscheduled event.
 */
const struct page *subject_neighbor(const struct subject *subject, const struct page *page, int32_t offset);

/* The form's pages at the event of `page`, whatever the repeats: they stand side by side. */
void subject_pages_at_event(const struct subject *subject, const struct form *form, const struct page *page,
                            const struct page *const **first, const struct page *const **end);

#endif
