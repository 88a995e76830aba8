/*
 * months.h: the names of months that a study declares: its sites enter dates in their own languages.
 *
 * They are read beside the English and the Chinese ones, wherever a date has the name of a month, and in any case. Of several
 * that a text begins with, the longest counts: červenec is July, though červen is June.
 *
 * Threads: pure functions; names are const.
 * Memory:  names live in the arena they were built in.
 */
#ifndef CRFD_CLEAN_MONTHS_H
#define CRFD_CLEAN_MONTHS_H

#include "crfd/base/arena.h"

#include <stddef.h>

enum { MONTHS_OF_YEAR = 12 };

struct month_names;

/* texts[i] is a name of month i % 12 + 1; NULL where there is none. They have no problem (date_forms.h). */
const struct month_names *month_names_new(struct arena *arena, const char *const *texts, size_t count);

/*
 * Bytes of the longest name that the cleaned text begins with, and its month, 1 to 12; 0 where there is none. NULL: there are no
 * names.
 */
size_t month_names_match(const struct month_names *names, const char *text, size_t length, int *month);

/* The month of the at-th name, 1 to 12. */
static inline int
month_of_name(size_t at)
{
    return (int)(at % MONTHS_OF_YEAR) + 1;
}

#endif
