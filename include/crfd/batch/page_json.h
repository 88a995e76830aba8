/*
 * page_json.h: the JSON of one source page to its members, as entered.
 *
 * A page is one flat object of scalars (README, "Source"). cJSON parses it; numbers are taken from the text
 * itself, because cJSON keeps them as double and 0.10 must stay 0.10.
 *
 * Threads: each thread parses into its own arena; page_json_init is called once, before threads start.
 * Memory:  members borrow from the arena and from the text, which must live as long.
 */
#ifndef CRFD_BATCH_PAGE_JSON_H
#define CRFD_BATCH_PAGE_JSON_H

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define PAGE_MAX_BYTES   (1024 * 1024) /* of the JSON text of one page */
#define PAGE_MAX_MEMBERS 4000
#define PAGE_KEY_MAX     200 /* bytes of one key: it must fit an index entry */

struct page_member {
    const char *key; /* NUL-terminated */
    size_t key_length;
    /* Set by who cleans the keys: the key as entered, and with what is invisible in it written out. */
    const char *entered;
    size_t entered_length;
    const char *shown;
    const char *raw; /* the string, or the literal as it stands in the text; NULL for null */
    size_t raw_length;
    bool is_number; /* a literal of JSON, not a string */
};

struct page_members {
    struct page_member *list;
    size_t count;
};

/* Routes cJSON's memory: to the arena of the parse that runs on this thread, else to the heap. */
void page_json_init(void);

/*
 * Returns NULL, or why the page cannot be taken in: a sentence in the arena or static text, without values.
 * The text has a NUL behind its length, as every value of libpq.
 * Equal keys are found later, by the form that knows them.
 */
const char *page_json_parse(struct arena *arena, const char *text, size_t length, struct page_members *out);

#endif
