/*
 * trial.h: a small made-up trial for tests of what becomes of one subject's pages.
 *
 * In definitions and pages a single quote stands for a double one, which reads better in C.
 *
 * Threads: one.
 * Memory:  a struct trial is the caller's; what it evaluates lives until trial_forget or trial_close.
 */
#ifndef CRFD_TESTS_TRIAL_H
#define CRFD_TESTS_TRIAL_H

#include "batch/evaluate.h"

struct trial {
    struct arena study_arena;
    struct arena arena; /* of the subject */
    struct definition definition;
    struct evaluator evaluator;
};

/* A page as tests write it; a list of them ends with event NULL. Repeats of 0 are read as 1. */
struct trial_page {
    const char *event;
    const char *form;
    const char *data;
    int event_repeat;
    int form_repeat;
};

/* definition NULL: the one below. Ends the test with every mistake where there is one. */
void trial_open(struct trial *trial, const char *definition);
void trial_close(struct trial *trial);

/* As when the next subject begins. */
void trial_forget(struct trial *trial);

/* A source page, submitted at noon of 2024-03-10. */
struct source_page trial_source_page(struct trial *trial, const struct trial_page *page);

/* Subject 1 of center 701 with these pages, in this order. */
void trial_evaluate(struct trial *trial, const struct trial_page *pages, struct evaluation *out);

/*
 * What was found, a line each, in its order; all live in the trial's arena:
 *
 *   vs.sysbp.range sysbp DAY 1.1 vs.1                                       (rule, item, page)
 *   vs.sysbp.range sysbp DAY 1.1 vs.1 | minor | MESSAGE | {"sysbp":"300"}   (the same in full)
 *   sex DAY 1.1 dm.1: male -> M (synonym)                                   (what was cleaned)
 *   DAY 1.1 vs.1: REASON                                                    (what was quarantined)
 *   DAY 1.1 vs.1 at 1: sysbp=120 diabp= ...                                 (the pages, with typed values, ~ND for a missing token)
 */
const char *trial_findings(struct trial *trial, const struct evaluation *evaluation);
const char *trial_findings_in_full(struct trial *trial, const struct evaluation *evaluation);
const char *trial_cleaned(struct trial *trial, const struct evaluation *evaluation);
const char *trial_quarantined(struct trial *trial, const struct evaluation *evaluation);
const char *trial_pages(struct trial *trial, const struct evaluation *evaluation);

/* A copy with double quotes for single ones. */
const char *trial_quote(struct arena *arena, const char *text);

#endif
