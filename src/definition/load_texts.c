#include "load_texts.h"

#include <string.h>

/* As BCP 47 writes it: zh, pt-BR, zh-Hans. */
static bool
is_language(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strspn(name, letters);

    if (length < 2 || length > 3)
        return false;
    for (name += length; *name == '-'; name += 1 + length) {
        length = strspn(name + 1, others);
        if (length < 2 || length > 8)
            return false;
    }
    return *name == '\0';
}

/* Its index among the study's, to which a new one is added; STUDY_LANGUAGES_MAX after a problem. */
static size_t
find_language(struct load *load, const struct json_place *place, const char *name)
{
    struct study *study = load->study;

    for (size_t i = 0; i < study->language_count; i++)
        if (strcmp(study->languages[i], name) == 0)
            return i;
    if (!is_language(name)) {
        json_problem(place, "\"%s\" is no language: write en, zh, pt-BR", name);
        return STUDY_LANGUAGES_MAX;
    }
    if (study->language_count == STUDY_LANGUAGES_MAX) {
        json_problem(place, "with \"%s\" the study has more than %d languages", name, STUDY_LANGUAGES_MAX);
        return STUDY_LANGUAGES_MAX;
    }
    study->languages[study->language_count] = arena_strdup(load->arena, name);
    return study->language_count++;
}

void
load_language(struct load *load, const struct json_place *root)
{
    const char *name = json_member_text(root, "language", NULL);
    struct json_place place;

    if (name != NULL && json_member(root, "language", &place))
        find_language(load, &place, name);
}

static void
take_text(struct load_texts *out, size_t language, const struct json_place *place)
{
    out->in[language] = json_text(place);
    out->places[language] = *place;
    out->count += out->in[language] != NULL;
}

bool
load_texts(struct load *load, const struct json_place *object, const char *key, struct load_texts *out)
{
    *out = (struct load_texts){.count = 0};
    if (!json_member(object, key, &out->place))
        return false;
    if (!json_is_object(&out->place)) {
        take_text(out, 0, &out->place);
        return out->in[0] != NULL;
    }
    for (struct json_place each = json_first(&out->place); each.value != NULL; json_next(&each)) {
        size_t language = find_language(load, &each, each.key);

        if (language < STUDY_LANGUAGES_MAX)
            take_text(out, language, &each);
    }
    if (json_count(&out->place) == 0)
        json_problem(&out->place, "has no text");
    else if (out->count > 0 && out->in[0] == NULL)
        json_problem(&out->place, "has no text in \"%s\", the first language of the study",
                     load->study->languages[0]);
    return out->in[0] != NULL;
}

void
load_label(struct load *load, const struct json_place *object, const char **label, const char *const **others)
{
    struct load_texts texts;
    const char **list;

    *label = "";
    if (!load_texts(load, object, "label", &texts))
        return;
    *label = texts.in[0];
    if (texts.count == 1)
        return;
    list = arena_array(load->arena, const char *, STUDY_LANGUAGES_MAX);
    memcpy(list, texts.in, sizeof texts.in);
    *others = list;
}
