/* "months": the names of months in the languages of the sites: one list of twelve, or several. */
#include "crfd/clean/months.h"

#include "crfd/clean/date_forms.h"

#include "load_parts.h"

static void
load_month(struct load *load, const struct json_place *place, const char **texts, size_t at)
{
    const char *problem;

    if (json_is_null(place))
        return;
    texts[at] = json_text(place);
    if (texts[at] == NULL)
        return;
    problem = month_name_problem(load->arena, texts, at);
    if (problem == NULL)
        return;
    json_problem(place, "\"%s\" is no name of month %d: %s", texts[at], month_of_name(at), problem);
    texts[at] = NULL;
}

/* False where there are not twelve. */
static bool
load_list(struct load *load, const struct json_place *list, const char **texts, size_t first)
{
    if (!json_expect_list(list))
        return false;
    if (json_count(list) != MONTHS_OF_YEAR) {
        json_problem(
            list,
            "has %zu names: a year has twelve months, from January on; write null for one that has none",
            json_count(list));
        return false;
    }
    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each))
        load_month(load, &each, texts, first + each.index);
    return true;
}

void
load_months(struct load *load, const struct json_place *root)
{
    struct json_place months, first;
    const char **texts;
    size_t count = 0;

    if (!json_member_list(root, "months", &months))
        return;
    first = json_first(&months);
    texts = arena_array(load->arena, const char *, MONTHS_OF_YEAR *(json_count(&months) + 1));
    if (first.value == NULL || !json_is_list(&first)) {
        if (load_list(load, &months, texts, 0))
            count = MONTHS_OF_YEAR;
    } else {
        for (struct json_place each = first; each.value != NULL; json_next(&each))
            if (load_list(load, &each, texts, count))
                count += MONTHS_OF_YEAR;
    }
    load->months = month_names_new(load->arena, texts, count);
}
