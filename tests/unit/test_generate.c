/*
 * The generator: the same seed gives the same pages, a subject without defects is the same on every night, and
 * every kind of defect that there is comes up in a trial of the demo's size.
 */
#include "generate_bench.h"
#include "generate_defect.h"
#include "generate_demo.h"
#include "generate_enter.h"
#include "generate_plant.h"
#include "generate_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, 256 * 1024, 1024 * 1024);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

/* ---- Texts ---- */

static const struct {
    const char *name, *iso, *english, *chinese, *slashes, *unknown;
} dates[] = {
    {"a whole date", "2024-03-05", "05-MAR-2024", "2024年3月5日", "2024/03/05", "05-MAR-2024"},
    {"a month", "2024-03", "MAR-2024", "2024年3月", "2024/03", "UN-MAR-2024"},
    {"a year", "2024", "2024", "2024年", "2024", "UN-UNK-2024"},
    {"the last day of a year", "2023-12-31", "31-DEC-2023", "2023年12月31日", "2023/12/31", "31-DEC-2023"},
};

START_TEST(a_date_is_written_in_all_ways)
{
    const char *name = dates[_i].name;

    ck_assert_msg(strcmp(text_date_english(&arena, dates[_i].iso), dates[_i].english) == 0, "%s, English",
                  name);
    ck_assert_msg(strcmp(text_date_chinese(&arena, dates[_i].iso), dates[_i].chinese) == 0, "%s, Chinese",
                  name);
    ck_assert_msg(strcmp(text_date_slashes(&arena, dates[_i].iso), dates[_i].slashes) == 0, "%s, slashes",
                  name);
    ck_assert_msg(strcmp(text_date_unknown(&arena, dates[_i].iso), dates[_i].unknown) == 0, "%s, unknown",
                  name);
}
END_TEST

START_TEST(days_and_dates_agree)
{
    int day = 0;

    ck_assert_str_eq(text_date(&arena, 0), "1970-01-01");
    ck_assert_str_eq(text_date(&arena, 19787), "2024-03-05");
    ck_assert_str_eq(text_date(&arena, -1), "1969-12-31");
    for (int i = -40000; i < 40000; i += 97) {
        ck_assert(text_to_day(text_date(&arena, i), &day));
        ck_assert_int_eq(day, i);
    }
    ck_assert_msg(!text_to_day("2024-03", &day), "a month is no day");
}
END_TEST

START_TEST(numbers_and_letters_are_written)
{
    int scale;

    ck_assert_str_eq(text_decimal(&arena, 1205, 2), "12.05");
    ck_assert_str_eq(text_decimal(&arena, 5, 3), "0.005");
    ck_assert_str_eq(text_decimal(&arena, 72, 0), "72");
    ck_assert_int_eq(text_coefficient("12.05", &scale), 1205);
    ck_assert_int_eq(scale, 2);
    ck_assert_str_eq(text_grouped(&arena, "1234567.8"), "1,234,567.8");
    ck_assert_ptr_null(text_grouped(&arena, "123.45"));
    ck_assert_str_eq(text_wide(&arena, "12.5 kg"), "１２．５ ｋｇ");
    ck_assert_ptr_null(text_wide(&arena, "男"));
    ck_assert_str_eq(text_lower(&arena, "NOT Recovered"), "not recovered");
    ck_assert_str_eq(text_json(&arena, "a\"b\\c\td"), "\"a\\\"b\\\\c\\u0009d\"");
    ck_assert_str_eq(step_names(&arena, STEP_WIDTH | STEP_TRIM | STEP_UNIT), "width,trim,unit");
    ck_assert_str_eq(step_names(&arena, 0), "");
}
END_TEST

START_TEST(dice_fall_evenly_and_stay_in_range)
{
    struct dice dice = dice_at(1, 2, 3, 4);
    struct dice same = dice_at(1, 2, 3, 4);
    int faces[6] = {0};

    for (int i = 0; i < 6000; i++) {
        uint32_t face = dice_roll(&dice, 6);

        ck_assert_uint_lt(face, 6);
        ck_assert_uint_eq(face, dice_roll(&same, 6));
        faces[face]++;
    }
    for (int i = 0; i < 6; i++)
        ck_assert_msg(faces[i] > 850 && faces[i] < 1150, "face %d fell %d times of 6000", i, faces[i]);
}
END_TEST

