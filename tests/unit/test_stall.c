#include "crfd/daemon/stall.h"

#include <check.h>
#include <stdlib.h>

#define LIMIT_NS 1000
#define WORKERS  3

static struct progress progress;
static struct stall stall;

static void
begin(void)
{
    progress_init(&progress, WORKERS);
    stall = (struct stall){0};
    progress_center_begin(&progress, 1, "C01");
    ck_assert_int_eq(stall_look(&stall, &progress, 5000, LIMIT_NS), -1);
}

static void
end(void)
{
    progress_destroy(&progress);
}

static void
expect(int worker, int64_t after_ns, const char *says)
{
    int stalled = stall_look(&stall, &progress, 5000 + after_ns, LIMIT_NS);

    ck_assert_msg(stalled == worker, "%s: worker %d", says, stalled);
}

START_TEST(a_worker_without_a_sign_of_life_has_stalled)
{
    expect(-1, LIMIT_NS, "the limit has not passed");
    expect(1, LIMIT_NS + 1, "the limit has passed");
    expect(1, 10 * LIMIT_NS, "and it is still silent");
    progress_phase(&progress, 1, PHASE_WRITING);
    expect(-1, 10 * LIMIT_NS + 1, "it goes on");
    expect(1, 11 * LIMIT_NS + 2, "until it is silent again");
}
END_TEST

static void
change_phase(void)
{
    progress_phase(&progress, 1, PHASE_EVALUATING);
}

static void
count_pages(void)
{
    /* The same number as before: the same subject, tried again. */
    progress_pages(&progress, 1, 0);
}

static void
hear_the_server(void)
{
    (*progress_pulse(&progress, 1))++;
}

static void
begin_another(void)
{
    struct err err = {0};

    progress_center_end(&progress, 1, "C01", CENTER_ELSEWHERE, NULL, 0, &err);
    progress_center_begin(&progress, 1, "C02");
}

static const struct {
    const char *says;
    void (*act)(void);
} signs[] = {
    {"another phase", change_phase},
    {"pages", count_pages},
    {"an answer of the server", hear_the_server},
    {"another center", begin_another},
};

START_TEST(whatever_gets_done_is_a_sign_of_life)
{
    for (int i = 1; i <= 5; i++) {
        signs[_i].act();
        expect(-1, i * LIMIT_NS * 2, signs[_i].says);
    }
    expect(1, 12 * LIMIT_NS, signs[_i].says);
}
END_TEST

START_TEST(who_is_at_no_center_or_pauses_does_not_stall)
{
    struct err err = {0};

    progress_phase(&progress, 1, PHASE_PAUSING);
    expect(-1, 10 * LIMIT_NS, "it pauses");
    expect(-1, 20 * LIMIT_NS, "it pauses still");
    progress_phase(&progress, 1, PHASE_CLAIMING);
    expect(-1, 20 * LIMIT_NS + 1, "it has just gone on");
    progress_center_end(&progress, 1, "C01", CENTER_ELSEWHERE, NULL, 0, &err);
    expect(-1, 30 * LIMIT_NS, "it is at no center");
    expect(-1, 40 * LIMIT_NS, "it is at no center still");
}
END_TEST

START_TEST(one_of_several_is_found)
{
    for (int i = 1; i <= 4; i++) {
        progress_center_begin(&progress, 0, "C02");
        progress_center_begin(&progress, 2, "C03");
        expect(i == 1 ? -1 : 1, i * LIMIT_NS, "the others work");
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("stall");
    TCase *cases = tcase_create("stall");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_test(cases, a_worker_without_a_sign_of_life_has_stalled);
    tcase_add_loop_test(cases, whatever_gets_done_is_a_sign_of_life, 0,
                        (int)(sizeof signs / sizeof signs[0]));
    tcase_add_test(cases, who_is_at_no_center_or_pauses_does_not_stall);
    tcase_add_test(cases, one_of_several_is_found);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
