#include "crfd/clean/months.h"

#include "text.h"

struct month_name {
    struct text_span folded;
    int month;
};

struct month_names {
    size_t count;
    struct month_name list[];
};

static struct text_span
folded(struct arena *arena, const char *name)
{
    struct text_span text = text_of(name);

    (void)text_clean(arena, &text);
    return text_fold_case(arena, text);
}

const struct month_names *
month_names_new(struct arena *arena, const char *const *texts, size_t count)
{
    struct month_names *names = arena_alloc(arena, sizeof *names + count * sizeof names->list[0]);

    names->count = 0;
    for (size_t i = 0; i < count; i++)
        if (texts[i] != NULL)
            names->list[names->count++] = (struct month_name){folded(arena, texts[i]), month_of_name(i)};
    return names;
}

size_t
month_names_match(const struct month_names *names, const char *text, size_t length, int *month)
{
    const struct text_span span = {text, length};
    size_t longest = 0;

    for (size_t i = 0; names != NULL && i < names->count; i++) {
        size_t bytes = text_begins_folded(span, names->list[i].folded);

        if (bytes > longest) {
            longest = bytes;
            *month = names->list[i].month;
        }
    }
    return longest;
}
