#include "analysis.h"
#include "crfd/check/refusal.h"
#include "input.h"

#include <string.h>

/* --- literals --- */

/* How a literal of the type is written; the remedy of one that is not. */
static const char *
literal_form(enum sql_type type)
{
    switch (type) {
    case SQL_BOOLEAN:
        return "write true or false";
    case SQL_DATE:
        return "write 'YYYY-MM-DD'";
    case SQL_TIMESTAMP:
        return "write 'YYYY-MM-DD HH:MM:SS'";
    case SQL_TIMESTAMPTZ:
        return "write 'YYYY-MM-DD HH:MM:SS+HH', with the zone's offset";
    case SQL_TIME:
        return "write 'HH:MM' or 'HH:MM:SS'";
    case SQL_PARTIAL_DATE:
        return "write 'YYYY', 'YYYY-MM' or 'YYYY-MM-DD'";
    case SQL_PARTIAL_DATETIME:
        return "write 'YYYY-MM-DDTHH:MM:SS', or the beginning of it";
    case SQL_INTERVAL:
        return "write '7 days', '1 month' or '1 year 2 months 12:30'";
    default:
        return "write a number that fits";
    }
}

static enum input_status
read_decimal(struct arena *arena, const struct value *from, struct value *out)
{
    struct decimal_wide wide;
    enum input_status status = input_decimal(from->text, from->length, &wide);

    if (status == INPUT_OK)
        out->decimal = decimal_copy(arena, &wide.value);
    return status;
}

static enum input_status
read_partial(struct arena *arena, const struct value *from, bool with_time, struct value *out)
{
    struct partial_date partial;
    enum input_status status = input_partial(from->text, from->length, with_time, &partial);

    if (status == INPUT_OK) {
        struct partial_date *copy = arena_new(arena, struct partial_date);

        *copy = partial;
        out->partial = copy;
    }
    return status;
}

static enum input_status
read_interval(struct arena *arena, const struct value *from, struct value *out)
{
    struct interval *interval = arena_new(arena, struct interval);

    out->interval = interval;
    return input_interval(from->text, from->length, interval);
}

static enum input_status
read_literal(struct arena *arena, const struct value *from, enum sql_type type, struct value *out)
{
    *out = (struct value){.type = (uint8_t)type_register(type)};
    switch (type) {
    case SQL_BOOLEAN:
        return input_boolean(from->text, from->length, &out->boolean);
    case SQL_INT4:
        return input_integer(from->text, from->length, INT32_MIN, INT32_MAX, &out->integer);
    case SQL_INT8:
        return input_integer(from->text, from->length, INT64_MIN, INT64_MAX, &out->integer);
    case SQL_NUMERIC:
        return read_decimal(arena, from, out);
    case SQL_TEXT:
        *out = *from;
        return INPUT_OK;
    case SQL_DATE:
        return input_date(from->text, from->length, &out->date);
    case SQL_TIMESTAMP:
        return input_timestamp(from->text, from->length, &out->datetime);
    case SQL_TIMESTAMPTZ:
        return input_timestamptz(from->text, from->length, &out->datetime);
    case SQL_TIME:
        return input_time(from->text, from->length, &out->time);
    case SQL_INTERVAL:
        return read_interval(arena, from, out);
    case SQL_PARTIAL_DATE:
    case SQL_PARTIAL_DATETIME:
        return read_partial(arena, from, type == SQL_PARTIAL_DATETIME, out);
    default:
        return INPUT_SYNTAX;
    }
}

const struct expr *
analysis_literal(struct analysis *analysis, const struct expr *literal, enum sql_type type)
{
    struct expr *expr = expr_new(analysis->arena, EXPR_CONSTANT, type, literal->location);
    enum input_status status;

    if (literal->constant.is_null) {
        expr->constant = value_null(type_register(type));
        return expr;
    }
    status = read_literal(analysis->arena, &literal->constant, type, &expr->constant);
    if (status == INPUT_OK)
        return expr;
    return analysis_refuse_expr(
        analysis, literal, "'%.*s' is %s type %s; %s",
        refusal_excerpt(literal->constant.text, literal->constant.length), literal->constant.text,
        status == INPUT_RANGE ? "out of range for" : "not a value of", type_name(type), literal_form(type));
}

