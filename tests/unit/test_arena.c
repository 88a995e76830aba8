#include "crfd/base/arena.h"

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BLOCK_BYTES   1024

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, BLOCK_BYTES, 0);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

static size_t
block_count(void)
{
    size_t count = 0;

    /* A block begins with the pointer to the next one. */
    for (const void *block = arena.first; block != NULL; memcpy(&block, block, sizeof block))
        count++;
    return count;
}

/*
 * True also where this build does not poison. Volatile, because arena_alloc is declared as malloc is: the
 * compiler may assume that a reset does not reach the memory it gave.
 */
static bool
poisoned(const void *memory)
{
#if defined(__SANITIZE_ADDRESS__)
    return __asan_address_is_poisoned(memory);
#elif !defined(NDEBUG)
    return *(const volatile unsigned char *)memory == 0xD5;
#else
    (void)memory;
    return true;
#endif
}

static const size_t sizes[] = {
    0, 1, 15, 16, 17, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 10 * BLOCK_BYTES};

START_TEST(memory_is_aligned_and_its_own)
{
    for (int i = 0; i < LENGTH(sizes); i++) {
        unsigned char *a = arena_alloc(&arena, sizes[_i]);
        unsigned char *b = arena_alloc(&arena, sizes[i]);

        ck_assert_ptr_nonnull(a);
        ck_assert_ptr_nonnull(b);
        ck_assert_msg((uintptr_t)a % _Alignof(max_align_t) == 0, "%zu bytes are not aligned", sizes[_i]);
        memset(a, 'a', sizes[_i]);
        memset(b, 'b', sizes[i]);
        for (size_t at = 0; at < sizes[_i]; at++)
            ck_assert_msg(a[at] == 'a', "%zu bytes overlap with the %zu behind them", sizes[_i], sizes[i]);
    }
}
END_TEST

START_TEST(zalloc_zeroes_memory_that_was_used_before)
{
    int64_t *numbers;

    memset(arena_alloc(&arena, 80), 'x', 80);
    arena_reset(&arena);
    numbers = arena_array(&arena, int64_t, 10);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(numbers[i], 0);
}
END_TEST

START_TEST(copy_takes_bytes_and_puts_a_nul_behind)
{
    char text[] = "a\0b-rest";
    const char *copy = arena_copy(&arena, text, 3);

    text[0] = 'x';
    ck_assert_mem_eq(copy, "a\0b", 4);
    ck_assert_str_eq(arena_copy(&arena, NULL, 0), "");
}
END_TEST

START_TEST(strdup_takes_the_text)
{
    char text[] = "center";
    const char *copy = arena_strdup(&arena, text);

    text[0] = 'x';
    ck_assert_str_eq(copy, "center");
}
END_TEST

START_TEST(printf_takes_any_length)
{
    char word[3 * BLOCK_BYTES];

    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    ck_assert_str_eq(arena_printf(&arena, "%s %d", "center", 7), "center 7");
    ck_assert_uint_eq(strlen(arena_printf(&arena, "%s%s", word, word)), 2 * (sizeof word - 1));
}
END_TEST

START_TEST(reset_gives_the_same_memory_again)
{
    void *first = arena_alloc(&arena, 100);

    arena_reset(&arena);
    ck_assert_ptr_eq(arena_alloc(&arena, 100), first);
}
END_TEST

START_TEST(reset_poisons_what_was_handed_out)
{
    unsigned char *first = arena_alloc(&arena, 100);
    unsigned char *in_next_block;

    memset(first, 'a', 100);
    in_next_block = arena_alloc(&arena, BLOCK_BYTES);
    memset(in_next_block, 'b', BLOCK_BYTES);
    arena.keep_bytes = 2 * BLOCK_BYTES;
    arena_reset(&arena);
    ck_assert(poisoned(first) && poisoned(first + 99));
    ck_assert(poisoned(in_next_block) && poisoned(in_next_block + BLOCK_BYTES - 1));
}
END_TEST

/* Allocations before a reset, and how many blocks stay after it. */
static const struct {
    const char *name;
    size_t keep_bytes;
    size_t allocations[4];
    size_t blocks;
} keep_cases[] = {
    {"an untouched arena has no block", 0, {0}, 0},
    {"a normal block stays", 0, {10}, 1},
    {"keeping nothing keeps one block of three", 0, {BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES}, 1},
    {"two blocks fit what may be kept", 2 * BLOCK_BYTES, {BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES}, 2},
    {"a large object's block is given back", 0, {10 * BLOCK_BYTES}, 0},
    {"a large object's block goes, the normal one behind stays", 0, {10 * BLOCK_BYTES, 10}, 1},
    {"a large object's block stays where it fits", 10 * BLOCK_BYTES, {10 * BLOCK_BYTES}, 1},
};

