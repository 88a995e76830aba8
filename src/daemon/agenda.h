/*
 * agenda.h: which night is due: each night of the schedule once, whatever the clock does.
 *
 * What counts is the last night that was attended to, not the time that has passed. A clock that is put back finds
 * its nights attended to; after a sleep, or time without a daemon, the last night stands for all that were missed.
 * A clock that had been far ahead leaves a night that is yet to come: agenda_is_ahead tells, and what really
 * ran has to be asked again.
 *
 * Threads: loop thread; pure but for local time.
 */
#ifndef CRFD_DAEMON_AGENDA_H
#define CRFD_DAEMON_AGENDA_H

#include "crfd/batch/run_store.h"
#include "crfd/daemon/schedule.h"

#include <stdbool.h>
#include <stdint.h>

/* Without catch-up, a night that could not begin for so long is missed. */
#define AGENDA_PATIENCE_US (INT64_C(10) * 60 * 1000000)

struct agenda {
    struct cron cron;
    bool catch_up;
    bool knows;          /* what ran last */
    int32_t attended;    /* this night and all before it are over */
    int32_t interrupted; /* the night that a process left unfinished, which is no missed one */
    bool has_interrupted;
};

enum agenda_verdict { AGENDA_WAIT, AGENDA_RUN, AGENDA_MISSED };

/* Takes up the schedule; what was attended to stays. */
void agenda_use(struct agenda *agenda, const struct cron *cron, bool catch_up);

/*
 * What ran last. Where nothing ever ran, nothing was missed by since_us, when this was first wanted to be known: the
 * first night is the next.
 */
void agenda_learn(struct agenda *agenda, const struct run_last *last, int64_t since_us);

/*
 * What is to be done now. With AGENDA_RUN and AGENDA_MISSED, out is the night; a missed one is attended to by being
 * told.
 */
enum agenda_verdict agenda_look(struct agenda *agenda, int64_t now_us, struct occasion *out);

/* The night is over, well or not. */
void agenda_attend(struct agenda *agenda, int32_t night);

/* The last night attended to is later than tomorrow: the clock was wrong then, or is now. */
bool agenda_is_ahead(const struct agenda *agenda, int64_t now_us);

/*
 * When the next night begins that is later than all attended to, and than the given one, which is under way; in
 * microseconds since 1970. 0 while it is not known what ran last.
 */
int64_t agenda_next_us(const struct agenda *agenda, int32_t night);

#endif
