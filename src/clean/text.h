/*
 * text.h: the cleaning steps that every text takes, whatever its type.
 *
 * Each step returns whether it changed the text; a text that no step changes is never copied. Bytes that are
 * no UTF-8 (JSON has none) pass through untouched.
 *
 * Threads: pure functions.
 * Memory:  a changed text lives in the arena; an unchanged span still points where it did.
 */
#ifndef CRFD_CLEAN_TEXT_H
#define CRFD_CLEAN_TEXT_H

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_span {
    const char *bytes; /* UTF-8, not NUL-terminated */
    size_t length;
};

/* ASCII without control characters, its blanks single and inside: no step can change it. */
bool text_is_plain(struct text_span text);

/*
 * Unicode normalisation form C (UAX #15). Linear in the length, also for a long run of combining marks.
 * Never form KC, which turns 10⁹/L into 109/L.
 */
bool text_normalize(struct arena *arena, struct text_span *text);

/* Full-width forms U+FF01..U+FF5E to ASCII, the ideographic space U+3000 to a blank; nothing else. */
bool text_fold_width(struct arena *arena, struct text_span *text);

/*
 * Tab and the line ends (also U+0085, U+2028, U+2029) to a blank; out go all other control characters (C0,
 * DEL, C1) and what has no width or only steers direction: soft hyphen, zero-width characters, BOM, bidi and
 * annotation controls.
 */
bool text_strip_controls(struct arena *arena, struct text_span *text);

/* Trims, and makes every run of blanks (Unicode's, such as U+00A0) one U+0020. */
bool text_collapse_blanks(struct arena *arena, struct text_span *text);

/*
 * The steps above, in this order, as bits of enum clean_step. Where taking out a character or folding a width
 * joins a letter with a mark, the text is normalised once more, so that a cleaned text cleans to itself.
 */
uint32_t text_clean(struct arena *arena, struct text_span *text);

/* Full Unicode case folding (CaseFolding.txt, C and F), for comparison only; the result lives in the arena. */
struct text_span text_fold_case(struct arena *arena, struct text_span text);

/* Bytes of the beginning of the text that fold to `folded`; 0 where it does not begin so. */
size_t text_begins_folded(struct text_span text, struct text_span folded);

struct text_span text_of(const char *string);

bool text_equal(struct text_span a, struct text_span b);

/* Whether the text begins with the word, ignoring the case of ASCII letters whatever the locale. */
bool text_begins(struct text_span text, const char *word);

#endif
