/*
 * load_texts.h: texts of the definition that may be given in several languages: "label", "message".
 *
 *   "message": "Is too high"
 *   "message": {"en": "Is too high", "zh": "过高"}
 *
 * The study's languages are those that its texts name. The first one is that of finding.message and of column comments:
 * "language" says which it is, else the first that a text names. A text alone is in this one.
 *
 * Threads: one.
 */
#ifndef CRFD_DEFINITION_LOAD_TEXTS_H
#define CRFD_DEFINITION_LOAD_TEXTS_H

#include "loading.h"

/* By the study's languages; NULL where there is none in it. Not to be copied: its places refer to each other. */
struct load_texts {
    const char *in[STUDY_LANGUAGES_MAX];
    struct json_place places[STUDY_LANGUAGES_MAX];
    struct json_place place;
    size_t count;
};

/* "language" of the study, before any text is read. */
void load_language(struct load *load, const struct json_place *root);

/* The object's text of this key. False where there is none in the first language; a problem where it is given otherwise. */
bool load_texts(struct load *load, const struct json_place *object, const char *key, struct load_texts *out);

/* "label": "" and NULL where there is none; others is NULL where it is in one language only. */
void load_label(struct load *load, const struct json_place *object, const char **label,
                const char *const **others);

#endif
