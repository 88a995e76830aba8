/*
 * Random expressions on random rows: crfd and PostgreSQL have to answer the same: true, false, unknown, or an
 * error of the same SQLSTATE. PostgreSQL is asked by the check's twin and, where it says the same in plain SQL,
 * in the check's own words.
 *
 * Two differences are known, and PostgreSQL itself has to confirm each case of them:
 *  - The planner evaluates what is constant, also in a branch that is never taken, and drops what a constant
 *    decides, also where it would have failed. Asked with its constants as parameters, it must agree.
 *  - crfd has limits that PostgreSQL has not. Asked within these (tests/data/narrow.sql), it must agree.
 *
 * CRFD_DIFFERENTIAL_SEED and CRFD_DIFFERENTIAL_EXPRESSIONS choose another run or a longer one, and
 * CRFD_DIFFERENTIAL_REFUSED=1 shows what was refused.
 */
#include "check/routine.h"
#include "crfd/base/clock.h"
#include "crfd/check/compile.h"
#include "crfd/check/eval.h"

#include "check_oracle.h"
#include "check_study.h"
#include "cluster.h"
#include "expr_gen.h"
#include "fail.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS        50 /* of one block, pages of form vs */
#define SUBJECTS    10 /* of one block; every other block has only one, so that subqueries are plain SQL, too */
#define BLOCK       1000 /* expressions that are asked about one block of rows */
#define BATCH       50   /* expressions that are under way at once */
#define SHOWN_MAX   30
#define MUTANT_RATE 12 /* percent */

struct asked_row {
    const struct subject *subject;
    const struct page *page;
};

/* An expression that crfd accepts, and everybody's answers. */
struct trial {
    const char *text;
    const struct program *program;
    const char *twin_sql;
    bool is_plain;
    bool is_mutant;
    struct oracle_answer crfd[ROWS];
    struct oracle_question twin;
    struct oracle_question plain;
};

static struct {
    uint64_t generated, refused, refused_mutants, accepted_mutants, plain;
    uint64_t answers[4]; /* true, false, unknown, error */
    uint64_t folded, narrowed, reworded, different;
} tally;

static struct cluster cluster;
static PGconn *twins;  /* a database with a locale of its own: the twin has to say how texts compare */
static PGconn *plains; /* a database that compares by code point, as the check language does */
static PGconn *narrow; /* the twins' database, within crfd's limits */
static struct arena study_arena;
static struct arena block_arena;
static const struct study *study;
static const struct form *vs;
static struct asked_row rows[ROWS];
static uint64_t seed;
static int subject_count; /* of the block */
static bool shows_refused;

/* --- rows --- */

static void
new_block(uint64_t block)
{
    struct dice dice = dice_at(seed, 2, block, 0);
    int row = 0;

    subject_count = block % 2 == 0 ? SUBJECTS : 1;
    arena_reset(&block_arena);
    oracle_clear(twins, study);
    oracle_clear(plains, study);
    for (int i = 0; i < subject_count; i++) {
        char id[16];
        const struct subject *subject;

        snprintf(id, sizeof id, "%d", 1001 + i);
        subject = expr_gen_subject(&dice, &block_arena, study, id, (size_t)(ROWS / subject_count));
        oracle_insert(twins, study, subject, row);
        oracle_insert(plains, study, subject, row);
        for (size_t n = 0; n < subject->forms[vs->index].count; n++)
            rows[row++] = (struct asked_row){subject, subject->forms[vs->index].pages[n]};
    }
    ck_assert_int_eq(row, ROWS);
    cluster_exec(twins, "ANALYZE");
    cluster_exec(plains, "ANALYZE");
}

/* --- crfd's side --- */

