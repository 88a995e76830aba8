#include "crfd/batch/source_columns.h"

#include "crfd/base/strbuf.h"

#include "queries.h"

#include <string.h>

/* What crfd takes of a column. */
enum need {
    NEED_TEXT,
    NEED_INTEGER,
    NEED_INSTANT,
    NEED_JSON, /* read as text, which nothing is lost by */
};

static const struct {
    const char *name;
    enum need need;
} columns[] = {
    {"center_id", NEED_TEXT}, {"subject_id", NEED_TEXT},
    {"event", NEED_TEXT},     {"event_repeat", NEED_INTEGER},
    {"form", NEED_TEXT},      {"form_repeat", NEED_INTEGER},
    {"data", NEED_JSON},      {"submitted_at", NEED_INSTANT},
};

#define COLUMN_COUNT ((int)(sizeof columns / sizeof columns[0]))

static bool
is_one_of(const char *type, const char *const *types)
{
    while (*types != NULL && strcmp(*types, type) != 0)
        types++;
    return *types != NULL;
}

static bool
fits(enum need need, const char *type, bool is_text)
{
    static const char *const integers[] = {"smallint", "integer", "bigint", NULL};

    switch (need) {
    case NEED_TEXT:
        return is_text;
    case NEED_INTEGER:
        return is_one_of(type, integers);
    case NEED_INSTANT:
        return strcmp(type, "timestamp with time zone") == 0;
    case NEED_JSON:
    default:
        return true;
    }
}

/* The zone stands for that in which the times were written, which only who knows the source can tell. */
static void
append_cast(struct strbuf *out, const char *name, enum need need, const char *type)
{
    if (need == NEED_INSTANT)
        strbuf_printf(out, "%s%s AT TIME ZONE 'UTC' AS %s", name,
                      strcmp(type, "timestamp without time zone") == 0 ? "" : "::timestamp", name);
    else
        strbuf_printf(out, "%s::%s AS %s", name, need == NEED_TEXT ? "text" : "int", name);
}

/* The row of each column's type, in order. Domains count as what they are made of. */
static PGresult *
ask_types(struct conn *source, const char *relation, struct err *err)
{
    static const char what[] = "looking at the columns of the source";
    PGresult *shape, *types = NULL;
    struct strbuf sql, oids;

    strbuf_init(&sql);
    strbuf_init(&oids);
    for (int i = 0; i < COLUMN_COUNT; i++)
        strbuf_printf(&sql, "%s%s", i == 0 ? "SELECT " : ", ", columns[i].name);
    strbuf_printf(&sql, " FROM %s LIMIT 0", relation);
    shape = conn_query(source, what, sql.text, NULL, 0, err);
    for (int i = 0; shape != NULL && i < COLUMN_COUNT; i++)
        strbuf_printf(&oids, "%s%u", i == 0 ? "{" : ",", PQftype(shape, i));
    strbuf_append_char(&oids, '}');
    if (shape != NULL)
        types = conn_query(source, what, sql_source_types, &CONN_TEXT(oids.text), 1, err);
    PQclear(shape);
    strbuf_destroy(&oids);
    strbuf_destroy(&sql);
    return types;
}

bool
source_columns_check(struct conn *source, const char *relation, struct err *err)
{
    PGresult *types = ask_types(source, relation, err);
    struct strbuf wrong, casts;
    bool ok;

    if (types == NULL)
        return false;
    strbuf_init(&wrong);
    strbuf_init(&casts);
    for (int i = 0; i < PQntuples(types) && i < COLUMN_COUNT; i++) {
        const char *type = PQgetvalue(types, i, 0);

        if (fits(columns[i].need, type, PQgetvalue(types, i, 1)[0] == 't'))
            continue;
        strbuf_printf(&wrong, "%s%s is %s", wrong.length > 0 ? ", " : "", columns[i].name, type);
        strbuf_append(&casts, casts.length > 0 ? ", " : "");
        append_cast(&casts, columns[i].name, columns[i].need, type);
    }
    ok = wrong.length == 0;
    if (!ok)
        err_set(err, ERR_CONFIG,
                "looking at the columns of the source: of %s, %s, which crfd does not take; name as "
                "\"relation\" a view "
                "that has %s",
                relation, wrong.text, casts.text);
    strbuf_destroy(&casts);
    strbuf_destroy(&wrong);
    PQclear(types);
    return ok;
}
