/*
 * config_key.h: what a key of the configuration is. All keys are rows of one table; the parser, the JSON Schema and
 * crfd.json(5) are made from it, and a test holds the sample to it.
 *
 * Threads: constants; loading belongs to one thread.
 * Memory:  what is loaded lives in the given arena.
 */
#ifndef CRFD_DEFINITION_CONFIG_KEY_H
#define CRFD_DEFINITION_CONFIG_KEY_H

#include "crfd/base/arena.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands behind the key, and the type of its place in the struct. */
enum key_kind {
    KEY_OBJECT,   /* keys of its own, for the same struct */
    KEY_TEXT,     /* const char * */
    KEY_DURATION, /* a number with its unit; int64_t, in ms */
    KEY_INTEGER,  /* int */
    KEY_BOOLEAN,  /* bool */
    KEY_WORD      /* one of the words; an enum of their order */
};

struct config_key {
    const char *name; /* NULL behind the last of a table */
    enum key_kind kind;
    bool required;
    size_t at;   /* offsetof() in the struct that is loaded */
    int64_t min; /* of integers and durations */
    int64_t max;
    const char
        *fallback; /* the default, as it is written in the file; NULL: none, or one that the text tells */
    const char *const *words; /* NULL behind the last */
    const char *pattern;      /* a regular expression for editors; NULL: any that is not empty */
    const char *text;         /* sentences, for editors and the manual; none holds a period and a blank */
    const struct config_key *keys; /* of an object */

    /*
     * What is kept of a text: after a problem at the place, anything. `path` is that of the file. A fallback has no
     * place, and nothing to tell. NULL: the text itself.
     */
    const char *(*read)(struct arena *arena, const struct json_place *place, const char *path,
                        const char *text);
};

/* The keys of the configuration, for struct config. */
extern const struct config_key config_keys[];

/* Puts the fallbacks into the struct. */
void config_key_defaults(const struct config_key *keys, struct arena *arena, const char *path, void *out);

/* Takes the keys of the object into the struct; what is wrong or unknown becomes a problem. */
void config_key_load(const struct config_key *keys, struct arena *arena, const char *path,
                     const struct json_place *object, void *out);

#endif
