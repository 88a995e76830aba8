#include "generate_plant.h"

#include "generate_defect.h"
#include "generate_enter.h"
#include "generate_text.h"

#include <stdlib.h>
#include <string.h>

#define STRIDE 7 /* from one subject's first defect to the next subject's; no factor of defect_count */

struct planting {
    struct arena *arena;
    struct dice dice;
    struct made_subject *subject;
    size_t page_count; /* without those that defects have added */
    int night;
    bool shows; /* the defect at hand, on this night */
};

/* On which nights a defect is there: most stay, some are corrected, some come back, some are new. */
static bool
shows_on(struct dice *dice, int night)
{
    static const struct {
        uint32_t below;
        bool nights[NIGHTS_MAX];
    } fates[] = {{60, {true, true, true}},  {72, {true, false, false}}, {80, {true, false, true}},
                 {90, {false, true, true}}, {95, {false, true, false}}, {100, {false, false, true}}};
    uint32_t roll = dice_roll(dice, 100);
    size_t fate = 0;

    while (roll >= fates[fate].below)
        fate++;
    return fates[fate].nights[night - 1];
}

static bool
is_complete_date(const char *text)
{
    int day;

    return text != NULL && text_to_day(text, &day);
}

/* The text of an edit, where it is a date relative to another; NULL where the other is no complete date. */
static const char *
resolve(const struct planting *planting, struct made_page *page, const char *text)
{
    size_t length;
    char *name;
    int day;

    if (text == NULL || *text != '@')
        return text;
    /* The name ends before the sign of the number, and "first-dose" has a hyphen of its own. */
    length = strcspn(text + 1, "+-");
    if (strncmp(text, "@first-dose", 11) == 0)
        length = 10;
    name = arena_copy(planting->arena, text + 1, length);
    if (strcmp(name, "consent") == 0)
        day = planting->subject->consent;
    else if (strcmp(name, "first-dose") == 0)
        day = planting->subject->first_dose;
    else if (page_value(page, name)->typed == NULL || !text_to_day(page_value(page, name)->typed, &day))
        return NULL;
    return text_date(planting->arena, day + (int)strtol(text + 1 + length, NULL, 10));
}

/* Whether the edit means something here, on any night: a check that closes must have all it reads. */
static bool
edit_fits(const struct planting *planting, struct made_page *page, const struct edit *edit)
{
    const struct made_value *value = page_value(page, edit->item);

    if (value->claimed)
        return false;
    if (edit->how != EDIT_BLANK && value->typed == NULL)
        return false;
    if (edit->text != NULL && *edit->text == '@')
        return is_complete_date(value->typed) && resolve(planting, page, edit->text) != NULL;
    return true;
}

static bool
is_of_visit(const struct made_page *page, const struct made_page *other)
{
    return strcmp(page->event, other->event) == 0 && page->event_repeat == other->event_repeat;
}

/* Nothing is at its pages, and the subject came again later: who left before has missed nothing. */
static bool
visit_fits(const struct planting *planting, const struct made_page *page)
{
    bool came_again = false;

    for (size_t i = 0; i < planting->subject->page_count; i++) {
        const struct made_page *other = &planting->subject->pages[i];

        if (is_of_visit(page, other) && (other->touched || other->claimed))
            return false;
        came_again |= other->form == page->form && other->day > page->day && !is_of_visit(page, other);
    }
    return came_again;
}

static bool
page_fits(const struct planting *planting, const struct defect *defect, struct made_page *page)
{
    bool whole = defect->kind == DEFECT_MISSING_PAGE || defect->kind == DEFECT_MISSING_VISIT ||
                 defect->kind == DEFECT_DUPLICATE_PAGE || defect->kind == DEFECT_QUARANTINE ||
                 defect->kind == DEFECT_CLOSES_REMOVED;

    if (page->form != &form_specs[defect->form] || page->claimed || (whole && page->touched))
        return false;
    if (defect->event != NULL && strcmp(defect->event, page->event) != 0)
        return false;
    if (defect->kind == DEFECT_UNKNOWN_ITEM && page->has_extra)
        return false;
    if (defect->kind == DEFECT_MISSING_VISIT && !visit_fits(planting, page))
        return false;
    for (size_t i = 0; i < DEFECT_EDITS && defect->edits[i].how != EDIT_NONE; i++)
        if (!edit_fits(planting, page, &defect->edits[i]))
            return false;
    return true;
}

static void
apply_edit(const struct planting *planting, struct made_page *page, const struct edit *edit)
{
    struct made_value *value = page_value(page, edit->item);

    value->claimed = true;
    if (!planting->shows)
        return;
    switch (edit->how) {
    case EDIT_VALUE:
        value->typed = resolve(planting, page, edit->text);
        break;
    case EDIT_BLANK:
        value->typed = NULL;
        value->enter = edit->bits;
        break;
    case EDIT_ENTER:
        value->enter = edit->bits;
        break;
    case EDIT_UNTYPED:
        value->literal = edit->text != NULL ? edit->text : value->typed;
        value->typed = NULL;
        break;
    case EDIT_KEPT:
        value->literal = value->typed = edit->text;
        break;
    case EDIT_RAW:
        value->literal = edit->text;
        value->typed = edit->typed;
        value->literal_steps = edit->bits;
        break;
    case EDIT_NONE:
    case EDIT_READ:
        break;
    }
}