/* --- conversions --- */

static const struct expr *
cast_node(struct analysis *analysis, const struct expr *expr, const struct cast *cast, bool implicit,
          int32_t location)
{
    struct expr *node = expr_new_args(analysis->arena, EXPR_CAST, cast->to, location, &expr, 1);

    node->implicit = implicit;
    node->routine = &cast->routine;
    return node;
}

/* A whole number that is written where a numeric is wanted is one from the start. */
static const struct expr *
integer_as_numeric(struct analysis *analysis, const struct expr *expr)
{
    struct expr *node = expr_new(analysis->arena, EXPR_CONSTANT, SQL_NUMERIC, expr->location);
    struct decimal_wide wide;

    decimal_from_int(expr->constant.integer, &wide);
    node->constant.type = VALUE_DECIMAL;
    node->constant.decimal = decimal_copy(analysis->arena, &wide.value);
    node->implicit = true;
    return node;
}

static bool
is_integer_constant(const struct expr *expr)
{
    return expr->kind == EXPR_CONSTANT && !expr->constant.is_null &&
           (expr->type == SQL_INT4 || expr->type == SQL_INT8);
}

/* A quoted literal that says the day and no time of it. */
static bool
is_bare_day(const struct expr *literal)
{
    return !literal->constant.is_null && input_is_day(literal->constant.text, literal->constant.length);
}

/* Without being asked PostgreSQL takes a day for its midnight, which nobody means who enters or writes a day. */
static const struct expr *
refuse_midnight(struct analysis *analysis, const struct expr *day, enum sql_type type, const char *what)
{
    if (day->type == SQL_UNKNOWN)
        return analysis_refuse_expr(
            analysis, day,
            "'%.*s' has no time of day, and midnight would stand for the day; write x::date on the other "
            "side, or '%.*s 00:00' for midnight itself",
            refusal_excerpt(day->constant.text, day->constant.length), day->constant.text,
            refusal_excerpt(day->constant.text, day->constant.length), day->constant.text);
    if (type == SQL_TIMESTAMPTZ)
        return analysis_refuse_expr(
            analysis, day, "%s must be %s, not date; write (x AT TIME ZONE '%s')::date on the other side",
            what, type_name(type), analysis_zone_name(analysis));
    return analysis_refuse_expr(analysis, day,
                                "%s must be %s, not date, of which midnight would stand for the day; write "
                                "x::date on the other side, or x::timestamp for midnight itself",
                                what, type_name(type));
}

const struct expr *
analysis_convert(struct analysis *analysis, const struct expr *expr, enum sql_type type, const char *what)
{
    const struct cast *cast;

    if (expr == NULL || expr->type == type)
        return expr;
    if ((expr->type == SQL_DATE && (type == SQL_TIMESTAMP || type == SQL_TIMESTAMPTZ)) ||
        (expr->type == SQL_UNKNOWN && type == SQL_TIMESTAMP && is_bare_day(expr)))
        return refuse_midnight(analysis, expr, type, what);
    if (expr->type == SQL_UNKNOWN)
        return analysis_literal(analysis, expr, type);
    if (type == SQL_NUMERIC && is_integer_constant(expr))
        return integer_as_numeric(analysis, expr);
    cast = cast_find(expr->type, type, CAST_IMPLICIT);
    if (cast != NULL)
        return cast_node(analysis, expr, cast, true, expr->location);
    /* A day of which all is known; PostgreSQL has to be told, because the column is text there. */
    if (expr->type == SQL_DATE && type_is_partial(type))
        return analysis_cast(analysis, expr, type, -1, CAST_EXPLICIT, expr->location);
    return analysis_refuse_expr(analysis, expr, "%s must be %s, not %s; write a cast, as in x::%s", what,
                                type_name(type), type_name(expr->type), type_name(type));
}

