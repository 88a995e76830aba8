#include "daemon/again.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define SECOND_NS   INT64_C(1000000000)
#define TRIES_MAX   9

/* The tries of a night that fails at once each time; 0 ends them. */
static const struct {
    const char *says;
    int64_t deadline_s;
    int64_t pauses_s[TRIES_MAX];
} nights[] = {
    {"pauses grow up to half an hour", 6000, {60, 120, 240, 480, 960, 1800, 1800}},
    {"the last try is at the deadline", 180, {60, 120}},
    {"none is behind it", 179, {60}},
    {"a deadline that is shorter than any pause", 59, {0}},
};

START_TEST(a_night_is_tried_again_until_its_deadline)
{
    struct again again;
    int64_t now_ns = 5 * SECOND_NS;
    int i = 0;

    again_begin(&again, now_ns, nights[_i].deadline_s * 1000);
    ck_assert(!again.is_pending);
    for (; nights[_i].pauses_s[i] > 0; i++) {
        ck_assert_msg(again_later(&again, now_ns), "%s: try %d", nights[_i].says, i);
        ck_assert_msg(again.at_ns == now_ns + nights[_i].pauses_s[i] * SECOND_NS, "%s: pause %d is %lld",
                      nights[_i].says, i, (long long)again.pause_s);
        now_ns = again.at_ns;
    }
    ck_assert_msg(!again_later(&again, now_ns) && !again.is_pending, "%s: one more", nights[_i].says);
    again_begin(&again, now_ns, nights[0].deadline_s * 1000);
    ck_assert_msg(again_later(&again, now_ns) && again.pause_s == AGAIN_FIRST_S, "%s: the night after",
                  nights[_i].says);
}
END_TEST

static const struct {
    enum err_kind kind;
    bool is_worth;
} failures[] = {
    {ERR_UNAVAILABLE, true}, {ERR_RETRY, true},    {ERR_PERMISSION, true}, {ERR_CONFIG, false},
    {ERR_DATA, false},       {ERR_CENTERS, false}, {ERR_DEADLINE, false},  {ERR_INTERNAL, false},
};

START_TEST(what_may_be_mended_meanwhile_is_tried_again)
{
    struct err err = {.kind = failures[_i].kind};

    ck_assert_msg(again_is_worth(&err) == failures[_i].is_worth, "%s", err_kind_text(err.kind));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("again");
    TCase *cases = tcase_create("again");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, a_night_is_tried_again_until_its_deadline, 0, COUNT(nights));
    tcase_add_loop_test(cases, what_may_be_mended_meanwhile_is_tried_again, 0, COUNT(failures));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
