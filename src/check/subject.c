#include "crfd/check/subject.h"

#include "crfd/study/event.h"

#include <stdbool.h>
#include <string.h>

static int
compare_numbers(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

/* Those without a number come last, as NULL does in SQL. */
static int
compare_event_number(const struct page *a, const struct page *b)
{
    if (!a->has_event_number || !b->has_event_number)
        return b->has_event_number - a->has_event_number;
    return (a->event_number > b->event_number) - (a->event_number < b->event_number);
}

static int
compare_event(const struct page *a, const struct page *b)
{
    uint32_t shorter = a->event_length < b->event_length ? a->event_length : b->event_length;
    int order = compare_numbers(a->event_order, b->event_order);

    if (order == 0)
        order = compare_event_number(a, b);
    if (order == 0)
        order = memcmp(a->event, b->event, shorter);
    return order != 0 ? order : (a->event_length > b->event_length) - (a->event_length < b->event_length);
}

/* Event order and number, event, event_repeat: where a page stands among those of its form. */
static int
compare_place(const struct page *a, const struct page *b)
{
    int order = compare_event(a, b);

    return order != 0 ? order : compare_numbers(a->event_repeat, b->event_repeat);
}

/* The same for pages of one form, which at one place stand in the order in which they lie. */
static int
compare_own_place(const struct page *a, const struct page *b)
{
    int order = compare_place(a, b);

    return order != 0 ? order : (a > b) - (a < b);
}

/* Merges two sorted neighbours; of equal pages the left one stays first. */
static void
merge(const struct page **from, size_t start, size_t middle, size_t end, const struct page **to)
{
    size_t left = start;
    size_t right = middle;

    for (size_t i = start; i < end; i++) {
        bool take_left = left < middle && (right == end || compare_place(from[left], from[right]) <= 0);

        to[i] = take_left ? from[left++] : from[right++];
    }
}

/* Stable, so that pages of one place keep their key order; not qsort, which allocates. */
static void
sort_pages(struct arena *arena, struct form_pages *list)
{
    const struct page **from = list->pages;
    const struct page **to;

    if (list->count < 2)
        return;
    to = arena_array(arena, const struct page *, list->count);
    for (size_t width = 1; width < list->count; width *= 2) {
        const struct page **swap = from;

        for (size_t start = 0; start < list->count; start += 2 * width) {
            size_t middle = start + width < list->count ? start + width : list->count;
            size_t end = start + 2 * width < list->count ? start + 2 * width : list->count;

            merge(from, start, middle, end, to);
        }
        from = to;
        to = swap;
    }
    list->pages = from;
}

/* Most forms have pages at scheduled events only, and then one list is both. */
static void
list_visits(struct arena *arena, struct form_pages *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += !list->pages[i]->event_rule->unscheduled;
    list->visits = list->pages;
    list->visit_count = count;
    if (count == list->count)
        return;
    list->visits = arena_array(arena, const struct page *, count);
    count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!list->pages[i]->event_rule->unscheduled)
            list->visits[count++] = list->pages[i];
}

void
subject_index(struct arena *arena, const struct study *study, struct subject *subject)
{
    subject->forms = arena_array(arena, struct form_pages, study->form_count);
    for (size_t i = 0; i < subject->page_count; i++)
        subject->forms[subject->pages[i].form->index].count++;
    for (size_t i = 0; i < study->form_count; i++) {
        subject->forms[i].pages = arena_array(arena, const struct page *, subject->forms[i].count);
        subject->forms[i].count = 0;
    }
    for (size_t i = 0; i < subject->page_count; i++) {
        struct form_pages *list = &subject->forms[subject->pages[i].form->index];

        if (list->count == 0)
            list->first = &subject->pages[i];
        list->pages[list->count++] = &subject->pages[i];
    }
    for (size_t i = 0; i < study->form_count; i++) {
        sort_pages(arena, &subject->forms[i]);
        list_visits(arena, &subject->forms[i]);
    }
}

