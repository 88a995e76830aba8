/*
 * load.h: what every command begins with: configuration and study definition, or all their mistakes on
 * standard error.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_LOAD_H
#define CRFD_CLI_LOAD_H

#include "command.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/definition/rule_book.h"

#include <stdbool.h>

/* Also sets the log level and the process's time zone. On failure everything is told and *exit_status set. */
bool load_config(struct arena *arena, const struct common_args *common, struct config *out, int *exit_status);
/* Both or nothing: where one is invalid, log level and time zone stay as they are. */
bool load_both(struct arena *arena, const struct common_args *common, struct config *config,
               struct definition *definition, int *exit_status);
bool
load_definition(struct arena *arena, const struct config *config, struct definition *out, int *exit_status);

/* "crfd: MESSAGE" on standard error; returns the exit status of its kind. */
int tell_error(const struct err *err);
/* Each on standard error, with its place. */
void tell_problems(const struct problems *problems);
/* The warnings of a study that could be loaded, as tell_problems; or each as an event of the log, of a long list the first. */
void tell_warnings(const struct config *config, const struct definition *definition);
void log_warnings(const struct definition *definition);
/* As tell_error, of a check id that the study does not have, with the closest that it has. */
int tell_unknown_check(struct arena *arena, const struct rulebook *rules, const char *id);

#endif
