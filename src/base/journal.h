/*
 * journal.h: events for the systemd journal, each with its fields.
 *
 * Threads: any.
 */
#ifndef CRFD_BASE_JOURNAL_H
#define CRFD_BASE_JOURNAL_H

#include "crfd/base/event.h"

#include <stdbool.h>

/* Does the descriptor lead to the journal (JOURNAL_STREAM, systemd.exec(5))? */
bool journal_takes(int fd);

/*
 * The message, and each field as CRFD_KEY: `journalctl CRFD_CENTER=A` finds it. fields end with a NULL key. False
 * where the journal does not take it.
 */
bool journal_send(enum log_level level, const char *message, const struct log_field *fields);

#endif
