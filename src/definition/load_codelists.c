#include "load_parts.h"

#include "crfd/base/suggest.h"

#include <stdlib.h>
#include <string.h>

struct code {
    const char *text;
    size_t index;
};

static int
compare_codes(const void *a, const void *b)
{
    const struct code *first = a;
    const struct code *second = b;

    return strcmp(first->text, second->text);
}

/* Codes sorted, because a dictionary has tens of thousands. */
static const struct code *
find_code(const struct code *sorted, size_t count, const char *text)
{
    const struct code wanted = {.text = text};

    return count > 0 ? bsearch(&wanted, sorted, count, sizeof *sorted, compare_codes) : NULL;
}

static struct code *
load_codes(struct load *load, struct codelist *codelist, const struct json_place *list)
{
    size_t count = json_count(list);
    const char **codes = arena_array(load->arena, const char *, count);
    struct code *sorted = arena_array(load->arena, struct code, count);
    size_t used = 0;

    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each)) {
        codes[used] = json_exact(&each);
        if (codes[used] == NULL)
            continue;
        sorted[used] = (struct code){codes[used], used};
        used++;
    }
    if (count == 0)
        json_problem(list, "has no codes");
    qsort(sorted, used, sizeof *sorted, compare_codes);
    for (size_t i = 1; i < used; i++)
        if (strcmp(sorted[i - 1].text, sorted[i].text) == 0)
            json_problem(list, "the code \"%s\" is given twice", sorted[i].text);
    codelist->codes = codes;
    codelist->code_count = used;
    return sorted;
}

static void
tell_unknown_code(const struct codelist *codelist, const struct json_place *synonym, const char *code)
{
    const char *close = suggest(code, codelist->codes, codelist->code_count);

    if (close != NULL)
        json_problem(synonym, "\"%s\" is no code of this list; did you mean \"%s\"?", code, close);
    else
        json_problem(synonym, "\"%s\" is no code of this list", code);
}

static void
load_synonyms(struct load *load, struct codelist *codelist, const struct code *sorted,
              const struct json_place *synonyms)
{
    size_t count = json_count(synonyms);
    const char **texts = arena_array(load->arena, const char *, count);
    size_t *codes = arena_array(load->arena, size_t, count);
    size_t used = 0;

    for (struct json_place each = json_first(synonyms); each.value != NULL; json_next(&each)) {
        const char *code = json_exact(&each);
        const struct code *known = code != NULL ? find_code(sorted, codelist->code_count, code) : NULL;

        if (each.key[0] == '\0')
            json_problem(&each, "a synonym must not be empty: an empty value is always missing");
        else if (find_code(sorted, codelist->code_count, each.key) != NULL)
            json_problem(&each, "\"%s\" is a code itself", each.key);
        if (code == NULL)
            continue;
        if (known == NULL) {
            tell_unknown_code(codelist, &each, code);
            continue;
        }
        texts[used] = arena_strdup(load->arena, each.key);
        codes[used++] = known->index;
    }
    codelist->synonyms = texts;
    codelist->synonym_codes = codes;
    codelist->synonym_count = used;
}

static void
load_codelist(struct load *load, struct codelist *codelist, const struct json_place *place)
{
    static const char *const keys[] = {"codes", "synonyms"};
    struct json_place codes, synonyms;
    const struct code *sorted = NULL;

    codelist->name = load_name(load, place);
    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    if (json_required_list(place, "codes", &codes))
        sorted = load_codes(load, codelist, &codes);
    if (json_member_object(place, "synonyms", &synonyms) && sorted != NULL)
        load_synonyms(load, codelist, sorted, &synonyms);
}

void
load_codelists(struct load *load, const struct json_place *root)
{
    struct json_place codelists;

    if (!json_member_object(root, "codelists", &codelists))
        return;
    load->codelists = arena_array(load->arena, struct codelist, json_count(&codelists));
    load->study->codelists = load->codelists;
    for (struct json_place each = json_first(&codelists); each.value != NULL; json_next(&each))
        load_codelist(load, &load->codelists[load->study->codelist_count++], &each);
}