static const struct expr *
with_modifier(struct analysis *analysis, const struct expr *expr, enum sql_type type, int32_t typmod,
              int32_t location)
{
    struct expr *node;

    if (expr == NULL || typmod < 0)
        return expr;
    node = expr_new_args(analysis->arena, EXPR_CAST, type, location, &expr, 1);
    node->routine = type == SQL_NUMERIC ? &cast_numeric_modifier : &cast_varchar_modifier;
    node->typmod = typmod;
    return node;
}

static const struct expr *
refuse_cast(struct analysis *analysis, const struct expr *expr, enum sql_type type, enum cast_context context,
            int32_t location)
{
    if (expr->type == SQL_TIMESTAMPTZ)
        return analysis_refuse(
            analysis, location,
            "the result would depend on the server's time zone; write (x AT TIME ZONE '%s')::%s",
            analysis_zone_name(analysis), type_name(type));
    if (type == SQL_TIMESTAMPTZ)
        return analysis_refuse(
            analysis, location,
            "the result would depend on the server's time zone; take the other side to local "
            "time, x AT TIME ZONE '%s'",
            analysis_zone_name(analysis));
    if (context == CAST_ASSIGNMENT)
        return analysis_refuse_expr(
            analysis, expr, "the expression gives %s, but the item is %s; write a cast, as in (...)::%s",
            type_name(expr->type), type_name(type), type_name(type));
    return analysis_refuse(analysis, location, "cannot cast type %s to %s", type_name(expr->type),
                           type_name(type));
}

const struct expr *
analysis_cast(struct analysis *analysis, const struct expr *expr, enum sql_type type, int32_t typmod,
              enum cast_context context, int32_t location)
{
    const struct cast *cast;

    if (expr == NULL)
        return NULL;
    if (expr->type == SQL_UNKNOWN)
        return with_modifier(analysis, analysis_literal(analysis, expr, type), type, typmod, location);
    if (expr->type == type)
        return with_modifier(analysis, expr, type, typmod, location);
    if (expr->type == SQL_TIMESTAMPTZ && context == CAST_EXPLICIT && analysis->study->zone != NULL)
        return analysis_cast(analysis,
                             analysis_at_time_zone(analysis, expr, analysis->study->zone->name, location),
                             type, typmod, context, location);
    cast = cast_find(expr->type, type, context);
    if (cast == NULL)
        return refuse_cast(analysis, expr, type, context, location);
    return with_modifier(analysis, cast_node(analysis, expr, cast, false, location), type, typmod, location);
}

const struct expr *
analysis_text_of(struct analysis *analysis, const struct expr *expr)
{
    const struct cast *cast = cast_find(expr->type, SQL_TEXT, CAST_ASSIGNMENT);

    return cast ? cast_node(analysis, expr, cast, true, expr->location) : expr;
}

bool
analysis_unify(struct analysis *analysis, const struct expr **args, size_t count, const char *construct,
               enum sql_type *out)
{
    enum sql_type *members = arena_array(analysis->arena, enum sql_type, count);
    enum sql_type a;
    enum sql_type b;

    for (size_t i = 0; i < count; i++) {
        if (args[i] == NULL)
            return false;
        members[i] = args[i]->type;
    }
    if (!type_common(members, count, out, &a, &b)) {
        analysis_refuse_expr(analysis, args[count - 1],
                             "%s types %s and %s cannot be matched; cast one of them, as in x::text",
                             construct, type_name(a), type_name(b));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        args[i] = analysis_convert(analysis, args[i], *out, construct);
        if (args[i] == NULL)
            return false;
    }
    return true;
}

/* --- x::type --- */

