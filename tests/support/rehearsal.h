/*
 * rehearsal.h: one night that is played again and again from the same beginning, each time disturbed in another
 * way, and what an undisturbed one leaves.
 *
 * Two pieces can be played on the pages of tests/data/night_pages.sql and some more, so that each center writes
 * each table: the first night of a study, which writes straight into empty tables, and a second one after
 * changes at the source (values, pages, subjects that came and went), which merges. There is one worker, so that
 * centers come in one order, the largest first.
 *
 * What goes wrong ends the test.
 *
 * Threads: one thread at a time; tests that Check has forked may play it one after the other.
 */
#ifndef CRFD_TESTS_REHEARSAL_H
#define CRFD_TESTS_REHEARSAL_H

#include "instance.h"

#define REHEARSAL_CENTERS 6

enum rehearsal_piece { REHEARSAL_FIRST_NIGHT, REHEARSAL_SECOND_NIGHT };

struct rehearsal {
    struct instance instance;
    char *calm; /* the signature after an undisturbed night */
};

void rehearsal_create(struct rehearsal *rehearsal, const struct cluster *cluster, const char *name,
                      enum rehearsal_piece piece);
/* The same with one center. */
void rehearsal_create_small(struct rehearsal *rehearsal, const struct cluster *cluster, const char *name,
                            enum rehearsal_piece piece);
void rehearsal_destroy(struct rehearsal *rehearsal);

/* Puts both schemas back to what they were before the night. */
void rehearsal_reset(const struct rehearsal *rehearsal);

/*
 * The state after a night that was completed, whatever happened on the way: the signature of an undisturbed one,
 * the run done, each center done and reconciled, the ledger counting the pages of the tables. `how` names the
 * disturbance in the failure.
 */
void rehearsal_expect_calm(const struct rehearsal *rehearsal, const char *how);

/*
 * The seed of a test with random choices: that of the environment variable CRFD_TEST_SEED or one of the clock,
 * printed, so that a failure can be played again.
 */
unsigned long rehearsal_seed(void);
/* The next number below limit. */
unsigned long rehearsal_random(unsigned long *seed, unsigned long limit);

#endif