static void
evaluate(struct trial *trial)
{
    struct arena_mark mark = arena_mark(&block_arena);
    struct eval_scratch *scratch = eval_scratch_new(&block_arena, program_scratch_bytes(trial->program));

    for (size_t i = 0; i < ROWS; i++) {
        static const char *const names[] = {
            [EVAL_FALSE] = "false", [EVAL_UNKNOWN] = "unknown", [EVAL_TRUE] = "true"};
        struct eval_error error;
        enum eval_outcome outcome =
            eval_check(trial->program, rows[i].subject, rows[i].page, scratch, &error);

        snprintf(trial->crfd[i].text, sizeof trial->crfd[i].text, "%s",
                 outcome == EVAL_ERROR ? error.sqlstate : names[outcome]);
        tally.answers[outcome == EVAL_TRUE      ? 0
                      : outcome == EVAL_FALSE   ? 1
                      : outcome == EVAL_UNKNOWN ? 2
                                                : 3]++;
    }
    arena_rewind(&block_arena, mark);
}

/* A line of its own, whatever the text holds. */
static void
print_line(const char *label, const char *text)
{
    printf("#   %s: ", label);
    for (; *text != '\0'; text++)
        putchar(*text == '\n' || *text == '\r' ? ' ' : *text);
    putchar('\n');
}

static void
count_refused(const struct trial *trial, const struct strbuf *text, const struct check_error *error)
{
    if (trial->is_mutant)
        tally.refused_mutants++;
    else
        tally.refused++;
    ck_assert_msg(error->offset <= text->length && error->message[0] != '\0', "refused without a place: %s",
                  text->text);
    if (shows_refused) {
        print_line(trial->is_mutant ? "refused mutant" : "refused", text->text);
        print_line("because", error->message);
    }
}

/* False where it is refused. */
static bool
new_trial(uint64_t number, struct strbuf *text, struct trial *trial)
{
    struct expr_gen gen = expr_gen_at(seed, number, text);
    struct check_error error = {.offset = SIZE_MAX};

    trial->is_mutant = dice_percent(&gen.dice, MUTANT_RATE);
    if (trial->is_mutant)
        expr_gen_mutant(&gen);
    else
        expr_gen_condition(&gen);
    tally.generated++;
    trial->program = check_compile(&block_arena, study, vs, text->text, text->length, &error);
    if (trial->program == NULL) {
        count_refused(trial, text, &error);
        return false;
    }
    trial->is_plain = gen.is_plain && (!gen.reads_pages || subject_count == 1);
    trial->text = arena_copy(&block_arena, text->text, text->length);
    trial->twin_sql = oracle_on_the_night(&block_arena, program_twin_sql(trial->program));
    trial->twin.condition = trial->twin_sql;
    if (trial->is_plain)
        trial->plain.condition = oracle_on_the_night(&block_arena, trial->text);
    tally.accepted_mutants += trial->is_mutant;
    tally.plain += trial->is_plain;
    evaluate(trial);
    return true;
}

/* --- comparing --- */

static bool
is_same(const struct oracle_answer *a, const struct oracle_answer *b)
{
    return strcmp(a->text, b->text) == 0;
}

static bool
all_same(const struct oracle_answer *a, const struct oracle_answer *b)
{
    for (size_t i = 0; i < ROWS; i++)
        if (!is_same(&a[i], &b[i]))
            return false;
    return true;
}

static bool
is_error(const struct oracle_answer *answer)
{
    return strchr("tfu", answer->text[0]) == NULL;
}

static void
show(const struct trial *trial, const char *who, const struct oracle_answer *answers)
{
    struct strbuf text;
    size_t row = 0;

    if (++tally.different > SHOWN_MAX)
        return;
    while (is_same(&trial->crfd[row], &answers[row]))
        row++;
    strbuf_init(&text);
    for (size_t i = 0; i < rows[row].page->form->item_count; i++) {
        strbuf_printf(&text, " %s=", rows[row].page->form->items[i].name);
        if (rows[row].page->values[i].is_null)
            strbuf_append(&text, "NULL");
        value_append_text(&rows[row].page->values[i], &text);
    }
    printf("# row %zu: crfd says %s, %s says %s\n", row, trial->crfd[row].text, who, answers[row].text);
    print_line("check", trial->text);
    print_line("twin", trial->twin_sql);
    print_line("row", text.text);
    strbuf_destroy(&text);
}

