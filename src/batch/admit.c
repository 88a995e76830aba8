#include "admit.h"

#include "crfd/batch/page_json.h"
#include "crfd/clean/name.h"
#include "crfd/study/event.h"
#include "stand_in.h"
#include "violation.h"

#include <stdlib.h>
#include <string.h>

#define EVENT_MAX_BYTES 500 /* a pattern takes any length, but the primary key of a form's table does not */

/* A source page on its way in. */
struct candidate {
    const struct source_page *page;    /* its names are cleaned */
    const struct source_page *entered; /* as it stands at the source */
    const struct form *form;
    const struct event *event;
    const char *reason; /* why it is quarantined; NULL while it is not */
};

static const char *
center_problem(const char *center_id)
{
    if (*center_id == '\0' || strcmp(center_id, STAND_IN_NULL) == 0)
        return "center_id is missing";
    return stand_in_is(center_id, strlen(center_id))
               ? "center_id is too long for a key, or looks like one that crfd has made up"
               : NULL;
}

static const char *
subject_problem(const struct source_subject *source)
{
    if (source->own_id_length == 0)
        return "subject_id is missing";
    if (source->own_id_length > STAND_IN_ID_MAX)
        return "subject_id is too long for a key";
    return stand_in_is(source->own_id, source->own_id_length)
               ? "subject_id looks like one that crfd has made up"
               : NULL;
}

/* ---- Names ---- */

static const char *
visible(struct arena *arena, const char *name, size_t length)
{
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    name_append_visible(&text, name, length);
    copy = arena_copy(arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

/* Pages whose event and form are named as the study's names are: cleaned. Nothing is copied where nothing changes. */
static const struct source_page *
clean_names(struct arena *arena, const struct source_subject *source)
{
    struct source_page *pages = NULL;

    for (size_t i = 0; i < source->page_count; i++) {
        struct source_page page = source->pages[i];
        bool changed = page.event != NULL && name_clean(arena, &page.event, &page.event_length);

        changed |= page.form != NULL && name_clean(arena, &page.form, &page.form_length);
        if (!changed)
            continue;
        if (pages == NULL) {
            pages = arena_alloc(arena, source->page_count * sizeof *pages);
            memcpy(pages, source->pages, source->page_count * sizeof *pages);
        }
        pages[i] = page;
    }
    return pages != NULL ? pages : source->pages;
}

/* The reason, with the name as it was entered where that does not show by itself. */
static const char *
unknown_name(struct arena *arena, const char *reason, const char *name, size_t length)
{
    const char *shown = visible(arena, name, length);

    return strcmp(shown, name) == 0 ? reason : arena_printf(arena, "%s: \"%s\"", reason, shown);
}

static const char *
second_of_key(struct arena *arena, const struct candidate *candidate)
{
    static const char reason[] = "the subject has another page of this key";
    const struct source_page *page = candidate->page, *entered = candidate->entered;

    if (page->event == entered->event && page->form == entered->form)
        return reason;
    return arena_printf(arena, "%s; this one was entered as event \"%s\", form \"%s\"", reason,
                        visible(arena, entered->event, entered->event_length),
                        visible(arena, entered->form, entered->form_length));
}

static const char *
key_problem(const struct evaluator *evaluator, struct arena *arena, struct candidate *candidate)
{
    const struct source_page *page = candidate->page, *entered = candidate->entered;
    const struct study *study = evaluator->definition->study;

    if (page->event == NULL)
        return "event is missing";
    if (page->form == NULL)
        return "form is missing";
    if (!page->has_event_repeat || !page->has_form_repeat)
        return page->has_event_repeat ? "form_repeat is missing" : "event_repeat is missing";
    if (!page->has_submitted_at)
        return "submitted_at is missing";
    candidate->form = study_form(study, page->form, page->form_length);
    if (candidate->form == NULL)
        return unknown_name(arena, "the study has no such form", entered->form, entered->form_length);
    candidate->event = study_event(study, page->event, page->event_length);
    if (candidate->event == NULL)
        return unknown_name(arena, "the study has no such event", entered->event, entered->event_length);
    if (page->event_length > EVENT_MAX_BYTES)
        return "the event's name is too long";
    return page->data == NULL ? "data is missing" : NULL;
}

/* Key order with the study's own spelling of the form; equal keys stay in the order of the source. */
static int
compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = strcmp(a->page->event, b->page->event);

    if (order == 0)
        order =
            (a->page->event_repeat > b->page->event_repeat) - (a->page->event_repeat < b->page->event_repeat);
    if (order == 0)
        order = strcmp(a->form->name, b->form->name);
    if (order == 0)
        order = (a->page->form_repeat > b->page->form_repeat) - (a->page->form_repeat < b->page->form_repeat);
    return order;
}

static int
compare_candidates_stably(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = compare_candidates(a, b);

    return order != 0 ? order : (a->page > b->page) - (a->page < b->page);
}

static void
order_candidates(struct candidate *candidates, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare_candidates(&candidates[i - 1], &candidates[i]) > 0) {
            qsort(candidates, count, sizeof *candidates, compare_candidates_stably);
            return;
        }
    }
}

