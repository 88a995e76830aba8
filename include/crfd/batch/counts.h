/*
 * counts.h: what a center pass, or a run, has counted.
 *
 * Threads: plain numbers; see progress.h for those that are watched while they grow.
 */
#ifndef CRFD_BATCH_COUNTS_H
#define CRFD_BATCH_COUNTS_H

#include <stdint.h>

struct counts {
    int64_t subjects;  /* read from the source */
    int64_t evaluated; /* of them: cleaned and checked, because they or the definition changed */
    int64_t pages_read;
    int64_t pages_written;     /* rows inserted or changed */
    int64_t pages_unchanged;   /* rows that stand as they are */
    int64_t pages_quarantined; /* in quarantine after the pass */
    int64_t pages_removed;     /* that the source has no more (batch/removal.h) */
    int64_t findings_opened;
    int64_t findings_closed;
    int64_t findings_reopened;
    int64_t cleaned; /* values logged as cleaned */
};

static inline void
counts_add(struct counts *sum, const struct counts *more)
{
    sum->subjects += more->subjects;
    sum->evaluated += more->evaluated;
    sum->pages_read += more->pages_read;
    sum->pages_written += more->pages_written;
    sum->pages_unchanged += more->pages_unchanged;
    sum->pages_quarantined += more->pages_quarantined;
    sum->pages_removed += more->pages_removed;
    sum->findings_opened += more->findings_opened;
    sum->findings_closed += more->findings_closed;
    sum->findings_reopened += more->findings_reopened;
    sum->cleaned += more->cleaned;
}

#endif