static void
put_event_day(const struct page *page, struct value *out)
{
    int32_t plan = 0;

    out->is_null = !event_plan(page->event_rule, page->has_event_number ? &page->event_number : NULL, &plan);
    out->integer = event_study_day(plan);
}

void
page_append_value(const struct page *page, size_t item, struct strbuf *out)
{
    const struct qualifier_rule *rule = page->form->items[item].qualifier;

    if (page_is_qualified(page, item)) {
        value_append_text(&page->values[rule->sign], out);
        item = rule->limit;
    }
    value_append_text(&page->values[item], out);
}

void
subject_column(const struct subject *subject, const struct page *page, enum form_column column,
               struct value *out)
{
    *out = value_null(column_types[form_columns[column].type].value);
    out->is_null = column == COLUMN_RUN_ID || column == COLUMN_MISSING;
    switch (column) {
    case COLUMN_CENTER_ID:
        out->text = subject->center_id;
        out->length = (uint32_t)strlen(subject->center_id);
        break;
    case COLUMN_SUBJECT_ID:
        out->text = subject->subject_id;
        out->length = (uint32_t)strlen(subject->subject_id);
        break;
    case COLUMN_EVENT:
        out->text = page->event;
        out->length = page->event_length;
        break;
    case COLUMN_EVENT_REPEAT:
        out->integer = page->event_repeat;
        break;
    case COLUMN_FORM_REPEAT:
        out->integer = page->form_repeat;
        break;
    case COLUMN_EVENT_ORDER:
        out->integer = page->event_order;
        break;
    case COLUMN_SUBMITTED_AT:
        out->datetime = page->submitted_at;
        break;
    case COLUMN_EVENT_NUMBER:
        out->is_null = !page->has_event_number;
        out->integer = page->event_number;
        break;
    case COLUMN_EVENT_DAY:
        put_event_day(page, out);
        break;
    case COLUMN_UNSCHEDULED:
        out->boolean = page->event_rule->unscheduled;
        break;
    case COLUMN_MISSING:
    case COLUMN_RUN_ID:
    case FORM_COLUMN_COUNT:
        break;
    }
}

/*
 * Index of the first of `count` pages in order that does not stand before `page`, or with `behind` of the first that
 * stands behind it.
 */
static size_t
find_place(const struct page *const *pages, size_t count, const struct page *page,
           int (*compare)(const struct page *, const struct page *), bool behind)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(pages[middle], page) < (behind ? 1 : 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first of the form's pages at the place of `page`. */
static const struct page *
page_at_same_event(const struct form_pages *list, const struct page *page)
{
    size_t at = find_place(list->pages, list->count, page, compare_place, false);

    return at < list->count && compare_place(list->pages[at], page) == 0 ? list->pages[at] : NULL;
}

const struct page *
subject_reference(const struct subject *subject, const struct form *form, const struct page *page)
{
    const struct form_pages *list = &subject->forms[form->index];

    return form->per == FORM_PER_EVENT ? page_at_same_event(list, page) : list->first;
}

const struct page *
subject_neighbor(const struct subject *subject, const struct page *page, int32_t offset)
{
    const struct form_pages *list = &subject->forms[page->form->index];
    size_t own = find_place(list->visits, list->visit_count, page, compare_own_place, false);

    if (own == list->visit_count || list->visits[own] != page)
        return NULL;
    /* Beyond either end the sum is no index; an unsigned one that went below zero is a large one. */
    own += (size_t)(int64_t)offset;
    return own < list->visit_count ? list->visits[own] : NULL;
}

void
subject_pages_at_event(const struct subject *subject, const struct form *form, const struct page *page,
                       const struct page *const **first, const struct page *const **end)
{
    const struct form_pages *list = &subject->forms[form->index];

    *first = list->pages + find_place(list->pages, list->count, page, compare_event, false);
    *end = list->pages + find_place(list->pages, list->count, page, compare_event, true);
}