START_TEST(a_tally_counts_and_nests)
{
    struct tally tally;

    tally_init(&tally);
    tally_add(&tally, 2, "findings", "VS001", NULL);
    tally_add(&tally, 1, "findings", "AE001", NULL);
    tally_add(&tally, 3, "findings", "VS001", NULL);
    tally_add(&tally, 7, "pages", NULL, NULL);
    ck_assert_int_eq(tally_get(&tally, "findings", "VS001", NULL), 5);
    ck_assert_int_eq(tally_get(&tally, "findings", "AE001", NULL), 1);
    ck_assert_int_eq(tally_get(&tally, "findings", "DM001", NULL), 0);
    ck_assert_int_eq(tally_get(&tally, "pages", NULL, NULL), 7);
    tally_destroy(&tally);
}
END_TEST

/* ---- Pages ---- */

static char *
demo_text(struct demo demo, struct expectation *expectation)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    tally_init(&expectation->tally);
    demo_write(&demo, out, expectation);
    fclose(out);
    return text;
}

START_TEST(the_same_seed_gives_the_same_bytes)
{
    struct demo demo = {.seed = 5, .centers = 4, .subjects = 3, .night = 2};
    struct expectation a = {0}, b = {0}, c = {0};
    char *first = demo_text(demo, &a);
    char *again = demo_text(demo, &b);
    char *other;

    demo.seed = 6;
    other = demo_text(demo, &c);
    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, other);
    tally_destroy(&a.tally);
    tally_destroy(&b.tally);
    tally_destroy(&c.tally);
    free(first);
    free(again);
    free(other);
}
END_TEST

START_TEST(a_subject_without_defects_has_no_finding_and_no_quarantine)
{
    struct made_subject subject;

    for (int number = 1; number <= 40; number++) {
        subject_make(&arena, 1, number % 4, number, &subject);
        enter_subject(&arena, 1, number % 4, number, &subject);
        ck_assert_uint_eq(subject.finding_count, 0);
        for (size_t i = 0; i < subject.page_count; i++) {
            ck_assert_ptr_null(subject.pages[i].quarantine);
            ck_assert_msg(!subject.pages[i].absent, "page %zu of subject %d", i, number);
            ck_assert_ptr_nonnull(subject.pages[i].data);
        }
    }
}
END_TEST

START_TEST(nights_stand_side_by_side)
{
    struct made_subject nights[NIGHTS_MAX];

    for (int number = 1; number <= 60; number++) {
        for (int n = 0; n < NIGHTS_MAX; n++) {
            subject_make(&arena, 1, number % 6, number, &nights[n]);
            plant_defects(&arena, 1, number % 6, number, (size_t)number, n + 1, &nights[n]);
            ck_assert_uint_eq(nights[n].page_count, nights[0].page_count);
            ck_assert_uint_eq(nights[n].finding_count, nights[0].finding_count);
            for (size_t i = 0; i < nights[n].finding_count; i++) {
                ck_assert_uint_eq(nights[n].findings[i].page, nights[0].findings[i].page);
                ck_assert_str_eq(nights[n].findings[i].check_id, nights[0].findings[i].check_id);
            }
        }
    }
}
END_TEST

/* A subject who has left the trial misses nothing: the visit behind the one that is left out took place. */
START_TEST(who_misses_a_visit_came_again)
{
    int missed = 0;

    for (int number = 1; number <= 2000; number++) {
        struct made_subject subject;
        int last = 0;

        arena_reset(&arena);
        subject_make(&arena, 1, number % 12, number, &subject);
        plant_defects(&arena, 1, number % 12, number, (size_t)number, 1, &subject);
        for (size_t i = 0; i < subject.page_count; i++)
            if (subject.pages[i].form == &form_specs[FORM_SV] && subject.pages[i].day > last)
                last = subject.pages[i].day;
        for (size_t i = 0; i < subject.finding_count; i++) {
            if (strstr(subject.findings[i].check_id, ".missing-event") == NULL)
                continue;
            ck_assert_int_lt(subject.pages[subject.findings[i].page].day, last);
            missed++;
        }
    }
    ck_assert_int_gt(missed, 10);
}
END_TEST

