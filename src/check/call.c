#include "analysis.h"
#include "crfd/base/suggest.h"

#include <stdio.h>
#include <string.h>

/* Functions of PostgreSQL that people will try, and what to write instead. */
static const struct {
    const char *name;
    const char *remedy;
} refused_functions[] = {
    {"array_length", "arrays are not in the check language"},
    {"clock_timestamp", "write current_date"},
    {"date_part", "it is not exact; write extract(year from x)"},
    {"date_trunc", "write extract(year from x), or cast to date"},
    {"exp", "it is not exact"},
    {"initcap", "write upper(left(x, 1)) || substr(x, 2)"},
    {"lag", "write lag(x) OVER visits"},
    {"lead", "write lead(x) OVER visits"},
    {"ln", "it is not exact"},
    {"log", "it is not exact"},
    {"now", "write current_date"},
    {"random", "a check must give the same answer every time"},
    {"regexp_match", "write x ~ 'pattern'"},
    {"regexp_matches", "write x ~ 'pattern'"},
    {"regexp_replace", "write replace(x, a, b) or x ~ 'pattern'"},
    {"to_char", "write x::text"},
    {"to_date", "write x::date"},
    {"to_number", "write x::numeric"},
    {"to_timestamp", "write x::timestamp"},
};

const struct expr *
analysis_routine(struct analysis *analysis, const struct routine *routine, const struct expr *const *args,
                 size_t count, int32_t location)
{
    const struct expr **converted = arena_array(analysis->arena, const struct expr *, count);
    struct expr *call;

    if (routine->call == NULL)
        return analysis_refuse(analysis, location, "%s", routine->remedy);
    for (size_t i = 0; i < count; i++) {
        enum sql_type type = routine->kind == ROUTINE_VARIADIC ? routine->args[0] : routine->args[i];

        if (type == SQL_UNKNOWN)
            type = args[i]->type == SQL_UNKNOWN ? SQL_TEXT : args[i]->type;
        converted[i] = analysis_convert(analysis, args[i], type, "argument");
        if (converted[i] == NULL)
            return NULL;
    }
    call = expr_new_args(analysis->arena, EXPR_CALL, routine->result, location, converted, count);
    call->routine = routine;
    return call;
}

static const struct expr *
refuse_name(struct analysis *analysis, const char *name, int32_t location)
{
    struct suggestion suggestion;

    for (size_t i = 0; i < sizeof refused_functions / sizeof refused_functions[0]; i++)
        if (strcmp(refused_functions[i].name, name) == 0)
            return analysis_refuse(analysis, location, "function %s is not in the check language: %s", name,
                                   refused_functions[i].remedy);
    suggestion_begin(&suggestion, name);
    for (size_t i = 0; routine_name(i) != NULL; i++)
        if (strchr(routine_name(i), ' ') == NULL)
            suggestion_offer(&suggestion, routine_name(i));
    for (size_t i = 0; i < 6; i++)
        suggestion_offer(&suggestion, (const char *const[]){"extract", "coalesce", "nullif", "greatest",
                                                            "least", "missing"}[i]);
    if (suggestion.name != NULL)
        return analysis_refuse(analysis, location, "function \"%s\" is not known; did you mean \"%s\"?", name,
                               suggestion.name);
    return analysis_refuse(analysis, location, "function \"%s\" is not in the check language", name);
}

static const struct expr *
refuse_types(struct analysis *analysis, const char *name, const struct expr *const *args, size_t count,
             enum routine_miss miss, int32_t location)
{
    char list[200] = "";
    size_t used = 0;

    for (size_t i = 0; i < count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "",
                                 type_name(args[i]->type));
    if (miss == ROUTINE_AMBIGUOUS)
        return analysis_refuse(
            analysis, location,
            "function %s(%s) is not unique; say what the literal is, as in '2014-03-05'::date", name, list);
    for (size_t i = 0; i < count; i++)
        if (args[i]->type == SQL_TIMESTAMPTZ)
            return analysis_refuse(analysis, location,
                                   "function %s(%s) needs a time zone; write x AT TIME ZONE '%s'", name, list,
                                   analysis_zone_name(analysis));
    for (size_t i = 0; i < count; i++)
        if (type_is_partial(args[i]->type))
            return analysis_refuse(
                analysis, location,
                "function %s(%s) does not exist; write x::text, full_date(x), earliest(x) or "
                "latest(x)",
                name, list);
    return analysis_refuse(analysis, location,
                           "function %s(%s) does not exist; check the arguments or cast them", name, list);
}

static const struct expr *
find_and_call(struct analysis *analysis, const char *name, const struct expr *const *args, size_t count,
              int32_t location)
{
    enum sql_type types[ROUTINE_VARIADIC_MAX];
    const struct routine *routine;
    enum routine_miss miss;

    for (size_t i = 0; i < count; i++)
        types[i] = args[i]->type;
    miss = routine_find(name, ROUTINE_FUNCTION, types, count, &routine);
    if (miss == ROUTINE_NO_NAME)
        return refuse_name(analysis, name, location);
    if (miss != ROUTINE_FOUND)
        return refuse_types(analysis, name, args, count, miss, location);
    return analysis_routine(analysis, routine, args, count, location);
}

