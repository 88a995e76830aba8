#include "batch/ledger.h"

#include "crfd/base/strbuf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    const char *says;
    const char *entries[5]; /* of the ledger */
    const char *stream[6];
    const char *walk; /* -X: X was not in the stream; =X: it was; +X: the ledger does not know it */
} walks[] = {
    {"nothing at all", {0}, {0}, ""},
    {"a first night", {0}, {"1", "2"}, "+1+2"},
    {"a night that finds all", {"1", "2", "3"}, {"1", "2", "3"}, "=1=2=3"},
    {"subjects before, between and behind those of the ledger",
     {"2", "4"},
     {"1", "2", "3", "4", "5"},
     "+1=2+3=4+5"},
    {"a subject at the beginning is gone", {"1", "2"}, {"2"}, "-1=2"},
    {"one in the middle is gone", {"1", "2", "3"}, {"1", "3"}, "=1-2=3"},
    {"one at the end is gone", {"1", "2"}, {"1"}, "=1-2"},
    {"two in a row are gone", {"1", "2", "3", "4"}, {"1", "4"}, "=1-2-3=4"},
    {"all are gone", {"1", "2"}, {0}, "-1-2"},
    {"one is gone and another new in its place", {"1", "2"}, {"1", "3"}, "=1-2+3"},
    {"ids are compared bytewise", {"B", "a"}, {"A", "B", "a", "b"}, "+A=B=a+b"},
    {"a beginning comes before the whole", {"1", "10"}, {"1", "100"}, "=1-10+100"},
    {"and is another subject", {"10"}, {"1"}, "+1-10"},
    {"bytes of UTF-8 come behind ASCII", {"z", "上"}, {"上"}, "-z=上"},
    {"stand-ins are found wherever they come",
     {"(null)", "(sha256 1)", "(sha256 2)", "1"},
     {"(sha256 2)", "1", "(sha256 1)", "(null)"},
     "=(sha256 2)=1=(sha256 1)=(null)"},
    {"those that are gone come at the end",
     {"(null)", "(sha256 1)", "(sha256 2)", "1"},
     {"0", "(sha256 1)", "(sha256 3)"},
     "+0=(sha256 1)+(sha256 3)-1-(null)-(sha256 2)"},
    {"what only begins like one is none", {"(nul", "(sha256"}, {"(nul", "(sha256"}, "=(nul=(sha256"},
};

/* One subject of the stream; NULL: its end. */
static void
step(struct ledger *ledger, const char *subject_id, struct strbuf *walk)
{
    const struct ledger_entry *entry;
    bool is_before;

    while ((entry = ledger_step(ledger, subject_id, subject_id ? strlen(subject_id) : 0, &is_before)) !=
               NULL &&
           is_before)
        strbuf_printf(walk, "-%.*s", (int)entry->subject_id_length, entry->subject_id);
    if (subject_id != NULL)
        strbuf_printf(walk, "%c%s", entry ? '=' : '+', subject_id);
    ck_assert_msg(entry == NULL || strcmp(entry->subject_id, subject_id) == 0, "%s is taken for %s",
                  subject_id, entry ? entry->subject_id : "");
    ck_assert(!is_before);
}

START_TEST(the_ledger_walks_beside_the_stream)
{
    struct ledger ledger = {.next = 0};
    struct arena arena;
    struct strbuf walk;

    strbuf_init(&walk);
    arena_init(&arena, 4096, 0);
    for (const char *const *id = walks[_i].entries; *id != NULL; id++)
        ledger_add(&ledger, &arena,
                   &(struct ledger_entry){.subject_id = *id, .subject_id_length = strlen(*id)});
    for (const char *const *id = walks[_i].stream; *id != NULL; id++)
        step(&ledger, *id, &walk);
    step(&ledger, NULL, &walk);
    ck_assert_msg(strcmp(walk.text, walks[_i].walk) == 0, "%s: %s", walks[_i].says, walk.text);
    ck_assert_uint_eq(ledger.next, ledger.subjects.count);
    strbuf_destroy(&walk);
    arena_destroy(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("ledger");
    TCase *cases = tcase_create("ledger");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, the_ledger_walks_beside_the_stream, 0, COUNT(walks));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
