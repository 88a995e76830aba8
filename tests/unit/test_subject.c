#include "crfd/check/subject.h"

#include "check_study.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct arena arena;
static const struct study *study;

static void
setup(void)
{
    arena_init(&arena, 65536, 0);
    study = check_study_new(&arena);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

/* A page as tests name it: form, event, its order and repeats. */
struct place {
    const char *form;
    const char *event;
    int event_order;
    int event_repeat;
    int form_repeat;
    int number; /* of the event's name; 0: it has none */
};

/* At the event that has the order UNSCHEDULED, nobody is expected. */
static const struct event scheduled = {.name = "", .order = 1};
static const struct event unscheduled = {.name = "", .order = 9, .unscheduled = true};

/* The subject with these pages, which stand in key order. */
static const struct subject *
subject_of(const struct place *places, size_t count)
{
    struct subject *subject = arena_new(&arena, struct subject);
    struct page *pages = arena_array(&arena, struct page, count);

    for (size_t i = 0; i < count; i++) {
        pages[i].form = check_study_form(study, places[i].form);
        pages[i].event = places[i].event;
        pages[i].event_length = (uint32_t)strlen(places[i].event);
        pages[i].event_order = places[i].event_order;
        pages[i].event_rule = places[i].event_order == unscheduled.order ? &unscheduled : &scheduled;
        pages[i].has_event_number = places[i].number != 0;
        pages[i].event_number = places[i].number;
        pages[i].event_repeat = places[i].event_repeat;
        pages[i].form_repeat = places[i].form_repeat;
    }
    subject->center_id = "701";
    subject->subject_id = "1";
    subject->pages = pages;
    subject->page_count = count;
    subject_index(&arena, study, subject);
    return subject;
}

static const struct place places[] = {
    {"dm", "BASELINE", 2, 1, 1, 0},    {"vs", "BASELINE", 2, 1, 1, 0},      {"sv", "BASELINE", 2, 2, 1, 0},
    {"vs", "BASELINE", 2, 2, 1, 0},    {"dm", "SCREENING", 1, 1, 1, 0},     {"sv", "SCREENING", 1, 1, 1, 0},
    {"sv", "SCREENING", 1, 1, 2, 0},   {"vs", "SCREENING", 1, 1, 1, 0},     {"vs", "UNSCHEDULED", 9, 1, 1, 0},
    {"vs", "UNSCHEDULED", 9, 1, 2, 0}, {"sv", "UNSCHEDULED 2", 9, 1, 1, 0}, {"vs", "WEEK 2", 3, 1, 1, 0},
};

START_TEST(the_pages_of_a_form_stand_in_event_order)
{
    static const size_t expected[] = {7, 1, 3, 11, 8, 9};
    const struct subject *subject = subject_of(places, LENGTH(places));
    const struct form_pages *list = &subject->forms[check_study_form(study, "vs")->index];

    ck_assert_uint_eq(list->count, LENGTH(expected));
    for (size_t i = 0; i < list->count; i++)
        ck_assert_msg(list->pages[i] == &subject->pages[expected[i]], "place %zu holds page %zu", i,
                      (size_t)(list->pages[i] - subject->pages));
}
END_TEST

/* As they stand in key order; a name without a number comes behind those that have one. */
static const struct place cycles[] = {
    {"vs", "CYCLE 02", 4, 1, 1, 2}, {"vs", "CYCLE 10", 4, 1, 1, 10}, {"vs", "CYCLE 2", 4, 1, 1, 2},
    {"vs", "CYCLE X", 4, 1, 1, 0},  {"vs", "DAY -1", 3, 1, 1, -1},   {"vs", "DAY -14", 3, 1, 1, -14},
    {"vs", "DAY 1", 3, 1, 1, 1},    {"vs", "UNS 3", 9, 1, 1, 3},
};

START_TEST(numbered_events_stand_in_the_order_of_their_numbers)
{
    static const size_t expected[] = {5, 4, 6, 0, 2, 1, 3, 7};
    const struct subject *subject = subject_of(cycles, LENGTH(cycles));
    const struct form_pages *list = &subject->forms[check_study_form(study, "vs")->index];

    ck_assert_uint_eq(list->count, LENGTH(expected));
    for (size_t i = 0; i < list->count; i++)
        ck_assert_msg(list->pages[i] == &subject->pages[expected[i]], "place %zu holds page %zu", i,
                      (size_t)(list->pages[i] - subject->pages));
}
END_TEST

START_TEST(a_form_without_pages_has_an_empty_list)
{
    const struct subject *subject = subject_of(places, LENGTH(places));

    ck_assert_uint_eq(subject->forms[check_study_form(study, "ds")->index].count, 0);
    ck_assert_uint_eq(subject_of(places, 0)->forms[0].count, 0);
}
END_TEST

START_TEST(many_pages_of_one_place_keep_their_key_order)
{
    struct place many[500];
    const struct subject *subject;
    const struct form_pages *list;

    for (int i = 0; i < LENGTH(many); i++)
        many[i] = (struct place){"vs", "LOG", 5, 1, i, 0};
    subject = subject_of(many, LENGTH(many));
    list = &subject->forms[check_study_form(study, "vs")->index];
    ck_assert_uint_eq(list->count, LENGTH(many));
    for (int i = 0; i < LENGTH(many); i++)
        ck_assert_ptr_eq(list->pages[i], &subject->pages[i]);
}
END_TEST

static const struct {
    const char *row;
    const char *form;
    size_t from;
    int expected; /* -1: none */
} references[] = {
    {"a per-subject form gives its first page by key, not by event order", "dm", 7, 0},
    {"it gives the same from every page", "dm", 11, 0},
    {"a per-subject form without pages gives none", "ds", 7, -1},
    {"a per-event form gives the page of the same event", "sv", 7, 5},
    {"of two such pages the first by key counts", "sv", 5, 5},
    {"another repeat of the event is another event", "sv", 1, -1},
    {"the same repeat of the event is the same event", "sv", 3, 2},
    {"an event of the same order is not the same event", "sv", 8, -1},
    {"an event without the form gives none", "sv", 11, -1},
};

START_TEST(a_reference_means_one_page)
{
    const struct subject *subject = subject_of(places, LENGTH(places));
    const struct page *page = subject_reference(subject, check_study_form(study, references[_i].form),
                                                &subject->pages[references[_i].from]);

    if (references[_i].expected < 0)
        ck_assert_msg(page == NULL, "%s", references[_i].row);
    else
        ck_assert_msg(page == &subject->pages[references[_i].expected], "%s", references[_i].row);
}
END_TEST

/* The pages of vs in event order are 7, 1, 3, 11, 8, 9, the last two at an unscheduled event. */
static const struct {
    const char *row;
    size_t from;
    int offset;
    int expected; /* -1: none */
} neighbors[] = {
    {"the page before", 1, -1, 7},
    {"the page behind", 1, 1, 3},
    {"the page itself", 11, 0, 11},
    {"a repeat of the event is a page, too", 3, -1, 1},
    {"a repeat of the form is a page, too", 6, -1, 5},
    {"several pages before", 11, -3, 7},
    {"nothing before an unscheduled one", 8, -1, -1},
    {"not even itself", 8, 0, -1},
    {"no unscheduled one behind the last", 11, 1, -1},
    {"nothing before the first", 7, -1, -1},
    {"nothing far before", 1, -1000, -1},
    {"nothing behind the last", 9, 1, -1},
    {"nothing far behind", 7, 1000, -1},
};

START_TEST(a_neighbor_stands_so_many_places_off)
{
    const struct subject *subject = subject_of(places, LENGTH(places));
    const struct page *page =
        subject_neighbor(subject, &subject->pages[neighbors[_i].from], neighbors[_i].offset);

    if (neighbors[_i].expected < 0)
        ck_assert_msg(page == NULL, "%s", neighbors[_i].row);
    else
        ck_assert_msg(page == &subject->pages[neighbors[_i].expected], "%s", neighbors[_i].row);
}
END_TEST

static const struct {
    const char *row;
    const char *form;
    size_t beside;
    size_t count;
    size_t first; /* page, where there are any */
} events[] = {
    {"all repeats of the event", "vs", 2, 2, 1},
    {"all repeats of the form", "sv", 7, 2, 5},
    {"the event of a page of another form", "dm", 3, 1, 0},
    {"an event of the same order is another event", "vs", 10, 0, 0},
    {"an event without the form", "sv", 11, 0, 0},
    {"a form without pages", "ds", 7, 0, 0},
};

START_TEST(the_pages_of_an_event_stand_side_by_side)
{
    const struct subject *subject = subject_of(places, LENGTH(places));
    const struct page *const *first;
    const struct page *const *end;

    subject_pages_at_event(subject, check_study_form(study, events[_i].form),
                           &subject->pages[events[_i].beside], &first, &end);
    ck_assert_msg((size_t)(end - first) == events[_i].count, "%s: %zu pages", events[_i].row,
                  (size_t)(end - first));
    if (events[_i].count > 0)
        ck_assert_msg(*first == &subject->pages[events[_i].first], "%s", events[_i].row);
}
END_TEST

/* What a page has in each column of its table, as psql shows it. */
static const char *const own_values[FORM_COLUMN_COUNT] = {
    [COLUMN_CENTER_ID] = "701",    [COLUMN_SUBJECT_ID] = "1",
    [COLUMN_EVENT] = "WEEK 2",     [COLUMN_EVENT_REPEAT] = "4",
    [COLUMN_FORM_REPEAT] = "5",    [COLUMN_EVENT_ORDER] = "3",
    [COLUMN_EVENT_NUMBER] = "2",   [COLUMN_EVENT_DAY] = "15",
    [COLUMN_UNSCHEDULED] = "true", [COLUMN_SUBMITTED_AT] = "2000-01-02 00:00:00+00",
};

START_TEST(a_page_has_a_value_in_every_column_but_two)
{
    static const struct place place[] = {{"vs", "WEEK 2", 3, 4, 5, 2}};
    const struct subject *subject = subject_of(place, 1);
    struct page page = subject->pages[0];
    struct value value;
    struct strbuf text;

    static const struct event week = {
        .name = "WEEK *", .is_pattern = true, .unscheduled = true, .has_day = true, .day = 8, .every = 7};

    page.event_rule = &week;
    page.submitted_at = INT64_C(86400000000);
    subject_column(subject, &page, (enum form_column)_i, &value);
    ck_assert_int_eq(value.type, column_types[form_columns[_i].type].value);
    ck_assert_int_eq(value.is_null, _i == COLUMN_RUN_ID || _i == COLUMN_MISSING);
    if (value.is_null)
        return;
    strbuf_init(&text);
    value_append_text(&value, &text);
    ck_assert_ptr_nonnull(own_values[_i]);
    ck_assert_msg(strcmp(text.text, own_values[_i]) == 0, "%s: %s", form_columns[_i].name, text.text);
    strbuf_destroy(&text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("subject");
    TCase *tcase = tcase_create("subject");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_pages_of_a_form_stand_in_event_order);
    tcase_add_test(tcase, numbered_events_stand_in_the_order_of_their_numbers);
    tcase_add_test(tcase, a_form_without_pages_has_an_empty_list);
    tcase_add_test(tcase, many_pages_of_one_place_keep_their_key_order);
    tcase_add_loop_test(tcase, a_reference_means_one_page, 0, LENGTH(references));
    tcase_add_loop_test(tcase, a_neighbor_stands_so_many_places_off, 0, LENGTH(neighbors));
    tcase_add_loop_test(tcase, the_pages_of_an_event_stand_side_by_side, 0, LENGTH(events));
    tcase_add_loop_test(tcase, a_page_has_a_value_in_every_column_but_two, 0, FORM_COLUMN_COUNT);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
