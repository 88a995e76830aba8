/*
 * load_message.h: a message of the definition to its parts.
 *
 * Threads: one.
 * Memory:  what is built lives in the load's arena.
 */
#ifndef CRFD_DEFINITION_LOAD_MESSAGE_H
#define CRFD_DEFINITION_LOAD_MESSAGE_H

#include "crfd/definition/message.h"
#include "loading.h"

/* What a message may name. */
struct message_scope {
    const struct form *form; /* on whose pages it is said */
    const char *owner;       /* before each problem: "check \"VS001\": "; "" */
};

/* Of a message with mistakes, which are problems at the place, what is right. */
const struct message *load_message(struct load *load, const struct message_scope *scope,
                                   const struct json_place *place, const char *text);

#endif
