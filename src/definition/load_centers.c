#include "load_parts.h"

#include <string.h>

static void
load_center(struct center_rule *center, const struct json_place *place)
{
    static const char *const keys[] = {"decimal"};
    const char *star = strchr(place->key, '*');

    center->name = arena_strdup(place->document->arena, place->key);
    center->is_pattern = star != NULL;
    if (place->key[0] == '\0')
        json_problem(place, "a center's id must not be empty");
    if (star != NULL && star[1] != '\0')
        json_problem(place, "\"%s\": a star may only stand at the end, for every center whose id begins so",
                     place->key);
    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    if (json_count(place) == 0)
        json_problem(place, "says nothing of the center: write \"decimal\"");
    center->decimal = load_decimal(place);
}

void
load_centers(struct load *load, const struct json_place *root)
{
    struct json_place list;
    struct center_rule *centers;

    load->study->decimal = load_decimal(root);
    if (!json_member_object(root, "centers", &list))
        return;
    centers = arena_array(load->arena, struct center_rule, json_count(&list));
    load->study->centers = centers;
    for (struct json_place each = json_first(&list); each.value != NULL; json_next(&each))
        load_center(&centers[load->study->center_count++], &each);
}
