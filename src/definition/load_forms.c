#include "crfd/study/form_columns.h"
#include "load_parts.h"
#include "load_texts.h"

#include <string.h>

/* A row of them must also fit a page of 8 kB; that depends on the values. */
#define ITEMS_MAX (FORM_TABLE_COLUMNS_MAX - FORM_COLUMN_COUNT)

/* ---- Names that are taken ---- */

static bool
is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void
expect_free_form_name(const struct json_place *place)
{
    static const char *const reserved[] = {"subject",  "quarantine",   "finding",       "finding_event",
                                           "cleaning", "open_finding", "center_quality"};
    size_t length = strlen(place->key);

    if (is_among(place->key, reserved, LOAD_COUNT(reserved)))
        json_problem(place, "\"%s\" is reserved: schema analysis has a relation of this name already",
                     place->key);
    /* PostgreSQL names the index of a table's primary key so, in the same name space. */
    if (length > 5 && strcmp(place->key + length - 5, "_pkey") == 0)
        json_problem(place, "a form's name must not end in _pkey: the table's index is named so");
}

static void
expect_free_item_name(const struct json_place *place)
{
    static const char *const system[] = {"tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"};

    if (form_column_named(place->key) < FORM_COLUMN_COUNT)
        json_problem(place,
                     "every form's table has a column \"%s\" of its own: choose another name, and give "
                     "\"key\": \"%s\"",
                     place->key, place->key);
    if (is_among(place->key, system, LOAD_COUNT(system)))
        json_problem(
            place, "\"%s\" is a system column of every table: choose another name, and give \"key\": \"%s\"",
            place->key, place->key);
}

/* ---- Forms ---- */

static enum form_per
load_per(const struct json_place *form)
{
    static const char *const names[] = {
        [FORM_PER_RECORD] = "record",
        [FORM_PER_EVENT] = "event",
        [FORM_PER_SUBJECT] = "subject",
    };
    struct json_place place;
    size_t chosen;

    if (!json_member(form, "per", &place))
        return FORM_PER_RECORD;
    chosen = load_choice(&place, "repetition", names, LOAD_COUNT(names));
    return chosen < LOAD_COUNT(names) ? (enum form_per)chosen : FORM_PER_RECORD;
}

/* An item beside the one at the place, which is named after it, and which nobody enters. */
static size_t
add_beside(struct load *load, struct form *form, struct item *list, const struct json_place *place,
           const char *suffix, enum value_type type)
{
    const char *name = arena_printf(load->arena, "%s%s", list[place->index].name, suffix);

    if (form_item_by_name(form, name) < form->item_count)
        json_problem(place, "its qualifier makes an item \"%s\", and the form has one of this name", name);
    if (strlen(name) > STUDY_NAME_MAX)
        json_problem(place, "its qualifier makes an item \"%s\": PostgreSQL allows names of %d bytes", name,
                     STUDY_NAME_MAX);
    list[form->item_count] = (struct item){.name = name, .key = "", .label = "", .type = type};
    return form->item_count++;
}

static void
add_qualifiers(struct load *load, struct form *form, struct item *list, const struct json_place *items)
{
    for (struct json_place each = json_first(items); each.value != NULL; json_next(&each)) {
        struct qualifier_rule *rule;

        if (!json_member_boolean(&each, "qualifier", false))
            continue;
        rule = arena_new(load->arena, struct qualifier_rule);
        rule->sign = add_beside(load, form, list, &each, "_q", VALUE_TEXT);
        rule->limit = add_beside(load, form, list, &each, "_limit", VALUE_DECIMAL);
        list[each.index].qualifier = rule;
    }
}

/* Names first: properties of an item may refer to another. */
static void
load_item_names(struct load *load, struct form *form, const struct json_place *items)
{
    size_t count = json_count(items);
    struct item *list = arena_array(load->arena, struct item, 3 * count);

    for (struct json_place each = json_first(items); each.value != NULL; json_next(&each)) {
        struct item *item = &list[each.index];

        item->name = load_name(load, &each);
        item->key = item->name;
        item->label = "";
        item->type = VALUE_TEXT;
        expect_free_item_name(&each);
    }
    if (count == 0)
        json_problem(items, "has no items");
    form->items = list;
    form->item_count = count;
    add_qualifiers(load, form, list, items);
    if (form->item_count > ITEMS_MAX)
        json_problem(items, "has %zu items: a table of PostgreSQL has room for %d", form->item_count,
                     ITEMS_MAX);
    load->items[form->index] = list;
}

/* The item that tells when the event took place. */
static void
load_visit_date(struct load *load, struct form *form, const struct json_place *place)
{
    const char **names = arena_array(load->arena, const char *, form->item_count);
    struct json_place date;
    size_t chosen;
    enum value_type type;

    if (!json_member(place, "visit_date", &date))
        return;
    for (size_t i = 0; i < form->item_count; i++)
        names[i] = form->items[i].name;
    chosen = load_choice(&date, "item", names, form->item_count);
    if (chosen == form->item_count)
        return;
    type = form->items[chosen].type;
    if (type == VALUE_DATE || type == VALUE_DATETIME || type == VALUE_PARTIAL_DATE ||
        type == VALUE_PARTIAL_DATETIME || (type == VALUE_INSTANT && load->study->zone != NULL))
        form->visit_date = &form->items[chosen];
    else if (type == VALUE_INSTANT)
        json_problem(
            &date,
            "\"%s\" is an instant, whose day depends on where it is asked: declare \"timezone\" of the "
            "study",
            names[chosen]);
    else
        json_problem(&date, "\"%s\" is of type %s, and tells no day", names[chosen], value_type_name(type));
}

static void
load_form(struct load *load, struct form *form, const struct json_place *place)
{
    static const char *const keys[] = {"label", "visit_date", "per", "rules", "unique", "items"};
    struct json_place items;
    size_t first = 0, second = 0;

    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    load_label(load, place, &form->label, &form->labels);
    form->per = load_per(place);
    if (!json_required_object(place, "items", &items))
        return;
    load_item_names(load, form, &items);
    if (form->item_count > ITEMS_MAX)
        return;
    for (struct json_place each = json_first(&items); each.value != NULL; json_next(&each))
        load_item(load, form, &load->items[form->index][each.index], &each);
    load_unit_items(form, &items);
    load_unique(load, form, place);
    load_visit_date(load, form, place);
    if (!form_index_keys(load->arena, form, &first, &second))
        json_problem(&items, "\"%s\" and \"%s\" have the same key \"%s\" (upper and lower case are one)",
                     form->items[first].name, form->items[second].name, form->items[second].key);
}

void
load_forms(struct load *load, const struct json_place *root)
{
    struct json_place forms;
    size_t count;

    if (!json_required_object(root, "forms", &forms))
        return;
    count = json_count(&forms);
    if (count == 0)
        json_problem(&forms, "has no forms");
    load->forms = arena_array(load->arena, struct form, count);
    load->form_names = arena_array(load->arena, const char *, count);
    load->items = arena_array(load->arena, struct item *, count);
    load->plans = arena_array(load->arena, struct form_plan, count);
    load->study->forms = load->forms;
    load->study->form_count = count;
    for (struct json_place each = json_first(&forms); each.value != NULL; json_next(&each)) {
        struct form *form = &load->forms[each.index];

        form->name = load_name(load, &each);
        form->label = "";
        form->index = each.index;
        load->form_names[each.index] = form->name;
        expect_free_form_name(&each);
    }
    for (struct json_place each = json_first(&forms); each.value != NULL; json_next(&each))
        load_form(load, &load->forms[each.index], &each);
}
