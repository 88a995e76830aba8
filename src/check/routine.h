/*
 * routine.h: the functions, operators and casts of the language: their SQL names and types, and the C that
 * computes them.
 *
 * A routine's C is called with no NULL among its arguments, unless it is variadic. It must not allocate:
 * texts it makes come from machine_text(), decimals and partial dates go to machine_slot().
 *
 * Threads: tables are const.
 */
#ifndef CRFD_CHECK_ROUTINE_H
#define CRFD_CHECK_ROUTINE_H

#include "crfd/value/value.h"
#include "type.h"

#include <stdbool.h>
#include <stddef.h>

#define ROUTINE_ARGS_MAX     3
#define ROUTINE_VARIADIC_MAX 100 /* as PostgreSQL's limit of arguments */

struct machine;

/* False after machine_fail(). out is not NULL unless it is set so; its type is set by the caller. */
typedef bool
routine_call(struct machine *machine, const struct value *const *args, size_t count, struct value *out);

enum routine_kind { ROUTINE_FUNCTION, ROUTINE_OPERATOR, ROUTINE_PREFIX, ROUTINE_VARIADIC };

struct routine {
    const char *name;
    enum routine_kind kind;
    enum sql_type result;
    uint8_t arg_count;                    /* of a variadic one: the least */
    enum sql_type args[ROUTINE_ARGS_MAX]; /* a variadic one has the type args[0] for all, SQL_UNKNOWN: any */
    routine_call *call;                   /* NULL: PostgreSQL has it, the check language has not */
    const char *remedy;                   /* then: why not, and what to write instead */
    /* How the twin writes it, %1 to %3 being arguments; NULL: as a call or an operator of its name. */
    const char *twin;
};

/* Tables of the files that compute; each ends with a row without a name. */
extern const struct routine number_routines[];
extern const struct routine text_routines[];
extern const struct routine pad_routines[];
extern const struct routine calendar_routines[];
extern const struct routine span_routines[];
extern const struct routine partial_routines[];

/* Why a call was not found. */
enum routine_miss { ROUTINE_FOUND, ROUTINE_NO_NAME, ROUTINE_NO_TYPES, ROUTINE_AMBIGUOUS };

/* PostgreSQL's choice among overloads (chapters 10.2 and 10.3). */
enum routine_miss routine_find(const char *name, enum routine_kind kind, const enum sql_type *types,
                               size_t count, const struct routine **out);

/* The i-th routine name for suggestions; NULL behind the last. */
const char *routine_name(size_t i);

/* --- casts --- */

enum cast_context { CAST_IMPLICIT, CAST_ASSIGNMENT, CAST_EXPLICIT };

struct cast {
    enum sql_type from, to;
    enum cast_context context; /* the least that is needed */
    struct routine routine;    /* call is NULL where the representation is the same */
};

/* NULL where PostgreSQL has no such cast in this context. */
const struct cast *cast_find(enum sql_type from, enum sql_type to, enum cast_context context);
/* numeric(p,s) and varchar(n); a second argument carries the modifier. */
extern const struct routine cast_numeric_modifier;
extern const struct routine cast_varchar_modifier;

#endif
