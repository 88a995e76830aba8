/*
 * json.h: reading the project's own JSON files: every value knows its path, so that every mistake can be told
 * with it, and reading goes on after a mistake.
 *
 * A place is a value and how it was reached. Places live on the stack of whoever walks down; a place must not
 * outlive the place it was reached from.
 *
 * Threads: a document belongs to one thread.
 * Memory:  texts that are handed out live in the document's arena; the tree lives from json_open to json_close.
 */
#ifndef CRFD_DEFINITION_JSON_H
#define CRFD_DEFINITION_JSON_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/definition/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_FILE_MAX_BYTES (16 * 1024 * 1024)

struct cJSON;

struct json_document {
    struct arena *arena;
    struct problems *problems;
    struct cJSON *root; /* NULL where the text is not JSON */
};

struct json_place {
    const struct json_document *document;
    const struct json_place *parent; /* NULL at the root */
    struct cJSON *value;             /* NULL: there is none (behind the last of a list or an object) */
    const char *key;                 /* NULL in a list */
    size_t index;
};

/* The bytes of a file, NUL-terminated, in the arena. ERR_IO where it cannot be read, ERR_CONFIG where it is too large. */
bool json_read_file(struct arena *arena, const char *path, const char **text, size_t *length,
                    struct err *err) CRFD_MUST_CHECK;

/*
 * JSON with comments to a document. False where it is not JSON (one problem, with line and column). A key that
 * is given twice in one object is a problem, too; its first value counts.
 */
bool json_open(struct json_document *document, struct arena *arena, const char *text, size_t length,
               struct problems *problems) CRFD_MUST_CHECK;
void json_close(struct json_document *document);

struct json_place json_root(const struct json_document *document);

/* A problem at the place; json_problem_at shows `text` with a caret at its byte `offset`, too. */
void json_problem(const struct json_place *place, const char *format, ...) CRFD_PRINTF(2, 3);
void json_problem_at(const struct json_place *place, const char *text, size_t offset, const char *format, ...)
    CRFD_PRINTF(4, 5);
/* As json_problem_at, of what is no mistake. */
void json_warning_at(const struct json_place *place, const char *text, size_t offset, const char *format, ...)
    CRFD_PRINTF(4, 5);

/* ---- Walking. What is not a list or an object has no children. ---- */

/* for (struct json_place each = json_first(&list); each.value != NULL; json_next(&each)) */
struct json_place json_first(const struct json_place *container);
void json_next(struct json_place *child);
size_t json_count(const struct json_place *container);

/* True where the object has the key; no problem where not. */
bool json_member(const struct json_place *object, const char *key, struct json_place *out);

/* True where the value is an object (a list); else a problem. */
bool json_expect_object(const struct json_place *place);
bool json_expect_list(const struct json_place *place);
/* Without a problem where it is none. */
bool json_is_object(const struct json_place *place);

/* Whether the value is a text, a list, or null; no problem where not. */
bool json_is_text(const struct json_place *place);
bool json_is_list(const struct json_place *place);
bool json_is_null(const struct json_place *place);

/* A problem for every key that is not among these. Keys that begin with $schema belong to the editor. */
void json_expect_keys(const struct json_place *object, const char *const *keys, size_t count);

/* ---- Values: a problem where the value is of another type. ---- */

/* A text that is not empty; NULL after a problem. */
const char *json_text(const struct json_place *place);
/* A text or a whole number, as text: for exact values. Fractions must be texts: JSON readers lose their digits. */
const char *json_exact(const struct json_place *place);
bool json_integer(const struct json_place *place, int64_t min, int64_t max, int64_t *out);
bool json_boolean(const struct json_place *place, bool *out);

/* ---- Members: the fallback where there is no such key, or after a problem. ---- */

const char *json_member_text(const struct json_place *object, const char *key, const char *fallback);
/* As json_member_text; that there is no such key is a problem, too. NULL then. */
const char *json_required_text(const struct json_place *object, const char *key);
int64_t json_member_integer(const struct json_place *object, const char *key, int64_t min, int64_t max,
                            int64_t fallback);
bool json_member_boolean(const struct json_place *object, const char *key, bool fallback);
/* True where the key is there and its value is an object (a list). */
bool json_member_object(const struct json_place *object, const char *key, struct json_place *out);
bool json_member_list(const struct json_place *object, const char *key, struct json_place *out);
/* As json_member_object (list); that there is no such key is a problem, too. */
bool json_required_object(const struct json_place *object, const char *key, struct json_place *out);
bool json_required_list(const struct json_place *object, const char *key, struct json_place *out);

/* The texts of a list, in order; those that are none are left out after a problem. */
size_t json_texts(const struct json_place *list, const char *const **out);

#endif
