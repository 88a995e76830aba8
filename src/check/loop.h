/*
 * loop.h: the steps of subqueries: going through pages, and what is gathered on the way.
 *
 * Threads: that of the machine.
 */
#ifndef CRFD_CHECK_LOOP_H
#define CRFD_CHECK_LOOP_H

#include "machine.h"

#include <stdbool.h>

/* Steps that go through pages or keep what was met: the step in front of the next one; NULL after an error. */
const struct step *loop_run(struct machine *machine, const struct step *step, const struct value *a);
bool loop_accumulate(struct machine *machine, const struct step *step, const struct value *from);
bool loop_average(struct machine *machine, const struct step *step, const struct value *sum,
                  const struct value *count);
bool loop_comes_before(const struct machine *machine, const struct step *step);

#endif
