/*
 * what_if.h: `crfd check --against`: tells what a study definition would do to tables and findings.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_WHAT_IF_H
#define CRFD_CLI_WHAT_IF_H

#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"

/* Prints, and returns the exit status of the process: 1 where the definition could not be put in force. */
int tell_what_if(struct arena *arena, const struct config *config, const struct definition *definition);

#endif
