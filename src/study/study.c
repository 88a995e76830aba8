#include "crfd/study/study.h"

#include <string.h>

static const char *const severity_names[SEVERITY_COUNT] = {"minor", "major", "critical"};

const char *
study_label(const char *name, const char *label, const char *const *labels, size_t language)
{
    if (labels != NULL && labels[language] != NULL)
        return labels[language];
    return label[0] != '\0' ? label : name;
}

const char *
severity_name(enum severity severity)
{
    return severity_names[severity];
}

static unsigned char
fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

static bool
equal_folded(const char *name, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (name[i] == '\0' || fold(name[i]) != fold(text[i]))
            return false;
    return name[length] == '\0';
}

const struct form *
study_form(const struct study *study, const char *name, size_t length)
{
    for (size_t i = 0; i < study->form_count; i++)
        if (equal_folded(study->forms[i].name, name, length))
            return &study->forms[i];
    return NULL;
}

/* How well a name, or a pattern with a star at its end, fits the text: 0 not at all, an exact name best. */
static size_t
fit_of(const char *name, bool is_pattern, const char *text, size_t length)
{
    size_t own = strlen(name) - (is_pattern ? 1 : 0);

    if (own > length || memcmp(name, text, own) != 0)
        return 0;
    if (is_pattern)
        return own + 1;
    return own == length ? SIZE_MAX : 0;
}

const struct event *
study_event(const struct study *study, const char *name, size_t length)
{
    const struct event *best = NULL;
    size_t best_fit = 0;

    for (size_t i = 0; i < study->event_count; i++) {
        const struct event *event = &study->events[i];
        size_t fit = fit_of(event->name, event->is_pattern, name, length);

        if (fit > best_fit) {
            best = event;
            best_fit = fit;
        }
    }
    return best;
}

enum decimal_sign
study_decimal(const struct study *study, const char *center_id)
{
    enum decimal_sign decimal = study->decimal;
    size_t best_fit = 0;

    for (size_t i = 0; i < study->center_count; i++) {
        const struct center_rule *center = &study->centers[i];
        size_t fit = fit_of(center->name, center->is_pattern, center_id, strlen(center_id));

        if (fit > best_fit) {
            decimal = center->decimal;
            best_fit = fit;
        }
    }
    return decimal;
}

/* FNV-1a over the ASCII-folded key. */
static uint32_t
key_hash(const char *key, size_t length)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ fold(key[i])) * 16777619u;
    return hash;
}

bool
form_index_keys(struct arena *arena, struct form *form, size_t *a, size_t *b)
{
    size_t size = 4;
    uint16_t *table;

    while (size < 2 * form->item_count)
        size *= 2;
    table = arena_array(arena, uint16_t, size);
    for (size_t i = 0; i < form->item_count; i++) {
        const char *key = form->items[i].key;
        size_t length = strlen(key);
        size_t slot = key_hash(key, length) & (size - 1);

        if (length == 0)
            continue;
        for (; table[slot] != 0; slot = (slot + 1) & (size - 1)) {
            if (equal_folded(form->items[table[slot] - 1].key, key, length)) {
                *a = table[slot] - 1u;
                *b = i;
                return false;
            }
        }
        table[slot] = (uint16_t)(i + 1);
    }
    form->key_table = table;
    form->key_table_size = size;
    return true;
}

size_t
form_item_by_key(const struct form *form, const char *key, size_t length)
{
    size_t slot = key_hash(key, length) & (form->key_table_size - 1);

    for (; form->key_table[slot] != 0; slot = (slot + 1) & (form->key_table_size - 1))
        if (equal_folded(form->items[form->key_table[slot] - 1].key, key, length))
            return form->key_table[slot] - 1u;
    return form->item_count;
}

size_t
form_item_by_name(const struct form *form, const char *name)
{
    size_t i = 0;

    while (i < form->item_count && strcmp(form->items[i].name, name) != 0)
        i++;
    return i;
}