/* extract(field FROM x): one routine for each field, "extract year". */
static const struct expr *
extract(struct analysis *analysis, const struct expr *const *args, int32_t location)
{
    char name[40];
    enum sql_type type = args[1]->type;
    const struct routine *routine;
    enum routine_miss miss;

    if (!expr_is_literal(args[0]) || args[0]->constant.is_null || args[0]->constant.length > 20)
        return analysis_refuse(analysis, location, "extract needs a field, as in extract(year from x)");
    snprintf(name, sizeof name, "extract %s", args[0]->constant.text);
    miss = routine_find(name, ROUTINE_FUNCTION, &type, 1, &routine);
    if (miss == ROUTINE_NO_NAME)
        return analysis_refuse(
            analysis, location,
            "extract has no field \"%s\" here; it has year, quarter, month, week, day, doy, dow, "
            "isodow, hour, minute and second",
            args[0]->constant.text);
    if (miss != ROUTINE_FOUND)
        return refuse_types(analysis, name, &args[1], 1, miss, location);
    return analysis_routine(analysis, routine, &args[1], 1, location);
}

/* UTC, or the zone that the study declares. */
static bool
is_known_zone(const struct analysis *analysis, const struct expr *zone)
{
    const struct zone *own = analysis->study->zone;

    return expr_is_literal(zone) && !zone->constant.is_null &&
           (strcmp(zone->constant.text, "UTC") == 0 ||
            (own != NULL && strcmp(zone->constant.text, own->name) == 0));
}

static const struct expr *
refuse_zone(struct analysis *analysis, int32_t location)
{
    const struct zone *own = analysis->study->zone;

    if (own != NULL)
        return analysis_refuse(analysis, location,
                               "of time zones, UTC and the study's are in the check language; write AT TIME "
                               "ZONE 'UTC' or '%s'",
                               own->name);
    return analysis_refuse(analysis, location,
                           "only AT TIME ZONE 'UTC' is in the check language, and the zone that the study "
                           "declares as \"timezone\"");
}

const struct expr *
analysis_at_time_zone(struct analysis *analysis, const struct expr *instant, const char *name,
                      int32_t location)
{
    struct expr *zone = expr_new(analysis->arena, EXPR_CONSTANT, SQL_UNKNOWN, location);
    enum sql_type types[2] = {SQL_UNKNOWN, SQL_TIMESTAMPTZ};
    const struct routine *routine = NULL;

    zone->constant = (struct value){.type = VALUE_TEXT, .text = name, .length = (uint32_t)strlen(name)};
    (void)routine_find("timezone", ROUTINE_FUNCTION, types, 2, &routine);
    return analysis_routine(analysis, routine, (const struct expr *const[]){zone, instant}, 2, location);
}

static const char *
function_name(const PgQuery__FuncCall *node)
{
    if (node->n_funcname == 2 && strcmp(node->funcname[0]->string->sval, "pg_catalog") != 0)
        return NULL;
    return node->n_funcname == 1 || node->n_funcname == 2 ? node->funcname[node->n_funcname - 1]->string->sval
                                                          : NULL;
}

static const struct expr *
refuse_decoration(struct analysis *analysis, const PgQuery__FuncCall *node, const char *name)
{
    if (node->over != NULL)
        return analysis_refuse(analysis, node->location,
                               "%s OVER is not in the check language; it has lag(x) OVER visits and "
                               "lead(x) OVER visits",
                               name);
    if (node->func_variadic)
        return analysis_refuse(analysis, node->location,
                               "VARIADIC is not in the check language; list the arguments");
    return analysis_refuse(analysis, node->location,
                           "%s is no aggregate of the check language; it has count, min, max, sum, avg, "
                           "bool_and and bool_or",
                           name);
}

static bool
is_neighbor(const char *name)
{
    return strcmp(name, "lag") == 0 || strcmp(name, "lead") == 0;
}

const struct expr *
analysis_call(struct analysis *analysis, const PgQuery__FuncCall *node)
{
    const char *name = function_name(node);
    const struct expr **args = arena_array(analysis->arena, const struct expr *, node->n_args);

    if (name == NULL)
        return analysis_refuse(analysis, node->location, "write the function's name without a schema");
    if (node->over != NULL && is_neighbor(name))
        return analysis_neighbor(analysis, node, name);
    if (node->over == NULL && analysis_is_aggregate(name))
        return analysis_aggregate(analysis, node, name);
    if (node->over != NULL || node->agg_star || node->agg_distinct || node->agg_within_group ||
        node->func_variadic || node->agg_filter != NULL || node->n_agg_order > 0)
        return refuse_decoration(analysis, node, name);
    if (strcmp(name, "missing") == 0)
        return analysis_token(analysis, node);
    if (node->n_args > ROUTINE_VARIADIC_MAX)
        return analysis_refuse(analysis, node->location, "a function takes at most %d arguments",
                               ROUTINE_VARIADIC_MAX);
    for (size_t i = 0; i < node->n_args; i++) {
        args[i] = analysis_expr(analysis, node->args[i]);
        if (args[i] == NULL)
            return NULL;
        /* concat writes a boolean as t or f, which no cast does. */
        if (strcmp(name, "concat") == 0 && args[i]->type != SQL_BOOLEAN)
            args[i] = analysis_text_of(analysis, args[i]);
    }
    if (strcmp(name, "extract") == 0 && node->n_args == 2)
        return extract(analysis, args, node->location);
    /* PostgreSQL would read the literal in the server's time zone, with its time of day. */
    if (strcmp(name, "age") == 0 && node->n_args == 2 &&
        (args[0]->type == SQL_UNKNOWN || args[1]->type == SQL_UNKNOWN))
        return analysis_refuse(analysis, node->location,
                               "say what the literal is, as in age('2014-03-05'::date, x)");
    if (strcmp(name, "timezone") == 0 && node->n_args == 2 && !is_known_zone(analysis, args[0]))
        return refuse_zone(analysis, node->location);
    return find_and_call(analysis, name, args, node->n_args, node->location);
}