START_TEST(reset_keeps_no_more_than_it_may)
{
    arena.keep_bytes = keep_cases[_i].keep_bytes;
    for (int i = 0; i < 4 && keep_cases[_i].allocations[i] > 0; i++)
        arena_alloc(&arena, keep_cases[_i].allocations[i]);
    arena_reset(&arena);
    ck_assert_msg(block_count() == keep_cases[_i].blocks, "%s: %zu blocks", keep_cases[_i].name,
                  block_count());
}
END_TEST

START_TEST(the_steady_state_takes_no_further_block)
{
    arena.keep_bytes = 4 * BLOCK_BYTES;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 30; i++)
            arena_alloc(&arena, 100);
        ck_assert_uint_eq(block_count(), 4);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(a_kept_block_is_not_taken_for_more_than_it_holds)
{
    arena.keep_bytes = 2 * BLOCK_BYTES;
    arena_alloc(&arena, BLOCK_BYTES);
    arena_alloc(&arena, BLOCK_BYTES);
    arena_reset(&arena);
    arena_alloc(&arena, BLOCK_BYTES);
    arena_alloc(&arena, 3 * BLOCK_BYTES);
    ck_assert_uint_eq(block_count(), 3);
}
END_TEST

START_TEST(rewind_takes_back_only_what_came_after_the_mark)
{
    char *before = arena_strdup(&arena, "before");
    struct arena_mark mark = arena_mark(&arena);
    char *after = arena_strdup(&arena, "after");

    arena_alloc(&arena, 3 * BLOCK_BYTES);
    arena_rewind(&arena, mark);
    ck_assert_str_eq(before, "before");
    ck_assert(poisoned(after));
    ck_assert_ptr_eq(arena_alloc(&arena, 6), after);
}
END_TEST

START_TEST(marks_nest)
{
    struct arena_mark outer = arena_mark(&arena);
    char *first = arena_strdup(&arena, "first");
    struct arena_mark inner = arena_mark(&arena);

    arena_alloc(&arena, 3 * BLOCK_BYTES);
    arena_rewind(&arena, inner);
    ck_assert_str_eq(first, "first");
    arena_rewind(&arena, outer);
    ck_assert_ptr_eq(arena_alloc(&arena, 6), first);
}
END_TEST

START_TEST(rewind_to_before_the_first_allocation_empties_it)
{
    struct arena_mark mark = arena_mark(&arena);

    arena_alloc(&arena, 10);
    arena_rewind(&arena, mark);
    ck_assert_uint_eq(arena.used_bytes, 0);
    arena_alloc(&arena, BLOCK_BYTES);
    ck_assert_uint_eq(block_count(), 1);
}
END_TEST

START_TEST(a_destroyed_arena_may_be_used_again)
{
    arena_alloc(&arena, 10);
    arena_destroy(&arena);
    ck_assert_uint_eq(block_count(), 0);
    arena_alloc(&arena, 10);
    ck_assert_uint_eq(block_count(), 1);
}
END_TEST

START_TEST(ends_where_the_product_overflows)
{
    arena_zalloc(&arena, SIZE_MAX / 2, 4);
}
END_TEST

START_TEST(ends_where_rounding_up_overflows)
{
    arena_alloc(&arena, SIZE_MAX - 1);
}
END_TEST

START_TEST(ends_where_the_nul_of_a_copy_overflows)
{
    arena_copy(&arena, "", SIZE_MAX);
}
END_TEST

START_TEST(ends_where_the_system_has_no_memory)
{
    arena_alloc(&arena, SIZE_MAX / 2);
}
END_TEST

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("arena");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, memory_is_aligned_and_its_own, 0, LENGTH(sizes));
    tcase_add_test(cases, zalloc_zeroes_memory_that_was_used_before);
    tcase_add_test(cases, copy_takes_bytes_and_puts_a_nul_behind);
    tcase_add_test(cases, strdup_takes_the_text);
    tcase_add_test(cases, printf_takes_any_length);
    tcase_add_test(cases, reset_gives_the_same_memory_again);
    tcase_add_test(cases, reset_poisons_what_was_handed_out);
    tcase_add_loop_test(cases, reset_keeps_no_more_than_it_may, 0, LENGTH(keep_cases));
    tcase_add_test(cases, the_steady_state_takes_no_further_block);
    tcase_add_test(cases, a_kept_block_is_not_taken_for_more_than_it_holds);
    tcase_add_test(cases, rewind_takes_back_only_what_came_after_the_mark);
    tcase_add_test(cases, marks_nest);
    tcase_add_test(cases, rewind_to_before_the_first_allocation_empties_it);
    tcase_add_test(cases, a_destroyed_arena_may_be_used_again);
    tcase_add_exit_test(cases, ends_where_the_product_overflows, 70);
    tcase_add_exit_test(cases, ends_where_rounding_up_overflows, 70);
    tcase_add_exit_test(cases, ends_where_the_nul_of_a_copy_overflows, 70);
    tcase_add_exit_test(cases, ends_where_the_system_has_no_memory, 70);
    return cases;
}

int
main(void)
{
    Suite *suite = suite_create("arena");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, make_cases());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