static const struct {
    const char *name;
    enum sql_type type;
    const char *remedy; /* where the type is refused */
} type_names[] = {
    {"bool", SQL_BOOLEAN, NULL},
    {"int4", SQL_INT4, NULL},
    {"int8", SQL_INT8, NULL},
    {"numeric", SQL_NUMERIC, NULL},
    {"text", SQL_TEXT, NULL},
    {"varchar", SQL_TEXT, NULL},
    {"date", SQL_DATE, NULL},
    {"timestamp", SQL_TIMESTAMP, NULL},
    {"timestamptz", SQL_TIMESTAMPTZ, NULL},
    {"time", SQL_TIME, NULL},
    {"int2", SQL_UNKNOWN, "write integer"},
    {"float4", SQL_UNKNOWN, "it is not exact; write numeric"},
    {"float8", SQL_UNKNOWN, "it is not exact; write numeric"},
    {"bpchar", SQL_UNKNOWN, "it pads with blanks; write text"},
    {"interval", SQL_INTERVAL, NULL},
    {"timetz", SQL_UNKNOWN, "write time"},
};

/* The modifiers of numeric(p, s) and varchar(n). */
static bool
read_modifier(struct analysis *analysis, const PgQuery__TypeName *name, enum sql_type type,
              const char *spelled, int32_t *out)
{
    int32_t numbers[2] = {0, 0};

    *out = -1;
    if (name->n_typmods == 0)
        return true;
    if (name->n_typmods > (type == SQL_NUMERIC ? 2u : 1u) ||
        (type != SQL_NUMERIC && strcmp(spelled, "varchar") != 0)) {
        analysis_refuse(analysis, name->location, "type %s takes no length here; leave it out", spelled);
        return false;
    }
    for (size_t i = 0; i < name->n_typmods; i++) {
        const PgQuery__Node *node = name->typmods[i];

        if (node->node_case != PG_QUERY__NODE__NODE_A_CONST ||
            node->a_const->val_case != PG_QUERY__A__CONST__VAL_IVAL) {
            analysis_refuse(analysis, name->location, "the length of a type must be a number");
            return false;
        }
        numbers[i] = node->a_const->ival->ival;
    }
    if (type == SQL_TEXT ? numbers[0] < 1 || numbers[0] > 10485760
                         : numbers[0] < 1 || numbers[0] > 154 || numbers[1] < 0 || numbers[1] > numbers[0]) {
        analysis_refuse(analysis, name->location, "the length of type %s is out of range", spelled);
        return false;
    }
    *out = type == SQL_TEXT ? numbers[0] : numbers[0] << 16 | numbers[1];
    return true;
}

static bool
read_type_name(struct analysis *analysis, const PgQuery__TypeName *name, enum sql_type *type, int32_t *typmod)
{
    const char *spelled = name->n_names > 0 ? name->names[name->n_names - 1]->string->sval : "";

    if (name->n_names == 0 || name->n_names > 2 || name->setof || name->pct_type ||
        name->n_array_bounds > 0 ||
        (name->n_names == 2 && strcmp(name->names[0]->string->sval, "pg_catalog") != 0)) {
        analysis_refuse(analysis, name->location, "this type is not in the check language");
        return false;
    }
    for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++) {
        if (strcmp(type_names[i].name, spelled) != 0)
            continue;
        if (type_names[i].remedy != NULL) {
            analysis_refuse(analysis, name->location, "type %s is not in the check language: %s", spelled,
                            type_names[i].remedy);
            return false;
        }
        *type = type_names[i].type;
        return read_modifier(analysis, name, *type, spelled, typmod);
    }
    analysis_refuse(
        analysis, name->location,
        "type \"%s\" is not in the check language; it has text, integer, bigint, numeric, boolean, "
        "date, timestamp, timestamptz and time",
        spelled);
    return false;
}

const struct expr *
analysis_type_cast(struct analysis *analysis, const PgQuery__TypeCast *node)
{
    enum sql_type type = SQL_UNKNOWN;
    int32_t typmod;
    int32_t location = node->location >= 0 ? node->location : node->type_name->location;

    if (!read_type_name(analysis, node->type_name, &type, &typmod))
        return NULL;
    return analysis_cast(analysis, analysis_expr(analysis, node->arg), type, typmod, CAST_EXPLICIT, location);
}
