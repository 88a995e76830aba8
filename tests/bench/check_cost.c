/*
 * crfd-check-cost: what one check costs on one page, in a loop that touches no database.
 *
 *   crfd-check-cost [COUNT]      evaluations of each condition; a thousand is short enough for callgrind
 *
 * The conditions stand on a page of the bench study (tests/data/bench.json) that violates none of them; those of
 * subqueries on a subject of 20 such pages, and of 2,000. The fastest of several rounds counts: what else the machine
 * does only ever adds.
 */
#include "crfd/base/arena.h"
#include "crfd/check/eval.h"
#include "crfd/definition/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_COUNT 2000000
#define ROUNDS        5
#define EXIT_USAGE    64

/* An item's value as an expression of its type, in the order of the study. */
static const char *const values[] = {
    "DATE '2024-03-05'", "'SITTING, RIGHT ARM'", "124", "78", "71", "15", "36.6", "72.5", "168.0", "98"};

static const char *const conditions[] = {
    "sysbp > diabp",
    "sysbp <= 900",
    "sysbp BETWEEN 90 AND 180",
    "temp < 60.5",
    "temp BETWEEN 35.5 AND 38.0",
    "weight < height",
    "weight / ((height / 100) * (height / 100)) BETWEEN 12 AND 60",
    "vsdtc >= '2024-01-01'",
    "vsdtc IS NOT NULL",
    "height IS NULL OR height BETWEEN 140 AND 205",
    "resp >= 10 AND resp <= 24",
    "position IN ('SUPINE', 'STANDING', 'SITTING, RIGHT ARM')",
    "position LIKE 'SIT%'",
    "position ~ '^(SUPINE|SITTING)'",
    "CASE WHEN sysbp > 200 THEN diabp > 100 ELSE pulse < 200 END",
};

/* Seen from the page in the middle; a hundredth as often, and a ten-thousandth of 2,000 pages. */
static const char *const queries[] = {
    "EXISTS (SELECT FROM vs o WHERE o.event = vs.event AND o.sysbp > vs.diabp)",
    "NOT EXISTS (SELECT FROM vs o WHERE o.sysbp < vs.diabp)",
    "(SELECT count(*) FROM vs o WHERE o.event_order <= vs.event_order) > 0",
    "(SELECT max(o.sysbp) FROM vs o) >= sysbp",
    "(SELECT avg(weight) FROM vs) = weight",
    "(SELECT o.weight FROM vs o WHERE o.event_order < vs.event_order ORDER BY o.event_order DESC LIMIT 1) = "
    "weight",
    "lag(weight) OVER visits = weight",
};

#define MANY_PAGES 2000

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct bench {
    struct arena arena;
    struct definition definition;
    struct subject subject;
    struct page page; /* the first one */
    const struct page *checked;
};

static void
fail(const char *what, const char *why)
{
    fprintf(stderr, "crfd-check-cost: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void
load_definition(struct bench *bench)
{
    static const char path[] = CRFD_SOURCE_ROOT "/tests/data/bench.json";
    struct problems problems;
    struct err err;

    problems_init(&problems, &bench->arena, path);
    if (!definition_load(&bench->arena, path, &bench->definition, &problems, &err))
        fail("tests/data/bench.json", err.message);
}

static void
make_page(struct bench *bench)
{
    const struct study *study = bench->definition.study;
    const struct form *form = &study->forms[0];
    struct value *typed = arena_array(&bench->arena, struct value, form->item_count);
    struct eval_error eval_error;
    struct check_error check_error;

    if (form->item_count != LENGTH(values))
        fail("tests/data/bench.json", "the form has other items");
    for (size_t i = 0; i < form->item_count; i++) {
        const struct program *program = check_compile_value(
            &bench->arena, study, form, values[i], strlen(values[i]), form->items[i].type, &check_error);
        struct eval_scratch *scratch;

        if (program == NULL)
            fail(values[i], check_error.message);
        scratch = eval_scratch_new(&bench->arena, program_scratch_bytes(program));
        if (!eval_value(program, &bench->subject, NULL, scratch, &bench->arena, &typed[i], &eval_error))
            fail(values[i], eval_error.message);
    }
    bench->page = (struct page){.form = form,
                                .event_rule = &study->events[0],
                                .event = "VISIT 01",
                                .event_length = 8,
                                .event_repeat = 1,
                                .form_repeat = 1,
                                .event_order = 1,
                                .values = typed};
}

/* The page again and again, each at an event of its own; checked is the one in the middle. */
static void
make_subject(struct bench *bench, size_t count)
{
    struct page *pages = arena_array(&bench->arena, struct page, count);

    for (size_t i = 0; i < count; i++) {
        pages[i] = bench->page;
        pages[i].event = arena_printf(&bench->arena, "VISIT %04zu", i + 1);
        pages[i].event_length = (uint32_t)strlen(pages[i].event);
        pages[i].event_order = (int32_t)i + 1;
    }
    bench->subject.pages = pages;
    bench->subject.page_count = count;
    bench->checked = &pages[count / 2];
    subject_index(&bench->arena, bench->definition.study, &bench->subject);
}

static int64_t
processor_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
evaluate(const struct bench *bench, const struct program *program, struct eval_scratch *scratch, long count)
{
    int64_t begun_ns = processor_ns();
    struct eval_error error;

    for (long i = 0; i < count; i++)
        if (eval_check(program, &bench->subject, bench->checked, scratch, &error) != EVAL_TRUE)
            fail("a condition", "it does not hold");
    return (double)(processor_ns() - begun_ns) / (double)count;
}

static void
measure(struct bench *bench, const char *text, long count)
{
    struct check_error error;
    const struct program *program =
        check_compile(&bench->arena, bench->definition.study, bench->page.form, text, strlen(text), &error);
    struct eval_scratch *scratch;
    double fastest_ns = 0;

    if (program == NULL)
        fail(text, error.message);
    scratch = eval_scratch_new(&bench->arena, program_scratch_bytes(program));
    for (int round = 0; round < ROUNDS; round++) {
        double ns = evaluate(bench, program, scratch, count);

        if (round == 0 || ns < fastest_ns)
            fastest_ns = ns;
    }
    printf("%9.1f ns  %s\n", fastest_ns, text);
}

int
main(int argc, char **argv)
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : DEFAULT_COUNT;
    struct bench bench = {.subject = {.center_id = "101", .subject_id = "101-0001"}};

    if (argc > 2 || count < 1) {
        fputs("usage: crfd-check-cost [COUNT]\n", stderr);
        return EXIT_USAGE;
    }
    arena_init(&bench.arena, 65536, 0);
    load_definition(&bench);
    make_page(&bench);
    make_subject(&bench, 1);
    for (size_t i = 0; i < LENGTH(conditions); i++)
        measure(&bench, conditions[i], count);
    puts("of 20 pages:");
    make_subject(&bench, 20);
    for (size_t i = 0; i < LENGTH(queries); i++)
        measure(&bench, queries[i], 1 + count / 100);
    printf("of %d pages:\n", MANY_PAGES);
    make_subject(&bench, MANY_PAGES);
    for (size_t i = 0; i < LENGTH(queries); i++)
        measure(&bench, queries[i], 1 + count / 10000);
    arena_destroy(&bench.arena);
    return EXIT_SUCCESS;
}
