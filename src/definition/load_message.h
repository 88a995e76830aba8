/*
 * load_message.h: a message of the definition to its parts.
 *
 * Threads: one.
 * Memory:  what is built lives in the load's arena.
 */
#ifndef CRFD_DEFINITION_LOAD_MESSAGE_H
#define CRFD_DEFINITION_LOAD_MESSAGE_H

#include "crfd/definition/message.h"
#include "load_texts.h"

/* What a message may name. */
struct message_scope {
    const struct form *form;      /* on whose pages it is said; NULL: of any form */
    const struct rule_kind *kind; /* built-in; NULL: of a check */
    const char *owner;            /* before each problem: "check \"VS001\": "; "" */
};

/* Of a message with mistakes, which are problems at the place, what is right. */
const struct message *load_message(struct load *load, const struct message_scope *scope,
                                   const struct json_place *place, const char *text);

/* Of each text that there is: `in` is texts->in, or what was made of it. */
const struct message_set *load_messages(struct load *load, const struct message_scope *scope,
                                        const struct load_texts *texts, const char *const *in);

#endif
