/*
 * against.h: `crfd check --against`: tells what a study definition would do to tables and findings.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_AGAINST_H
#define CRFD_CLI_AGAINST_H

#include "ask.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"

/*
 * Prints how many findings of each check would open, close and stay, or as --csv or --json each finding; what is to be
 * said beside that list goes to standard error. Returns the exit status of the process: 1 where the definition could not
 * be put in force.
 */
int against_tell(struct arena *arena, const struct config *config, const struct definition *definition,
                 struct ask_form form);

#endif
