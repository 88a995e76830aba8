#include "generate_bench.h"

#include "generate_dice.h"
#include "generate_page.h"
#include "generate_text.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_DAY     19730 /* 2024-01-08 */
#define CHANGED_VISIT 7
#define CHANGED_EVERY 100

/* Numbers in whole units but temperature, weight and height, which are in tenths. */
struct vitals {
    int day, systolic, diastolic, pulse, breaths, temperature, weight, height, oxygen;
};

/* The check that a page violates; CHECK_NONE: none. In the order of the definition. */
enum bench_check { B01, B02, B03, B04, B05, B06, B07, B08, B09, B10, CHECK_NONE };

static const char *const check_ids[] = {"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10"};

static void
violate(struct vitals *vitals, enum bench_check check)
{
    switch (check) {
    case B01:
        vitals->systolic += 100;
        break;
    case B02:
        vitals->diastolic = 32;
        break;
    case B03:
        vitals->systolic = 94;
        vitals->diastolic = 98;
        break;
    case B04:
        vitals->pulse += 90;
        break;
    case B05:
        vitals->breaths = 6;
        break;
    case B06:
        vitals->temperature = 391;
        break;
    case B07:
        vitals->weight = 312;
        break;
    case B08:
        vitals->height = 1017;
        break;
    case B09:
        vitals->oxygen = 81;
        break;
    case B10:
        vitals->day -= 3653;
        break;
    case CHECK_NONE:
        break;
    }
}

struct bench_subject {
    const struct bench *bench;
    char center_id[16], subject_id[24];
    struct vitals usual;
    struct dice dice;
    bool changes; /* on the second night */
};

static void
begin_subject(struct bench_subject *subject, const struct bench *bench, int center, int number)
{
    struct dice *dice = &subject->dice;
    int64_t ordinal = (int64_t)center * bench->subjects + number - 1;

    subject->bench = bench;
    subject->dice = dice_at(bench->seed, (uint64_t)center, (uint64_t)number, 2);
    subject->changes = ordinal % CHANGED_EVERY == 0;
    snprintf(subject->center_id, sizeof subject->center_id, "%03d", 101 + center);
    snprintf(subject->subject_id, sizeof subject->subject_id, "%03d-%04d", 101 + center, number);
    subject->usual = (struct vitals){
        .day = FIRST_DAY + dice_between(dice, 0, 200),
        .systolic = dice_between(dice, 115, 150),
        .diastolic = dice_between(dice, 68, 92),
        .pulse = dice_between(dice, 58, 92),
        .weight = dice_between(dice, 520, 1050),
        .height = dice_between(dice, 1500, 1950),
    };
}

/* The vitals of one visit, and which check they violate. */
static enum bench_check
visit_vitals(struct bench_subject *subject, int visit, struct vitals *out)
{
    struct dice *dice = &subject->dice;
    enum bench_check check = CHECK_NONE;

    *out = subject->usual;
    out->day += 14 * visit + dice_between(dice, -2, 2);
    out->systolic += dice_between(dice, -8, 8);
    out->diastolic += dice_between(dice, -6, 6);
    out->pulse += dice_between(dice, -8, 8);
    out->breaths = dice_between(dice, 12, 20);
    out->temperature = dice_between(dice, 360, 373);
    out->weight += dice_between(dice, -15, 15);
    out->oxygen = dice_between(dice, 94, 100);
    if (dice_roll(dice, 1000) < 353)
        check = (enum bench_check)dice_roll(dice, CHECK_NONE);
    return check;
}

static void
format_page(char *data, size_t size, struct arena *arena, const struct vitals *v)
{
    snprintf(
        data, size,
        "{\"vsdtc\": \"%s\", \"position\": \"SITTING, RIGHT ARM\", \"sysbp\": \"%d\", \"diabp\": \"%d\", "
        "\"pulse\": \"%d\", \"resp\": \"%d\", \"temp\": \"%d.%d\", \"weight\": \"%d.%d\", "
        "\"height\": \"%d.%d\", \"spo2\": \"%d\"}",
        text_date(arena, v->day), v->systolic, v->diastolic, v->pulse, v->breaths, v->temperature / 10,
        v->temperature % 10, v->weight / 10, v->weight % 10, v->height / 10, v->height % 10, v->oxygen);
}

static void
write_visit(FILE *out, struct arena *arena, const struct bench_subject *subject, int visit,
            const struct vitals *vitals, bool changed)
{
    char event[32], data[512];
    struct source_row row = {
        .center_id = subject->center_id,
        .subject_id = subject->subject_id,
        .event = event,
        .event_repeat = 1,
        .form = "vs",
        .form_repeat = 1,
        .data = data,
    };

    snprintf(event, sizeof event, "VISIT %02d", visit);
    format_page(data, sizeof data, arena, vitals);
    row.submitted_at = changed ? "2026-01-05 09:00:00+00"
                               : arena_printf(arena, "%s 12:00:00+00",
                                              text_date(arena, subject->usual.day + 14 * visit + 2));
    if (subject->bench->changes)
        page_write_upsert(out, &row);
    else
        page_write_copy(out, &row);
}

static void
count(const struct bench_subject *subject, struct tally *tally, enum bench_check before,
      enum bench_check after)
{
    if (after != CHECK_NONE) {
        tally_add(tally, 1, "findings", check_ids[after], NULL);
        tally_add(tally, 1, "center", subject->center_id, "open");
    }
    if (before == after && subject->bench->night > 1)
        return;
    if (after != CHECK_NONE)
        tally_add(tally, 1, "opened", check_ids[after], NULL);
    if (before != CHECK_NONE && subject->bench->night > 1)
        tally_add(tally, 1, "closed", check_ids[before], "corrected");
}

static void
write_subject(struct bench_subject *subject, FILE *out, struct arena *arena, struct tally *tally)
{
    const struct bench *bench = subject->bench;

    arena_reset(arena);
    for (int visit = 1; visit <= BENCH_VISITS; visit++) {
        struct vitals vitals;
        enum bench_check before = visit_vitals(subject, visit, &vitals);
        bool changed = bench->night > 1 && subject->changes && visit == CHANGED_VISIT;
        enum bench_check after = changed ? B01 : before;

        violate(&vitals, after);
        count(subject, tally, before, after);
        if (changed || !bench->changes)
            write_visit(out, arena, subject, visit, &vitals, changed);
    }
}

void
bench_write(const struct bench *bench, FILE *out, struct tally *tally)
{
    int64_t subjects = (int64_t)bench->centers * bench->subjects;
    struct bench_subject subject;
    struct arena arena;

    arena_init(&arena, 64 * 1024, 64 * 1024);
    if (bench->changes)
        fputs("BEGIN;\n", out);
    for (int center = 0; center < bench->centers; center++) {
        for (int number = 1; number <= bench->subjects; number++) {
            begin_subject(&subject, bench, center, number);
            write_subject(&subject, out, &arena, tally);
        }
        tally_add(tally, bench->subjects, "center", subject.center_id, "subjects");
        tally_add(tally, (int64_t)bench->subjects * BENCH_VISITS, "center", subject.center_id, "pages");
    }
    if (bench->changes)
        fputs("COMMIT;\n", out);
    tally_add(tally, 0, "cleaned", NULL, NULL);
    tally_add(tally, bench->centers, "centers", NULL, NULL);
    tally_add(tally, subjects, "subjects", NULL, NULL);
    tally_add(tally, subjects * BENCH_VISITS, "pages", NULL, NULL);
    arena_destroy(&arena);
}
