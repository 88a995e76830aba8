#include "center_list.h"

#include "crfd/base/strbuf.h"
#include "crfd/batch/session.h"
#include "crfd/batch/source_columns.h"
#include "stand_in.h"

#include "queries.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static void
append_pages(struct strbuf *sql, const char *relation)
{
    strbuf_printf(sql, "%s AS page", relation);
}

/* Reads every page. */
static void
append_count(struct strbuf *sql, const char *relation)
{
    strbuf_append(sql, "SELECT center_id::text COLLATE \"C\", count(*) FROM ");
    append_pages(sql, relation);
    strbuf_append(sql, " GROUP BY 1");
}

/* Goes from one center to the next, which an index that begins with center_id COLLATE "C" makes a matter of moments. */
static void
append_walk(struct strbuf *sql, const char *relation)
{
    strbuf_append(sql, "WITH RECURSIVE walk (center_id) AS ((SELECT center_id::text COLLATE \"C\" FROM ");
    append_pages(sql, relation);
    strbuf_append(sql, " ORDER BY center_id::text COLLATE \"C\" LIMIT 1)"
                       " UNION ALL SELECT (SELECT center_id::text COLLATE \"C\" FROM ");
    append_pages(sql, relation);
    strbuf_append(sql, " WHERE center_id::text COLLATE \"C\" > walk.center_id ORDER BY center_id::text "
                       "COLLATE \"C\" LIMIT 1)"
                       " FROM walk WHERE walk.center_id IS NOT NULL)"
                       " SELECT center_id FROM walk WHERE center_id IS NOT NULL"
                       " UNION ALL SELECT NULL WHERE EXISTS (SELECT FROM ");
    append_pages(sql, relation);
    strbuf_append(sql, " WHERE center_id IS NULL)");
}

static int
compare_ids(const void *left, const void *right)
{
    return strcmp(((const struct listed_center *)left)->center_id,
                  ((const struct listed_center *)right)->center_id);
}

/* The id under which a center of the source is kept; NULL where that cannot be told. */
static const char *
kept_id(struct arena *arena, const PGresult *rows, int row, struct err *err)
{
    const char *id = PQgetisnull(rows, row, 0) ? NULL : PQgetvalue(rows, row, 0);
    size_t length = id != NULL ? strlen(id) : 0;

    return stand_in_is_needed(id, length) ? stand_in_make(arena, id, length, err)
                                          : arena_copy(arena, id, length);
}

static void
add_center(struct center_list *list, const char *center_id, const PGresult *rows, int row, bool is_ledger)
{
    int64_t pages = conn_int_at(rows, row, 1);

    list->centers[list->count++] = (struct listed_center){
        .center_id = center_id,
        .expected_pages = pages,
        .ledger_pages = is_ledger ? pages : 0,
    };
}

/* Of a center that is there twice, the larger numbers stay. */
static void
merge(struct center_list *list)
{
    size_t kept = 0;

    qsort(list->centers, list->count, sizeof *list->centers, compare_ids);
    for (size_t i = 0; i < list->count; i++) {
        struct listed_center *center = &list->centers[i];
        struct listed_center *last = kept > 0 ? &list->centers[kept - 1] : NULL;

        if (last == NULL || compare_ids(last, center) != 0) {
            list->centers[kept++] = *center;
            continue;
        }
        if (center->expected_pages > last->expected_pages)
            last->expected_pages = center->expected_pages;
        if (center->ledger_pages > last->ledger_pages)
            last->ledger_pages = center->ledger_pages;
    }
    list->count = kept;
}

bool
center_list_read_cost(const char *explained, double *cost, struct err *err)
{
    cJSON *plan = cJSON_Parse(explained);
    const cJSON *total =
        cJSON_GetObjectItem(cJSON_GetObjectItem(cJSON_GetArrayItem(plan, 0), "Plan"), "Total Cost");
    bool ok = cJSON_IsNumber(total);

    if (ok)
        *cost = total->valuedouble;
    else
        err_set(err, ERR_INTERNAL, "planning how to list the centers: the source's EXPLAIN tells no cost");
    cJSON_Delete(plan);
    return ok;
}

