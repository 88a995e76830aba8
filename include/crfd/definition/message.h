/*
 * message.h: what a finding says: text, and in braces what is looked up on the page when it is found.
 *
 *   {sysbp}  {vs.sysbp}            an item of the page's form
 *   {dm.rfstdtc}                   one of a form that is filled once per subject or event, as a check means it
 *   {lag(weight)}  {lead(x, 2)}    one of the page before or behind, in the order of the events
 *   {crea:entered}                 an item of any of these, as it was entered
 *   {subject_id}  {event}  {form}  where the finding stands: what is in the page key, and the other columns of form tables
 *                                  that a check may name
 *   {label}  {value}               in a message of a built-in rule: of the item (or form) that the finding is about;
 *                                  {value:entered} as well
 *
 * Threads: made on the main thread; const afterwards.
 * Memory:  lives in the arena of the study.
 */
#ifndef CRFD_DEFINITION_MESSAGE_H
#define CRFD_DEFINITION_MESSAGE_H

#include "crfd/study/form_columns.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum message_source {
    MESSAGE_TEXT,
    MESSAGE_ITEM,
    MESSAGE_REFERENCE,
    MESSAGE_NEIGHBOR,
    MESSAGE_COLUMN,
    MESSAGE_FORM,
    MESSAGE_LABEL,
    MESSAGE_VALUE
};

struct message_part {
    enum message_source source;
    const char *text;        /* MESSAGE_TEXT */
    const struct form *form; /* MESSAGE_REFERENCE */
    size_t item;             /* of the page's form, or of that of a reference */
    bool is_entered;         /* the item as entered, and not as stored */
    int32_t offset;          /* MESSAGE_NEIGHBOR: places behind the page, negative for lag */
    enum form_column column; /* MESSAGE_COLUMN */
};

struct message {
    const char *text; /* as the study has it */
    const struct message_part *parts;
    size_t count;
};

/* The same in the languages of the study, by their index: NULL in one that it is not in, but never in the first. */
struct message_set {
    const struct message *in[STUDY_LANGUAGES_MAX];
};

#endif
