#include "places.h"

#include "crfd/study/event.h"

#include <stdlib.h>
#include <string.h>

/* ---- Events ---- */

static int
compare_place(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    int order = strcmp(a->event, b->event);

    if (order == 0)
        order = a->has_repeat - b->has_repeat;
    return order != 0 ? order : (a->repeat > b->repeat) - (a->repeat < b->repeat);
}

/* The same as the one before, or another. */
static void
add_place(struct places *places, const struct place *place)
{
    struct place *last = places->count > 0 ? &places->list[places->count - 1] : NULL;

    if (last == NULL || compare_place(last, place) != 0)
        places->list[places->count++] = *place;
    else if (place->first_us < last->first_us)
        last->first_us = place->first_us;
}

static void
add_quarantined(struct places *places, const struct study *study, const struct evaluation *out)
{
    for (size_t i = 0; i < out->quarantined_count; i++) {
        const struct source_page *page = out->quarantined[i].page;
        struct place place = {.event = page->event,
                              .has_repeat = page->has_event_repeat,
                              .repeat = page->has_event_repeat ? page->event_repeat : 0,
                              .first_us = page->has_submitted_at ? page->submitted_at : INT64_MAX};

        if (page->event == NULL)
            continue;
        place.rule = study_event(study, page->event, page->event_length);
        if (place.rule == NULL)
            continue;
        place.has_number = event_number(place.rule, page->event, page->event_length, &place.number);
        places->list[places->count++] = place;
    }
}

/* Pages stand in the order of their places; those in quarantine have to be put among them. */
struct places
places_of(struct arena *arena, const struct study *study, const struct evaluation *out)
{
    size_t most = out->subject.page_count + out->quarantined_count;
    struct places places = {.list = arena_alloc(arena, most * sizeof *places.list)};
    size_t count;

    for (size_t i = 0; i < out->subject.page_count; i++) {
        const struct page *page = &out->subject.pages[i];

        add_place(&places, &(struct place){page->event_rule, page->event, true, page->event_repeat,
                                           page->has_event_number, page->event_number, page->submitted_at});
    }
    if (out->quarantined_count == 0)
        return places;
    add_quarantined(&places, study, out);
    if (places.count > 1)
        qsort(places.list, places.count, sizeof *places.list, compare_place);
    count = places.count;
    places.count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct place place = places.list[i];

        add_place(&places, &place);
    }
    return places;
}

/* ---- Pages in quarantine, by form ---- */

static int
compare_quarantined_place(const void *left, const void *right)
{
    const struct quarantined_place *a = left;
    const struct quarantined_place *b = right;
    int order = (a->form->index > b->form->index) - (a->form->index < b->form->index);

    if (order == 0)
        order = strcmp(a->event, b->event);
    if (order == 0)
        order = a->has_event_repeat - b->has_event_repeat;
    return order != 0 ? order : (a->event_repeat > b->event_repeat) - (a->event_repeat < b->event_repeat);
}

struct quarantined_places
quarantined_places_of(struct arena *arena, const struct study *study, const struct evaluation *out)
{
    struct quarantined_places places = {
        .list = arena_alloc(arena, out->quarantined_count * sizeof *places.list),
    };

    for (size_t i = 0; i < out->quarantined_count; i++) {
        const struct source_page *page = out->quarantined[i].page;
        const struct form *form = page->form ? study_form(study, page->form, page->form_length) : NULL;

        if (form != NULL && page->event != NULL)
            places.list[places.count++] = (struct quarantined_place){
                .form = form,
                .event = page->event,
                .has_event_repeat = page->has_event_repeat,
                .event_repeat = page->event_repeat,
            };
    }
    if (places.count > 1)
        qsort(places.list, places.count, sizeof *places.list, compare_quarantined_place);
    return places;
}

/* Any place of the form, or the one that is given. */
static bool
has_quarantined_place(const struct quarantined_places *places, const struct quarantined_place *place,
                      bool any)
{
    size_t low = 0, high = places->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct quarantined_place *own = &places->list[middle];
        int order = any ? (own->form->index > place->form->index) - (own->form->index < place->form->index)
                        : compare_quarantined_place(own, place);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* A page counts as there when it was submitted, also when it is quarantined. */
bool
places_have(const struct evaluation *out, const struct quarantined_places *places, const struct form *form,
            const char *event, int32_t event_repeat)
{
    const struct quarantined_place place = {form, event, true, event_repeat};
    const struct page_key first = {event, event_repeat, form->name, INT32_MIN};
    size_t at;

    if (form->per == FORM_PER_SUBJECT)
        return out->subject.forms[form->index].count > 0 || has_quarantined_place(places, &place, true);
    at = evaluation_seek(out, &first);
    if (at < out->subject.page_count) {
        const struct page *page = &out->subject.pages[at];

        if (page->form == form && page->event_repeat == event_repeat && strcmp(page->event, event) == 0)
            return true;
    }
    return has_quarantined_place(places, &place, false);
}
