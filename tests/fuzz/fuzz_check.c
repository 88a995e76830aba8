/* Any text as a check: refused with a place and a reason, or a program that answers on every page. */
#include "crfd/check/compile.h"
#include "crfd/check/eval.h"

#include "check_study.h"
#include "fuzz.h"

#include <string.h>

/* The same on both evaluations: nothing of one may be left behind for the next. */
static void
evaluate(const struct program *program, struct arena *arena, const struct subject *subject)
{
    struct eval_scratch *scratch = eval_scratch_new(arena, program_scratch_bytes(program));

    for (int page = 0; page < CHECK_PAGE_COUNT; page++) {
        struct eval_error first_error = {"", ""};
        struct eval_error error = {"", ""};
        const struct page *at = check_subject_page(subject, (enum check_page)page);
        enum eval_outcome first = eval_check(program, subject, at, scratch, &first_error);
        enum eval_outcome second = eval_check(program, subject, at, scratch, &error);

        FUZZ_REQUIRE(first == second, "two evaluations differ");
        FUZZ_REQUIRE(strcmp(first_error.sqlstate, error.sqlstate) == 0, "two errors differ");
        FUZZ_REQUIRE(first != EVAL_ERROR || strlen(error.sqlstate) == 5, "an error without its SQLSTATE");
    }
}

static void
derive(const struct study *study, struct arena *arena, const struct subject *subject, const char *text,
       size_t length)
{
    for (int type = 0; type < VALUE_TYPE_COUNT; type++) {
        struct check_error error;
        struct eval_error failure;
        struct value value;
        const struct program *program = check_compile_value(arena, study, check_study_form(study, "vs"), text,
                                                            length, (enum value_type)type, &error);

        if (program == NULL)
            continue;
        if (!eval_value(program, subject, check_subject_page(subject, PAGE_ORDINARY),
                        eval_scratch_new(arena, program_scratch_bytes(program)), arena, &value, &failure))
            FUZZ_REQUIRE(value.is_null && strlen(failure.sqlstate) == 5, "an error with a value");
        FUZZ_REQUIRE(value.type == type, "a derived value of another type");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct arena study_arena;
    static const struct study *study;
    static const struct subject *subject;
    struct arena arena;
    struct check_error error = {.offset = SIZE_MAX};
    const struct program *program;

    if (study == NULL) {
        arena_init(&study_arena, 65536, 0);
        study = check_study_new(&study_arena);
        subject = check_subject_new(&study_arena, study);
    }
    arena_init(&arena, 65536, 0);
    program = check_compile(&arena, study, check_study_form(study, "vs"), (const char *)bytes, size, &error);
    if (program == NULL) {
        FUZZ_REQUIRE(error.offset <= size, "refused at a place outside of the text");
        FUZZ_REQUIRE(error.message[0] != '\0', "refused without a reason");
        FUZZ_REQUIRE(memchr(error.message, '\0', sizeof error.message) != NULL, "a reason without an end");
    } else {
        FUZZ_REQUIRE(program_twin_sql(program)[0] != '\0', "no twin");
        evaluate(program, &arena, subject);
    }
    derive(study, &arena, subject, (const char *)bytes, size);
    arena_destroy(&arena);
    return 0;
}
