#include "crfd/batch/finding_list.h"

#include "queries.h"

#include "crfd/base/strbuf.h"

#include <inttypes.h>
#include <string.h>

/* An array for SQL; NULL where nothing is named. */
static const char *
join(struct arena *arena, const char *const *texts, size_t count)
{
    const char *joined;
    struct strbuf array;

    if (count == 0)
        return NULL;
    strbuf_init(&array);
    strbuf_append_char(&array, '{');
    for (size_t i = 0; i < count; i++)
        conn_append_array_element(&array, texts[i]);
    strbuf_append_char(&array, '}');
    joined = arena_strdup(arena, array.text);
    strbuf_destroy(&array);
    return joined;
}

/* What the last night opened, or what has come since. */
static bool
find_last_night(struct conn *conn, struct arena *arena, const char **run_id, struct err *err)
{
    PGresult *run = conn_query(conn, "looking for the last night", sql_run_of_last_night, NULL, 0, err);
    bool ok = run != NULL && PQntuples(run) == 1;

    if (ok)
        *run_id = arena_strdup(arena, PQgetvalue(run, 0, 0));
    else if (run != NULL)
        err_set(err, ERR_USAGE, "--new: there has been no night yet");
    PQclear(run);
    return ok;
}

static bool
find_labels(struct conn *conn, struct arena *arena, const char **labels, struct err *err)
{
    PGresult *found = conn_query(conn, "reading the labels", sql_list_labels, NULL, 0, err);

    if (found != NULL)
        *labels = arena_strdup(arena, PQgetvalue(found, 0, 0));
    PQclear(found);
    return found != NULL;
}

bool
finding_list_open(struct finding_list *list, struct conn *conn, struct arena *arena,
                  const struct names_place *place, const struct finding_filter *filter, struct err *err)
{
    const char *since = NULL, *labels;

    *list = (struct finding_list){.filter = filter, .place = place};
    list->centers = join(arena, filter->centers, filter->center_count);
    if (!names_know_centers(conn, list->centers, err) ||
        (filter->is_new && !find_last_night(conn, arena, &since, err)) ||
        !find_labels(conn, arena, &labels, err))
        return false;
    memcpy(list->params,
           (const struct conn_param[FINDING_LIST_PARAMS]){
               CONN_TEXT(list->centers),
               CONN_TEXT(filter->subject_id),
               CONN_TEXT(filter->form),
               CONN_TEXT(filter->check_id),
               CONN_TEXT(filter->state),
               CONN_TEXT(filter->severity),
               CONN_TEXT(join(arena, filter->categories, filter->category_count)),
               CONN_TEXT(filter->item),
               CONN_TEXT(since),
               CONN_TEXT(labels),
               CONN_TEXT(place->config->timezone),
               CONN_TEXT(filter->limit > 0 ? arena_printf(arena, "%" PRId64, filter->limit) : NULL),
               CONN_TEXT(filter->after),
               CONN_TEXT(filter->search),
               CONN_TEXT(filter->ids),
               CONN_TEXT(filter->age_from),
               CONN_TEXT(filter->age_to),
           },
           sizeof list->params);
    return true;
}

bool
finding_list_know(const struct finding_list *list, struct conn *conn, struct arena *arena, bool is_found,
                  struct err *err)
{
    const struct finding_filter *filter = list->filter;
    const struct {
        enum name_kind kind;
        const char *name;
    } named[] = {{NAME_SUBJECT, filter->subject_id},
                 {NAME_FORM, filter->form},
                 {NAME_ITEM, filter->item},
                 {NAME_CHECK, filter->check_id}};

    for (size_t i = 0; !is_found && i < sizeof named / sizeof named[0]; i++)
        if (named[i].name != NULL &&
            !names_know(conn, arena, list->place, named[i].kind, named[i].name, list->centers, err))
            return false;
    for (size_t i = 0; i < filter->category_count && !(is_found && filter->category_count == 1); i++)
        if (!names_know(conn, arena, list->place, NAME_CATEGORY, filter->categories[i], NULL, err))
            return false;
    return true;
}

bool
finding_list_quarantined(const struct finding_list *list, struct conn *conn, int64_t *pages, struct err *err)
{
    return conn_query_int(conn, "counting the pages in quarantine", sql_quarantine_count, list->params, 3,
                          pages, err);
}
