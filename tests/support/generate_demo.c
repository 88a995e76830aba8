#include "generate_demo.h"

#include "generate_enter.h"
#include "generate_page.h"
#include "generate_plant.h"
#include "generate_text.h"

#include <string.h>

/* In every third center a subject joins on the second night; in every fourth one leaves, and half of these return. */
static bool
is_in_trial(const struct demo *demo, int center, int number, int night)
{
    if (number > demo->subjects)
        return center % 3 == 0 && night >= 2;
    if (number == demo->subjects && demo->subjects > 1 && center % 4 == 1)
        return night == 1 || (night == 3 && center % 8 == 5);
    return true;
}

static void
leave(struct made_subject *subject)
{
    subject->absent = true;
    for (size_t i = 0; i < subject->page_count; i++)
        subject->pages[i].absent = true;
    for (size_t i = 0; i < subject->finding_count; i++)
        subject->findings[i].outcome = OUTCOME_NONE;
}

static bool
is_unchanged(const struct made_page *before, const struct made_page *after)
{
    return !before->absent && !after->absent && strcmp(before->data, after->data) == 0;
}

/* A page is submitted a day and a half after its day, and again on the day before the night that has it changed. */
static void
stamp(struct arena *arena, struct made_subject *nights, int night)
{
    for (size_t i = 0; i < nights[night].page_count; i++) {
        struct made_page *page = &nights[night].pages[i];

        if (night > 0 && is_unchanged(&nights[night - 1].pages[i], page))
            page->submitted_at = nights[night - 1].pages[i].submitted_at;
        else if (night > 0)
            page->submitted_at = arena_printf(arena, "2025-06-%02d 09:%02zu:00+00", night, i % 60);
        else
            page->submitted_at =
                arena_printf(arena, "%s 12:%02zu:00+00", text_date(arena, page->day + 1), i % 60);
    }
}

static void
make_nights(struct arena *arena, const struct demo *demo, int center, int number, struct made_subject *nights)
{
    size_t ordinal = (size_t)center * (size_t)(demo->subjects + 1) + (size_t)number;

    for (int n = 0; n < demo->night; n++) {
        subject_make(arena, demo->seed, center, number, &nights[n]);
        plant_defects(arena, demo->seed, center, number, ordinal, n + 1, &nights[n]);
        if (!is_in_trial(demo, center, number, n + 1))
            leave(&nights[n]);
        enter_subject(arena, demo->seed, center, number, &nights[n]);
        stamp(arena, nights, n);
    }
}

static struct source_row
source_row(const struct made_subject *subject, const struct made_page *page)
{
    return (struct source_row){subject->center_id, subject->subject_id, page->event, page->event_repeat,
                               page->form_name,    page->form_repeat,   page->data,  page->submitted_at};
}

static void
write_pages(FILE *out, const struct made_subject *subject)
{
    for (size_t i = 0; i < subject->page_count; i++) {
        struct source_row row = source_row(subject, &subject->pages[i]);

        if (!subject->pages[i].absent)
            page_write_copy(out, &row);
    }
}

static void
write_changes(FILE *out, const struct made_subject *before, const struct made_subject *after)
{
    for (size_t i = 0; i < after->page_count; i++) {
        struct source_row row = source_row(after, &after->pages[i]);

        if (!after->pages[i].absent && !is_unchanged(&before->pages[i], &after->pages[i]))
            page_write_upsert(out, &row);
        else if (after->pages[i].absent && !before->pages[i].absent)
            page_write_delete(out, &row);
    }
}

void
demo_write(const struct demo *demo, FILE *out, struct expectation *expectation)
{
    struct made_subject nights[NIGHTS_MAX];
    struct arena arena;

    arena_init(&arena, 256 * 1024, 1024 * 1024);
    if (demo->changes)
        fputs("BEGIN;\n", out);
    for (int center = 0; center < demo->centers; center++) {
        for (int number = 1; number <= demo->subjects + 1; number++) {
            arena_reset(&arena);
            make_nights(&arena, demo, center, number, nights);
            if (demo->changes)
                write_changes(out, &nights[demo->night - 2], &nights[demo->night - 1]);
            else
                write_pages(out, &nights[demo->night - 1]);
            expect_subject(expectation, &arena, nights, demo->night);
        }
    }
    if (demo->changes)
        fputs("COMMIT;\n", out);
    arena_destroy(&arena);
}
