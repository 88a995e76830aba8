#include "suggest.h"

#include <stdint.h>
#include <string.h>

#define NAME_MAX_BYTES 64 /* longer names are compared by their beginnings */

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: three rows of the usual table, because a swap looks two rows back. */
size_t
suggestion_distance(const char *a, const char *b, size_t limit)
{
    size_t rows[3][NAME_MAX_BYTES + 1];
    size_t a_length = strnlen(a, NAME_MAX_BYTES);
    size_t b_length = strnlen(b, NAME_MAX_BYTES);
    size_t distance;

    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *above2 = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = smaller(above[j - 1] + (a[i - 1] != b[j - 1]), smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], above2[j - 2] + 1);
        }
    }
    distance = rows[a_length % 3][b_length];
    return distance > limit ? limit + 1 : distance;
}

void
suggestion_begin(struct suggestion *suggestion, const char *wanted)
{
    /* A third of the letters may be wrong, but never all of a short name. */
    *suggestion = (struct suggestion){wanted, smaller(strlen(wanted) / 3 + 1, 3) + 1, NULL};
    if (strlen(wanted) < 3)
        suggestion->distance = 2;
}

void
suggestion_offer(struct suggestion *suggestion, const char *name)
{
    size_t distance;

    if (suggestion->distance == 0)
        return;
    distance = suggestion_distance(suggestion->wanted, name, suggestion->distance - 1);
    if (distance < suggestion->distance && distance < strlen(suggestion->wanted)) {
        suggestion->distance = distance;
        suggestion->name = name;
    }
}
