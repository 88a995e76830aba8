#include "crfd/base/suggest.h"

#include "crfd/base/utf8.h"

#include <stdbool.h>
#include <string.h>

static struct suggest_word
word_of(const char *text)
{
    size_t left = strnlen(text, 4 * SUGGEST_MAX + 1);
    struct suggest_word word = {.length = 0};

    while (left > 0) {
        int32_t c;
        size_t size = utf8_decode(text, left, &c);

        if (size == 0 || word.length == SUGGEST_MAX)
            return (struct suggest_word){.length = 0};
        word.characters[word.length++] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
        text += size;
        left -= size;
    }
    return word;
}

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The optimal string alignment distance: Levenshtein's, with a swap of neighbours counted once. */
static size_t
edit_distance(const struct suggest_word *a, const struct suggest_word *b)
{
    size_t rows[3][SUGGEST_MAX + 1];

    for (size_t j = 0; j <= b->length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a->length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *above2 = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b->length; j++) {
            bool same = a->characters[i - 1] == b->characters[j - 1];

            row[j] = smaller(above[j - 1] + (same ? 0 : 1), smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a->characters[i - 1] == b->characters[j - 2] &&
                a->characters[i - 2] == b->characters[j - 1])
                row[j] = smaller(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a->length % 3][b->length];
}

void
suggestion_begin(struct suggestion *suggestion, const char *wanted)
{
    size_t length;

    *suggestion = (struct suggestion){.wanted = word_of(wanted)};
    length = suggestion->wanted.length;
    suggestion->limit = length > 2 ? length / 3 : length / 2;
}

void
suggestion_offer(struct suggestion *suggestion, const char *name)
{
    struct suggest_word offered = word_of(name);
    size_t distance;

    if (suggestion->wanted.length == 0 || offered.length == 0)
        return;
    distance = edit_distance(&suggestion->wanted, &offered);
    if (distance > suggestion->limit || (suggestion->name != NULL && distance == suggestion->limit))
        return;
    suggestion->limit = distance;
    suggestion->name = name;
}

const char *
suggest(const char *wanted, const char *const *names, size_t count)
{
    struct suggestion suggestion;

    suggestion_begin(&suggestion, wanted);
    for (size_t i = 0; i < count; i++)
        suggestion_offer(&suggestion, names[i]);
    return suggestion.name;
}