START_TEST(every_defect_is_planted_in_a_trial_of_the_demos_size)
{
    struct demo demo = {.seed = 1, .centers = 12, .subjects = 25, .night = 1};
    struct expectation expectation = {0};

    free(demo_text(demo, &expectation));
    ck_assert_msg(defect_count % 7 != 0, "the stride of plant_defects leaves defects out");
    for (size_t i = 0; i < defect_count; i++) {
        const struct defect *defect = &defects[i];

        for (size_t f = 0; f < DEFECT_FINDINGS && defect->findings[f].check_id != NULL; f++)
            ck_assert_msg(tally_get(&expectation.tally, "findings", defect->findings[f].check_id, NULL) > 0,
                          "%s is nowhere", defect->findings[f].check_id);
        if (defect->kind == DEFECT_QUARANTINE || defect->kind == DEFECT_STRAY_PAGE)
            ck_assert_msg(tally_get(&expectation.tally, "quarantine", defect->key, NULL) > 0, "%s is nowhere",
                          defect->key);
    }
    ck_assert_int_eq(tally_get(&expectation.tally, "subjects", NULL, NULL), 300);
    ck_assert_int_eq(tally_get(&expectation.tally, "centers", NULL, NULL), 12);
    tally_destroy(&expectation.tally);
}
END_TEST

START_TEST(findings_open_close_and_come_back)
{
    static const char *const names[] = {"opened", "closed", "reopened"};
    struct demo demo = {.seed = 1, .centers = 12, .subjects = 25, .night = 3, .changes = true};
    struct expectation expectation = {0};
    int64_t counts[3] = {0};

    free(demo_text(demo, &expectation));
    for (size_t i = 0; i < expectation.tally.count; i++)
        for (size_t n = 0; n < 3; n++)
            if (strncmp(expectation.tally.entries[i].name, names[n], strlen(names[n])) == 0)
                counts[n] += expectation.tally.entries[i].count;
    for (size_t n = 0; n < 3; n++)
        ck_assert_msg(counts[n] > 10, "%s: %d", names[n], (int)counts[n]);
    tally_destroy(&expectation.tally);
}
END_TEST

START_TEST(the_bench_has_pages_of_the_measured_size)
{
    struct bench bench = {.seed = 1, .centers = 10, .subjects = 50, .night = 1};
    struct tally tally;
    char *text = NULL;
    size_t size = 0, json = 0, lines = 0, findings = 0;
    FILE *out = open_memstream(&text, &size);

    tally_init(&tally);
    bench_write(&bench, out, &tally);
    fclose(out);
    for (char *at = text; (at = strchr(at, '{')) != NULL; lines++) {
        size_t length = strcspn(at, "\t");

        json += length;
        at += length;
    }
    for (size_t i = 0; i < tally.count; i++)
        if (strncmp(tally.entries[i].name, "findings", 8) == 0)
            findings += (size_t)tally.entries[i].count;
    ck_assert_uint_eq(lines, 10 * 50 * BENCH_VISITS);
    ck_assert_int_eq(tally_get(&tally, "pages", NULL, NULL), 10 * 50 * BENCH_VISITS);
    ck_assert_msg(json / lines >= 180 && json / lines <= 192, "%zu bytes a page", json / lines);
    ck_assert_msg(findings > 3400 && findings < 3660, "%zu findings", findings);
    tally_destroy(&tally);
    free(text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("generate");
    TCase *texts = tcase_create("texts");
    TCase *pages = tcase_create("pages");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(texts, setup, teardown);
    tcase_add_loop_test(texts, a_date_is_written_in_all_ways, 0, sizeof dates / sizeof *dates);
    tcase_add_test(texts, days_and_dates_agree);
    tcase_add_test(texts, numbers_and_letters_are_written);
    tcase_add_test(texts, dice_fall_evenly_and_stay_in_range);
    tcase_add_test(texts, a_tally_counts_and_nests);
    suite_add_tcase(suite, texts);
    tcase_add_checked_fixture(pages, setup, teardown);
    tcase_add_test(pages, the_same_seed_gives_the_same_bytes);
    tcase_add_test(pages, a_subject_without_defects_has_no_finding_and_no_quarantine);
    tcase_add_test(pages, nights_stand_side_by_side);
    tcase_add_test(pages, who_misses_a_visit_came_again);
    tcase_add_test(pages, every_defect_is_planted_in_a_trial_of_the_demos_size);
    tcase_add_test(pages, findings_open_close_and_come_back);
    tcase_add_test(pages, the_bench_has_pages_of_the_measured_size);
    suite_add_tcase(suite, pages);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