static void
expect(struct planting *planting, const struct defect *defect, const struct made_page *page,
       enum made_outcome instead)
{
    struct made_subject *subject = planting->subject;

    for (size_t i = 0; i < DEFECT_FINDINGS && defect->findings[i].check_id != NULL; i++) {
        enum made_outcome outcome = defect->findings[i].is_error ? OUTCOME_ERROR : OUTCOME_FALSE;

        if (subject->finding_count == SUBJECT_FINDINGS_MAX)
            abort();
        subject->findings[subject->finding_count++] =
            (struct made_finding){.page = (size_t)(page - subject->pages),
                                  .check_id = defect->findings[i].check_id,
                                  .item = defect->findings[i].item,
                                  .outcome = planting->shows ? outcome : instead};
    }
}

/* A second page beside the first, filled in the same way. */
static struct made_page *
add_copy(struct planting *planting, const struct defect *defect, const struct made_page *page)
{
    size_t count = form_spec_count(page->form);
    struct made_page *copy =
        subject_add_page(planting->arena, planting->subject, defect->form, page->event, 2, page->day + 1);

    memcpy(copy->values, page->values, count * sizeof *copy->values);
    copy->event_repeat = page->event_repeat;
    copy->claimed = true;
    copy->absent = !planting->shows;
    return copy;
}

static void
add_stray(struct planting *planting, const struct defect *defect)
{
    struct made_page *page = subject_add_page(planting->arena, planting->subject, defect->form, defect->event,
                                              1, planting->subject->first_dose);

    page->form_name = defect->text;
    page->claimed = true;
    page->absent = !planting->shows;
    page->quarantine = defect->key;
    page->data = "{\"qsdtc\": \"2024-03-05\", \"qs01\": \"3\"}";
}

static void
leave_out_visit(struct planting *planting, const struct made_page *page)
{
    for (size_t i = 0; i < planting->subject->page_count; i++) {
        struct made_page *other = &planting->subject->pages[i];

        if (!is_of_visit(page, other))
            continue;
        other->touched = other->claimed = true;
        other->absent = planting->shows;
    }
}

/* The defect at a page that it fits. */
static void
apply(struct planting *planting, const struct defect *defect, struct made_page *page)
{
    enum made_outcome instead = OUTCOME_NONE;

    page->touched = true;
    for (size_t i = 0; i < DEFECT_EDITS && defect->edits[i].how != EDIT_NONE; i++)
        apply_edit(planting, page, &defect->edits[i]);
    switch (defect->kind) {
    case DEFECT_UNKNOWN_ITEM:
        page->has_extra = true;
        page->extra_key = planting->shows ? defect->key : NULL;
        page->extra_json = defect->text;
        break;
    case DEFECT_MISSING_PAGE:
        page->claimed = true;
        page->absent = planting->shows;
        break;
    case DEFECT_MISSING_VISIT:
        leave_out_visit(planting, page);
        break;
    case DEFECT_DUPLICATE_PAGE:
        page = add_copy(planting, defect, page);
        break;
    case DEFECT_QUARANTINE:
        page->claimed = true;
        page->quarantine = planting->shows ? defect->key : NULL;
        page->data = planting->shows ? defect->text : NULL;
        break;
    case DEFECT_CLOSES_UNKNOWN:
        /* The value stays wrong, and what it is compared with goes. */
        planting->shows = planting->night == 1;
        instead = OUTCOME_UNKNOWN;
        if (!planting->shows)
            page_value(page, defect->key)->typed = NULL;
        break;
    case DEFECT_CLOSES_REMOVED:
        planting->shows = planting->night == 1;
        page->claimed = true;
        page->absent = !planting->shows;
        break;
    case DEFECT_VALUES:
    case DEFECT_STRAY_PAGE:
        break;
    }
    expect(planting, defect, page, instead);
}

static void
plant(struct planting *planting, const struct defect *defect)
{
    size_t first = dice_roll(&planting->dice, (uint32_t)planting->page_count);

    planting->shows = shows_on(&planting->dice, planting->night);
    if (defect->kind == DEFECT_CLOSES_UNKNOWN || defect->kind == DEFECT_CLOSES_REMOVED)
        planting->shows = true;
    if (defect->kind == DEFECT_STRAY_PAGE) {
        add_stray(planting, defect);
        return;
    }
    for (size_t i = 0; i < planting->page_count; i++) {
        struct made_page *page = &planting->subject->pages[(first + i) % planting->page_count];

        if (page_fits(planting, defect, page)) {
            apply(planting, defect, page);
            return;
        }
    }
}

void
plant_defects(struct arena *arena, uint64_t seed, int center, int number, size_t ordinal, int night,
              struct made_subject *subject)
{
    /* Centers are not equally careful. */
    static const size_t per_subject[] = {2, 3, 1, 7, 2, 4};
    size_t count = per_subject[(size_t)center % (sizeof per_subject / sizeof *per_subject)];
    struct planting planting = {.arena = arena,
                                .dice = dice_at(seed, (uint64_t)center, (uint64_t)number, 1),
                                .subject = subject,
                                .page_count = subject->page_count,
                                .night = night};

    for (size_t i = 0; i < count; i++)
        plant(&planting, &defects[(ordinal * STRIDE + i) % defect_count]);
}
