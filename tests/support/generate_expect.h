/*
 * generate_expect.h: what the analysis schema must hold after a night, worked out from what was planted.
 *
 * Threads: an expectation belongs to one thread.
 * Memory:  constant, whatever the number of subjects.
 */
#ifndef CRFD_TESTS_GENERATE_EXPECT_H
#define CRFD_TESTS_GENERATE_EXPECT_H

#include "crfd/base/arena.h"
#include "generate_subject.h"
#include "generate_tally.h"

#include <stdio.h>

/*
 * The counts, by name:
 *   pages, subjects, centers                  at the source after the night
 *   center.ID.pages, subjects, quarantined, open, cleaned
 *   forms.FORM                                rows of analysis.FORM
 *   values.FORM.ITEM                          of these, with a value
 *   findings.CHECK                            open after the night
 *   errors.CHECK                              of these, because the check ended in an error
 *   cleaning.FORM.ITEM.STEPS                  rows of analysis.cleaning so far; "as entered" where it has no steps
 *   quarantine.REASON
 *   opened.CHECK, closed.CHECK.REASON, reopened.CHECK, cleaned   what this night does
 */
struct expectation {
    struct tally tally;
    FILE *findings; /* rows of analysis.finding as COPY text; NULL: not wanted */
    FILE *cleaning; /* the same of analysis.cleaning */
};

/* nights: the subject as it is on each night up to the one that is expected. */
void expect_subject(struct expectation *expectation, struct arena *arena, const struct made_subject *nights,
                    int night_count);

#endif