static bool
confirmed(PGconn *connection, const struct trial *trial, bool within_limits)
{
    struct oracle_question *question = arena_new(&block_arena, struct oracle_question);

    if (within_limits)
        oracle_narrow(&block_arena, trial->twin_sql, question);
    else
        oracle_hide_constants(&block_arena, trial->twin_sql, question);
    oracle_ask(connection, &question, 1, ROWS);
    if (all_same(trial->crfd, question->answers))
        return true;
    if (within_limits)
        show(trial, "its twin within crfd's limits", question->answers);
    return false;
}

/* Whether the text in the check's own words differs only in what fails: an error that one side does not reach. */
static bool
differs_in_errors_only(const struct trial *trial)
{
    for (size_t i = 0; i < ROWS; i++)
        if (!is_same(&trial->crfd[i], &trial->plain.answers[i]) && !is_error(&trial->crfd[i]) &&
            !is_error(&trial->plain.answers[i]))
            return false;
    return true;
}

static void
judge(const struct trial *trial)
{
    bool is_known = all_same(trial->crfd, trial->twin.answers);

    if (!is_known && confirmed(twins, trial, false)) {
        tally.folded++;
        is_known = true;
    } else if (!is_known && confirmed(narrow, trial, true)) {
        tally.narrowed++;
        is_known = true;
    }
    if (trial->plain.condition == NULL || all_same(trial->crfd, trial->plain.answers))
        return;
    if (all_same(trial->twin.answers, trial->plain.answers))
        return;
    if (is_known && differs_in_errors_only(trial))
        tally.reworded++;
    else
        show(trial, "PostgreSQL", trial->plain.answers);
}

static void
ask_all(struct trial *trials, size_t count)
{
    struct oracle_question *by_twin[BATCH] = {NULL};
    struct oracle_question *by_text[BATCH] = {NULL};
    size_t plain_count = 0;

    for (size_t i = 0; i < count; i++) {
        by_twin[i] = &trials[i].twin;
        if (trials[i].plain.condition != NULL)
            by_text[plain_count++] = &trials[i].plain;
    }
    oracle_ask(twins, by_twin, count, ROWS);
    oracle_ask(plains, by_text, plain_count, ROWS);
    for (size_t i = 0; i < count; i++)
        judge(&trials[i]);
}

