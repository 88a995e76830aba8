#include "crfd/batch/names.h"

#include "crfd/base/suggest.h"
#include "crfd/definition/load.h"
#include "crfd/definition/rule_book.h"

#include "queries.h"

#include <string.h>

static const char *const kind_names[] = {
    [NAME_SUBJECT] = "subject", [NAME_CHECK] = "check",       [NAME_FORM] = "form",
    [NAME_ITEM] = "item",       [NAME_CATEGORY] = "category",
};

struct search {
    const char *name;
    struct suggestion close;
    bool is_known;
};

/* Texts of rows go with them: what is closest is kept. */
static void
offer(struct search *search, struct arena *arena, const char *name)
{
    const char *before = search->close.name;

    search->is_known = search->is_known || strcmp(name, search->name) == 0;
    suggestion_offer(&search->close, name);
    if (search->close.name != before)
        search->close.name = arena_strdup(arena, name);
}

struct row_search {
    struct search *search;
    struct arena *arena;
};

static bool
offer_rows(void *data, const PGresult *rows, struct err *err)
{
    const struct row_search *own = data;

    (void)err;
    for (int row = 0; row < PQntuples(rows); row++)
        offer(own->search, own->arena, PQgetvalue(rows, row, 0));
    return true;
}

static void
offer_items(struct search *search, struct arena *arena, const struct study *study)
{
    for (size_t i = 0; i < study->form_count; i++)
        for (size_t j = 0; j < study->forms[i].item_count; j++)
            offer(search, arena, study->forms[i].items[j].name);
}

static void
offer_study(struct search *search, struct arena *arena, enum name_kind kind,
            const struct definition *definition)
{
    const struct rulebook *rules = definition->rules;

    for (size_t i = 0; kind == NAME_CHECK && i < rules->count; i++)
        offer(search, arena, rules->rules[i].id);
    for (size_t i = 0; kind == NAME_CATEGORY && i < rules->count; i++)
        if (rules->rules[i].category != NULL)
            offer(search, arena, rules->rules[i].category);
    for (size_t i = 0; kind == NAME_FORM && i < definition->study->form_count; i++)
        offer(search, arena, definition->study->forms[i].name);
    if (kind == NAME_ITEM)
        offer_items(search, arena, definition->study);
}

/* Subjects are in no study. */
static bool
search_study(struct search *search, struct arena *arena, const struct names_place *place, enum name_kind kind,
             struct err *err)
{
    struct definition loaded;
    struct problems problems;

    if (kind == NAME_SUBJECT)
        return true;
    problems_init(&problems, arena, place->config->study_path);
    if (place->definition == NULL &&
        !definition_load(arena, place->config->study_path, &loaded, &problems, err))
        return false;
    offer_study(search, arena, kind, place->definition != NULL ? place->definition : &loaded);
    return true;
}

bool
names_know(struct conn *conn, struct arena *arena, const struct names_place *place, enum name_kind kind,
           const char *name, const char *centers, struct err *err)
{
    const struct conn_param params[] = {CONN_TEXT(kind_names[kind]), CONN_TEXT(centers)};
    struct search search = {.name = name};
    struct row_search rows = {&search, arena};

    suggestion_begin(&search.close, name);
    if (!conn_query_stream(conn, "looking for the name", sql_list_names, params, 2, offer_rows, &rows, err))
        return false;
    if (search.is_known)
        return true;
    if (!search_study(&search, arena, place, kind, err))
        return false;
    if (search.is_known)
        return true;
    err_set(err, ERR_USAGE, "there is no %s \"%s\"%s%s%s%s", kind_names[kind], name,
            kind == NAME_SUBJECT && centers != NULL ? " in these centers" : "",
            search.close.name != NULL ? "; did you mean \"" : "",
            search.close.name != NULL ? search.close.name : "", search.close.name != NULL ? "\"?" : "");
    return false;
}

bool
names_know_centers(struct conn *conn, const char *centers, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(centers)};
    PGresult *unknown;
    bool ok;

    if (centers == NULL)
        return true;
    unknown = conn_query(conn, "looking for the centers", sql_unknown_center, params, 1, err);
    if (unknown == NULL)
        return false;
    ok = PQntuples(unknown) == 0;
    if (!ok)
        err_set(err, ERR_USAGE, "no run knows a center \"%s\"; TABLE crfd.center lists them",
                PQgetvalue(unknown, 0, 0));
    PQclear(unknown);
    return ok;
}
