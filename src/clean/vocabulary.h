/*
 * vocabulary.h: the words that mean something to one item: codes, their synonyms, missing tokens.
 *
 * What is closer to the item wins: an exact code, an exact synonym, a code in another case, a synonym in
 * another case, then a missing token. So a study may call NA missing and a questionnaire item have it as a
 * code. A word that folds to two different codes is none of them unless it is written exactly.
 *
 * Threads: pure; a vocabulary is const.
 * Memory:  a vocabulary lives in the arena it was built in and borrows the code list's strings.
 */
#ifndef CRFD_CLEAN_VOCABULARY_H
#define CRFD_CLEAN_VOCABULARY_H

#include "crfd/base/arena.h"
#include "crfd/study/study.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

enum word_kind {
    WORD_NONE,
    WORD_CODE,      /* a code as it stands */
    WORD_CODE_CASE, /* a code in another case, or written with what cleaning folds */
    WORD_SYNONYM,   /* a synonym, in any case */
    WORD_MISSING    /* a missing token, in any case */
};

struct vocabulary;

/* NULL where the item has neither a code list nor missing tokens. Tokens and synonyms are cleaned as texts are. */
const struct vocabulary *vocabulary_new(struct arena *arena, const struct item *item);

/* Looks up a cleaned text; *code is the code that it means, or the missing token as it was declared. */
enum word_kind vocabulary_find(const struct vocabulary *vocabulary, struct arena *arena,
                               struct text_span text, struct text_span *code);

/*
 * Whether a text, before any cleaning, is a code to the byte that cleaning would change: such a code is not
 * touched either. Almost every list has none, and then this is one comparison.
 */
bool vocabulary_has_unclean(const struct vocabulary *vocabulary, struct text_span raw);

#endif