static uint64_t
number_of(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void
run_batch(uint64_t first, uint64_t end, struct strbuf *text)
{
    struct trial *trials = arena_array(&block_arena, struct trial, BATCH);
    size_t count = 0;

    for (uint64_t number = first; number < end; number++)
        count += new_trial(number, text, &trials[count]);
    ask_all(trials, count);
}

START_TEST(random_expressions_have_the_same_answers)
{
    uint64_t wanted = number_of("CRFD_DIFFERENTIAL_EXPRESSIONS", 20000);
    int64_t begun = clock_steady_ns();
    struct strbuf text;

    strbuf_init(&text);
    for (uint64_t first = 0; first < wanted; first += BATCH) {
        struct arena_mark mark;

        if (first % BLOCK == 0)
            new_block(first / BLOCK);
        mark = arena_mark(&block_arena);
        run_batch(first, first + BATCH < wanted ? first + BATCH : wanted, &text);
        arena_rewind(&block_arena, mark);
    }
    strbuf_destroy(&text);
    printf("# seed %llu: %llu expressions on %d rows each, in %lld s\n", (unsigned long long)seed,
           (unsigned long long)tally.generated, ROWS, (long long)((clock_steady_ns() - begun) / 1000000000));
    printf("# refused: %llu, and %llu of %llu mutants; asked in plain words as well: %llu\n",
           (unsigned long long)tally.refused, (unsigned long long)tally.refused_mutants,
           (unsigned long long)(tally.refused_mutants + tally.accepted_mutants),
           (unsigned long long)tally.plain);
    printf("# answers: %llu true, %llu false, %llu unknown, %llu errors\n",
           (unsigned long long)tally.answers[0], (unsigned long long)tally.answers[1],
           (unsigned long long)tally.answers[2], (unsigned long long)tally.answers[3]);
    printf(
        "# known differences, each confirmed by PostgreSQL: %llu by constants evaluated in advance, %llu by "
        "crfd's limits; %llu texts whose errors stand in another order than the twin's\n",
        (unsigned long long)tally.folded, (unsigned long long)tally.narrowed,
        (unsigned long long)tally.reworded);
    printf("# disagreements: %llu\n", (unsigned long long)tally.different);
    fflush(stdout);
    ck_assert_msg(tally.different == 0, "%llu disagreements with seed %llu",
                  (unsigned long long)tally.different, (unsigned long long)seed);
    ck_assert_msg(tally.refused * 100 <= tally.generated * 25, "%llu of %llu expressions were refused",
                  (unsigned long long)tally.refused, (unsigned long long)tally.generated);
}
END_TEST

/* The name of a function; of extract the field. */
static const char *
written_name(size_t i)
{
    const char *name = routine_name(i);
    const char *field = strchr(name, ' ');

    return field != NULL ? field + 1 : name;
}

START_TEST(every_function_of_the_language_is_asked_about)
{
    for (size_t i = 0; routine_name(i) != NULL; i++) {
        bool found = false;

        for (size_t n = 0; n < expr_template_count; n++)
            found |= strstr(expr_templates[n].text, written_name(i)) != NULL;
        ck_assert_msg(found, "no template of expr_gen_table.c has %s", routine_name(i));
    }
}
END_TEST

/* --- the server --- */

static PGconn *
connect_to(const char *database)
{
    PGconn *connection = cluster_connect(&cluster, database);

    /* A plan for all rows alike, so that asking row by row does not plan again for each. */
    cluster_exec(connection, "SET TimeZone TO '" CHECK_STUDY_ZONE
                             "'; SET jit TO off; SET plan_cache_mode TO force_generic_plan; "
                             "SET statement_timeout TO '60s'");
    return connection;
}

static void
setup(void)
{
    cluster_start(&cluster);
    twins = cluster_connect(&cluster, "postgres");
    cluster_exec(twins, "CREATE DATABASE plain TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    PQfinish(twins);
    arena_init(&study_arena, 65536, 0);
    arena_init(&block_arena, 1024 * 1024, 0);
    study = check_study_new(&study_arena);
    vs = check_study_form(study, "vs");
    twins = connect_to("postgres");
    plains = connect_to("plain");
    narrow = connect_to("postgres");
    oracle_create(twins, study);
    oracle_create(plains, study);
    cluster_exec(plains, "SET search_path TO analysis");
    cluster_exec_file(narrow, "tests/data/narrow.sql");
    cluster_exec(narrow, "SET search_path TO narrow, pg_catalog");
    shows_refused = getenv("CRFD_DIFFERENTIAL_REFUSED") != NULL;
}

static void
teardown(void)
{
    arena_destroy(&block_arena);
    arena_destroy(&study_arena);
    PQfinish(narrow);
    PQfinish(plains);
    PQfinish(twins);
    cluster_destroy(&cluster);
}

int
main(void)
{
    Suite *suite = suite_create("differential");
    TCase *tcase = tcase_create("expressions");
    SRunner *runner;
    int failed;

    seed = number_of("CRFD_DIFFERENTIAL_SEED", 20140310);
    setup();
    tcase_add_test(tcase, every_function_of_the_language_is_asked_about);
    tcase_add_test(tcase, random_expressions_have_the_same_answers);
    tcase_set_timeout(tcase, 0);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    /* The connections are this process's own. */
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    teardown();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
