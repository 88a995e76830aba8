/*
 * status_lock.h: who may write the status file: one process at a time, and while one is at a run, nobody that has none.
 *
 * The locks are on a file beside the status file, as that one is replaced with every write. They belong to the open file
 * (fcntl(2), "Open file description locks"): a process that dies loses them, however it dies, and no process id has to
 * be believed. The lock file stays for ever: one that was removed while somebody waits for it would be two.
 *
 * A lock that cannot be had (a folder that may not be written, a file system without locks) holds nobody up: the
 * status is worth less than the night.
 *
 * Threads: loop thread.
 * Memory:  storage is the caller's, until status_lock_close.
 */
#ifndef CRFD_BATCH_STATUS_LOCK_H
#define CRFD_BATCH_STATUS_LOCK_H

#include <stdbool.h>

struct status_lock {
    int fd; /* -1: there is none */
};

/* path: of the status file. */
void status_lock_open(struct status_lock *lock, const char *path);
/* Gives up what is held. */
void status_lock_close(struct status_lock *lock);

/* From reading the file to having replaced it. Waits a second at most. */
void status_lock_begin_write(struct status_lock *lock);
void status_lock_end_write(struct status_lock *lock);

/* This process is at a run, or not any more. Between begin and end of a write. False where another one is at a run. */
bool status_lock_claim(struct status_lock *lock, bool is_running);

#endif