static bool
is_same_key(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

        x = x >= 'A' && x <= 'Z' ? (unsigned char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (unsigned char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return true;
}

/* Most pages hold their items in the order of the form, spelled as there. */
static bool
is_item_at(const struct form *form, size_t item, const struct page_member *member)
{
    return item < form->item_count && strcmp(form->items[item].key, member->key) == 0;
}

/* The item of a member, also where its key is only the item's once it is cleaned; item_count where there is none. */
static size_t
item_of(struct arena *arena, const struct form *form, size_t at, struct page_member *member)
{
    size_t item = is_item_at(form, at, member) ? at : form_item_by_key(form, member->key, member->key_length);

    member->entered = member->key;
    member->entered_length = member->key_length;
    if (item < form->item_count)
        return item;
    if (name_clean(arena, &member->key, &member->key_length))
        item = form_item_by_key(form, member->key, member->key_length);
    return item;
}

/* Members that the form does not have are moved to the front of the list; NULL, or why the page is refused. */
static const char *
match_members(struct arena *arena, const struct form *form, struct page_members *members, size_t *unknown,
              struct item_state *states)
{
    bool *seen = arena_array(arena, bool, form->item_count);

    *unknown = 0;
    for (size_t i = 0; i < members->count; i++) {
        struct page_member *member = &members->list[i];
        size_t item = item_of(arena, form, i, member);

        if (item == form->item_count || form->items[item].derive != NULL) {
            for (size_t j = 0; j < *unknown; j++)
                if (members->list[j].key_length == member->key_length &&
                    is_same_key(members->list[j].key, member->key, member->key_length))
                    return arena_printf(arena, "key \"%s\" occurs twice", member->key);
            member->shown = visible(arena, member->entered, member->entered_length);
            members->list[(*unknown)++] = *member;
        } else if (seen[item]) {
            return arena_printf(arena, "key \"%s\" occurs twice", member->key);
        } else {
            seen[item] = true;
            states[item].raw = member->raw;
            states[item].raw_length = (uint32_t)member->raw_length;
            states[item].is_number = member->is_number;
        }
    }
    return NULL;
}

static void
record_cleaned(struct evaluator *evaluator, struct arena *arena, const struct page *page, size_t item,
               const struct item_state *state, uint32_t steps, struct evaluation *out)
{
    struct strbuf *text = &evaluator->text;
    struct cleaned_value *cleaned;

    if (out->cleaned_count == out->cleaned_capacity) {
        struct cleaned_value *list;

        out->cleaned_capacity = out->cleaned_capacity ? 2 * out->cleaned_capacity : 32;
        list = arena_alloc(arena, out->cleaned_capacity * sizeof *list);
        if (out->cleaned_count > 0)
            memcpy(list, out->cleaned, out->cleaned_count * sizeof *list);
        out->cleaned = list;
    }
    cleaned = &out->cleaned[out->cleaned_count++];
    *cleaned = (struct cleaned_value){
        .key = page_key_of(page),
        .item = page->form->items[item].name,
        .raw = arena_copy(arena, state->raw, state->raw_length),
    };
    if (!page->values[item].is_null || page_is_qualified(page, item)) {
        strbuf_reset(text);
        page_append_value(page, item, text);
        cleaned->cleaned = arena_copy(arena, text->text, text->length);
    }
    strbuf_reset(text);
    clean_append_steps(steps, text);
    cleaned->steps = arena_copy(arena, text->text, text->length);
}

/* The decimal sign of an entry: what is closest to it counts. */
static enum decimal_sign
sign_of(const struct item *item, const struct item_state *state, enum decimal_sign of_center)
{
    if (state->is_number)
        return DECIMAL_SIGN_POINT;
    return item->decimal != DECIMAL_SIGN_UNDECLARED ? item->decimal : of_center;
}

/*
 * The unit item names the unit that its numbers are in. The results keep what was entered: several numbers may share a
 * unit item, and each is converted by the entry.
 */
static void
store_unit(struct page *page, const struct unit_rule *unit, struct clean_result *results)
{
    struct clean_result *entered = &results[unit->item];
    const struct value stored = {.type = VALUE_TEXT, .length = (uint32_t)strlen(unit->to), .text = unit->to};

    page->values[unit->item] = stored;
    entered->status = CLEAN_OK;
    if (!value_identical(&entered->value, &stored))
        entered->steps |= CLEAN_UNIT;
}

static void
convert_units(struct arena *arena, struct page *page, const struct clean_plan *const *plans,
              struct clean_result *results)
{
    const struct form *form = page->form;

    for (size_t i = 0; i < form->item_count; i++) {
        const struct unit_rule *unit = form->items[i].unit;

        if (unit == NULL)
            continue;
        if (clean_unit(plans[i], arena, &results[unit->item].value, &results[i]))
            store_unit(page, unit, results);
        page->values[i] = results[i].value;
    }
}

/* A number that is only known to lie on one side of its limit: nothing is imputed for it. */
static void
split_qualified(struct page *page, const struct clean_result *results)
{
    const struct form *form = page->form;

    for (size_t i = 0; i < form->item_count; i++) {
        const struct qualifier_rule *rule = form->items[i].qualifier;
        const char *sign = qualifier_signs[results[i].qualifier];

        if (rule == NULL || sign == NULL)
            continue;
        page->values[rule->sign] =
            (struct value){.type = VALUE_TEXT, .length = (uint32_t)strlen(sign), .text = sign};
        page->values[rule->limit] = results[i].value;
        page->values[i] = value_null(VALUE_DECIMAL);
    }
}

static void
clean_items(struct evaluator *evaluator, struct arena *arena, struct page *page, struct item_state *states,
            enum decimal_sign sign, struct evaluation *out)
{
    const struct form *form = page->form;
    const struct form_plan *plan = &evaluator->definition->plans[form->index];
    struct clean_result *results = evaluator->results;

    for (size_t i = 0; i < form->item_count; i++) {
        const struct item_state *state = &states[i];

        results[i] = (struct clean_result){.value = value_null(form->items[i].type), .status = CLEAN_OK};
        if (state->raw != NULL)
            clean_value(plan->clean[i], arena, state->raw, state->raw_length,
                        sign_of(&form->items[i], state, sign), &results[i]);
        page->values[i] = results[i].value;
        page->has_tokens |= results[i].steps & CLEAN_MISSING;
    }
    if (plan->has_units)
        convert_units(arena, page, plan->clean, results);
    if (plan->has_qualifiers)
        split_qualified(page, results);
    for (size_t i = 0; i < form->item_count; i++) {
        states[i].status = (uint8_t)results[i].status;
        states[i].reason = results[i].reason;
        /* What was refused has no steps: its finding tells of it. */
        if (results[i].steps != 0)
            record_cleaned(evaluator, arena, page, i, &states[i], results[i].steps, out);
    }
}

/* NULL, or why the page is quarantined. */
static const char *
admit_page(struct evaluator *evaluator, struct arena *arena, const struct candidate *candidate,
           enum decimal_sign sign, struct page *page, struct item_state **states, struct evaluation *out)
{
    const struct source_page *source = candidate->page;
    const struct form *form = candidate->form;
    struct page_members members;
    const char *reason = page_json_parse(arena, source->data, source->data_length, &members);
    size_t unknown;

    if (reason != NULL)
        return reason;
    *page = (struct page){
        .form = form,
        .event_rule = candidate->event,
        .event = source->event,
        .event_length = (uint32_t)source->event_length,
        .event_repeat = source->event_repeat,
        .form_repeat = source->form_repeat,
        .event_order = candidate->event->order,
        .submitted_at = source->submitted_at,
        .values = arena_alloc(arena, form->item_count * sizeof *page->values),
    };
    page->has_event_number =
        event_number(page->event_rule, page->event, page->event_length, &page->event_number);
    *states = arena_array(arena, struct item_state, form->item_count);
    reason = match_members(arena, form, &members, &unknown, *states);
    if (reason != NULL)
        return reason;
    for (size_t i = 0; i < unknown; i++)
        violation_add_unknown_item(evaluator, arena, page, &members.list[i], out);
    clean_items(evaluator, arena, page, *states, sign, out);
    return NULL;
}

static int
compare_quarantined(const void *left, const void *right)
{
    const struct quarantined_page *a = left;
    const struct quarantined_page *b = right;

    return (a->entered > b->entered) - (a->entered < b->entered);
}

static void
quarantine(struct evaluation *out, const struct source_page *page, const struct source_page *entered,
           const char *reason)
{
    out->quarantined[out->quarantined_count++] = (struct quarantined_page){page, entered, reason};
}

void
admit_pages(struct evaluator *evaluator, struct arena *arena, const struct source_subject *source,
            struct evaluation *out)
{
    const char *center_reason = center_problem(out->subject.center_id);
    const char *whole_reason = center_reason != NULL ? center_reason : subject_problem(source);
    enum decimal_sign sign = study_decimal(evaluator->definition->study, out->subject.center_id);
    struct candidate *candidates = arena_alloc(arena, source->page_count * sizeof *candidates);
    struct page *pages = arena_alloc(arena, source->page_count * sizeof *pages);
    const struct source_page *named = clean_names(arena, source);
    size_t count = 0;

    out->quarantined = arena_alloc(arena, source->page_count * sizeof *out->quarantined);
    out->item_states = arena_alloc(arena, source->page_count * sizeof(struct item_state *));
    for (size_t i = 0; i < source->page_count; i++) {
        struct candidate candidate = {.page = &named[i], .entered = &source->pages[i]};
        const char *reason = whole_reason != NULL ? whole_reason : key_problem(evaluator, arena, &candidate);

        if (reason != NULL)
            quarantine(out, candidate.entered, candidate.entered, reason);
        else
            candidates[count++] = candidate;
    }
    order_candidates(candidates, count);
    out->subject.pages = pages;
    for (size_t i = 0; i < count; i++) {
        size_t at = out->subject.page_count;
        const char *reason;

        if (i > 0 && compare_candidates(&candidates[i - 1], &candidates[i]) == 0)
            reason = second_of_key(arena, &candidates[i]);
        else
            reason =
                admit_page(evaluator, arena, &candidates[i], sign, &pages[at], &out->item_states[at], out);
        if (reason != NULL)
            quarantine(out, candidates[i].page, candidates[i].entered, reason);
        else
            out->subject.page_count++;
    }
    qsort(out->quarantined, out->quarantined_count, sizeof *out->quarantined, compare_quarantined);
}