/* What the source's planner thinks that the statement costs, in its own units. */
static bool
plan_cost(struct conn *source, const char *sql, double *cost, struct err *err)
{
    struct strbuf explain;
    PGresult *rows;
    bool ok;

    strbuf_init(&explain);
    strbuf_printf(&explain, "EXPLAIN (FORMAT JSON) %s", sql);
    rows = conn_query(source, "planning how to list the centers", explain.text, NULL, 0, err);
    strbuf_destroy(&explain);
    ok = rows != NULL && center_list_read_cost(PQntuples(rows) == 1 ? PQgetvalue(rows, 0, 0) : "", cost, err);
    PQclear(rows);
    return ok;
}

/* *all: each center of the source is in the list, which is in order. */
static bool
walk_source(struct arena *arena, struct conn *source, const char *sql, const struct center_list *list,
            bool *all, struct err *err)
{
    PGresult *rows = conn_query(source, "listing the centers of the source", sql, NULL, 0, err);
    bool ok = rows != NULL;

    *all = true;
    for (int i = 0; ok && *all && i < PQntuples(rows); i++) {
        struct listed_center center = {.center_id = kept_id(arena, rows, i, err)};

        ok = center.center_id != NULL;
        *all = ok && bsearch(&center, list->centers, list->count, sizeof center, compare_ids) != NULL;
    }
    PQclear(rows);
    return ok;
}

/*
 * Counting the pages of the source takes long beside the rest of a night on which little changed. Where the ledger
 * knows all centers its numbers do; and whether it does is soon seen if there is an index to walk.
 */
static bool
ledger_suffices(struct arena *arena, struct conn *source, const char *count, const char *walk,
                const struct center_list *list, bool *suffices, struct err *err)
{
    double count_cost, walk_cost;

    *suffices = false;
    if (list->count == 0)
        return true;
    if (!plan_cost(source, count, &count_cost, err) || !plan_cost(source, walk, &walk_cost, err))
        return false;
    return walk_cost >= count_cost || walk_source(arena, source, walk, list, suffices, err);
}

static bool
add_counted(struct arena *arena, struct conn *source, const char *count, struct center_list *list,
            struct err *err)
{
    struct listed_center *known = list->centers;
    PGresult *rows = conn_query(source, "counting the source pages", count, NULL, 0, err);
    bool ok = true;

    if (rows == NULL)
        return false;
    list->centers = arena_array(arena, struct listed_center, list->count + (size_t)PQntuples(rows));
    if (list->count > 0)
        memcpy(list->centers, known, list->count * sizeof *known);
    for (int i = 0; ok && i < PQntuples(rows); i++) {
        const char *center_id = kept_id(arena, rows, i, err);

        ok = center_id != NULL;
        if (ok)
            add_center(list, center_id, rows, i, false);
    }
    merge(list);
    PQclear(rows);
    return ok;
}

/* Of the source alone, into a list that has the ledger's. */
static bool
read_source(struct arena *arena, struct conn *source, const char *relation, struct center_list *list,
            struct err *err)
{
    struct strbuf count, walk;
    bool suffices, ok;

    strbuf_init(&count);
    strbuf_init(&walk);
    append_count(&count, relation);
    append_walk(&walk, relation);
    ok = session_begin_source(source, err) && source_columns_check(source, relation, err) &&
         ledger_suffices(arena, source, count.text, walk.text, list, &suffices, err) &&
         (suffices || add_counted(arena, source, count.text, list, err));
    conn_rollback(source);
    strbuf_destroy(&walk);
    strbuf_destroy(&count);
    return ok;
}

bool
center_list_read(struct arena *arena, struct conn *source, const char *relation, struct conn *analysis,
                 struct center_list *out, struct err *err)
{
    PGresult *ledger = conn_query(analysis, "reading the ledger", sql_ledger_centers, NULL, 0, err);
    struct center_list list = {0};

    if (ledger == NULL)
        return false;
    list.centers = arena_array(arena, struct listed_center, (size_t)PQntuples(ledger));
    for (int i = 0; i < PQntuples(ledger); i++)
        add_center(&list, arena_strdup(arena, PQgetvalue(ledger, i, 0)), ledger, i, true);
    merge(&list);
    PQclear(ledger);
    if (!read_source(arena, source, relation, &list, err))
        return false;
    *out = list;
    return true;
}
