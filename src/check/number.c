/* Arithmetic as PostgreSQL's int.c, int8.c and numeric.c do it. */
#include "machine.h"
#include "routine.h"

/* --- integers --- */

/* Both integer types are held as 64 bits; the narrower one has its own range. */
static bool
narrow(struct machine *machine, bool overflow, int64_t number, struct value *out)
{
    if (overflow || number < INT32_MIN || number > INT32_MAX)
        return machine_fail(machine, ERROR_INTEGER_RANGE);
    out->integer = number;
    return true;
}

static bool
wide(struct machine *machine, bool overflow, int64_t number, struct value *out)
{
    if (overflow)
        return machine_fail(machine, ERROR_BIGINT_RANGE);
    out->integer = number;
    return true;
}

static bool
int4_add(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return narrow(machine, false, args[0]->integer + args[1]->integer, out);
}

static bool
int8_add(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t number;
    bool overflow = __builtin_add_overflow(args[0]->integer, args[1]->integer, &number);

    (void)count;
    return wide(machine, overflow, number, out);
}

static bool
int4_subtract(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return narrow(machine, false, args[0]->integer - args[1]->integer, out);
}

static bool
int8_subtract(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t number;
    bool overflow = __builtin_sub_overflow(args[0]->integer, args[1]->integer, &number);

    (void)count;
    return wide(machine, overflow, number, out);
}

static bool
int4_multiply(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return narrow(machine, false, args[0]->integer * args[1]->integer, out);
}

static bool
int8_multiply(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t number;
    bool overflow = __builtin_mul_overflow(args[0]->integer, args[1]->integer, &number);

    (void)count;
    return wide(machine, overflow, number, out);
}

static bool
int4_divide(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (args[1]->integer == 0)
        return machine_fail(machine, ERROR_DIVISION_BY_ZERO);
    return narrow(machine, false, args[0]->integer / args[1]->integer, out);
}

static bool
int8_negate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t number;
    bool overflow = __builtin_sub_overflow(INT64_C(0), args[0]->integer, &number);

    (void)count;
    return wide(machine, overflow, number, out);
}

static bool
int8_divide(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    if (args[1]->integer == 0)
        return machine_fail(machine, ERROR_DIVISION_BY_ZERO);
    /* The least number has no positive counterpart, and the processor would trap. */
    if (args[1]->integer == -1)
        return int8_negate(machine, args, count, out);
    out->integer = args[0]->integer / args[1]->integer;
    return true;
}

static bool
integer_modulo(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    if (args[1]->integer == 0)
        return machine_fail(machine, ERROR_DIVISION_BY_ZERO);
    out->integer = args[1]->integer == -1 ? 0 : args[0]->integer % args[1]->integer;
    return true;
}

static bool
int4_negate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return narrow(machine, false, -args[0]->integer, out);
}

static bool
int4_abs(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return narrow(machine, false, args[0]->integer < 0 ? -args[0]->integer : args[0]->integer, out);
}

static bool
int8_abs(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    if (args[0]->integer < 0)
        return int8_negate(machine, args, count, out);
    out->integer = args[0]->integer;
    return true;
}

/* Unary plus, and conversions that change nothing. */
static bool
identity(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)machine;
    (void)count;
    *out = *args[0];
    return true;
}

/* --- numeric --- */

static bool
binary(struct machine *machine,
       enum decimal_status (*compute)(const struct decimal *, const struct decimal *, struct decimal_wide *),
       const struct value *const *args, struct value *out)
{
    enum decimal_status status = compute(args[0]->decimal, args[1]->decimal, &machine->slot->decimal);

    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(machine, status);
}

static bool
numeric_add(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_add, args, out);
}

static bool
numeric_subtract(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_subtract, args, out);
}

static bool
numeric_multiply(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_multiply, args, out);
}

static bool
numeric_divide(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_divide, args, out);
}

static bool
numeric_modulo(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_modulo, args, out);
}

static bool
numeric_negate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    decimal_negate(args[0]->decimal, &machine->slot->decimal);
    out->decimal = &machine->slot->decimal.value;
    return true;
}

static bool
numeric_plus(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    /* A copy, because a register must not point into another one's slot. */
    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(machine,
                           decimal_round(args[0]->decimal, args[0]->decimal->scale, &machine->slot->decimal));
}

static bool
numeric_abs(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    decimal_abs(args[0]->decimal, &machine->slot->decimal);
    out->decimal = &machine->slot->decimal.value;
    return true;
}

static bool
numeric_sign(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    decimal_from_int(decimal_sign(args[0]->decimal), &machine->slot->decimal);
    out->decimal = &machine->slot->decimal.value;
    return true;
}

static int
digits_of(const struct value *const *args, size_t count)
{
    return count > 1 ? (int)args[1]->integer : 0;
}

static bool
numeric_round(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(machine,
                           decimal_round(args[0]->decimal, digits_of(args, count), &machine->slot->decimal));
}

static bool
numeric_truncate(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(
        machine, decimal_truncate(args[0]->decimal, digits_of(args, count), &machine->slot->decimal));
}

static bool
numeric_ceil(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(machine, decimal_ceil(args[0]->decimal, &machine->slot->decimal));
}

static bool
numeric_floor(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(machine, decimal_floor(args[0]->decimal, &machine->slot->decimal));
}

static bool
numeric_root(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    out->decimal = &machine->slot->decimal.value;
    return machine_decimal(machine, decimal_root(args[0]->decimal, &machine->slot->decimal));
}

static bool
numeric_power(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_power, args, out);
}

static bool
numeric_quotient(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    (void)count;
    return binary(machine, decimal_quotient, args, out);
}

/* --- counting NULLs --- */

static bool
num_nulls(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    int64_t nulls = 0;

    (void)machine;
    for (size_t i = 0; i < count; i++)
        nulls += args[i]->is_null;
    out->integer = nulls;
    return true;
}

static bool
num_nonnulls(struct machine *machine, const struct value *const *args, size_t count, struct value *out)
{
    if (!num_nulls(machine, args, count, out))
        return false;
    out->integer = (int64_t)count - out->integer;
    return true;
}

/* It prefers double precision for these where the argument is no numeric. */
#define INEXACT                                                                                              \
    "PostgreSQL computes this in double precision, which is not exact; write a cast, as in x::numeric"

#define INEXACT_POWER                                                                                        \
    "PostgreSQL computes this in double precision, which is not exact; write a product, as in x * x, or "    \
    "x::numeric ^ 2"

#define BINARY(symbol, int4, int8, numeric)                                                                  \
    {symbol, ROUTINE_OPERATOR, SQL_INT4, 2, {SQL_INT4, SQL_INT4}, int4, NULL, NULL},                         \
        {symbol, ROUTINE_OPERATOR, SQL_INT8, 2, {SQL_INT8, SQL_INT8}, int8, NULL, NULL},                     \
    {                                                                                                        \
        symbol, ROUTINE_OPERATOR, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_NUMERIC}, numeric, NULL, NULL            \
    }
#define UNARY(kind, symbol, int4, int8, numeric)                                                             \
    {symbol, kind, SQL_INT4, 1, {SQL_INT4}, int4, NULL, NULL},                                               \
        {symbol, kind, SQL_INT8, 1, {SQL_INT8}, int8, NULL, NULL},                                           \
        {symbol, kind, SQL_NUMERIC, 1, {SQL_NUMERIC}, numeric, NULL, NULL},                                  \
    {                                                                                                        \
        symbol, kind, SQL_FLOAT8, 1, {SQL_FLOAT8}, NULL, INEXACT, NULL                                       \
    }
#define NUMERIC(name, call)                                                                                  \
    {name, ROUTINE_FUNCTION, SQL_NUMERIC, 1, {SQL_NUMERIC}, call, NULL, NULL},                               \
    {                                                                                                        \
        name, ROUTINE_FUNCTION, SQL_FLOAT8, 1, {SQL_FLOAT8}, NULL, INEXACT, NULL                             \
    }

const struct routine number_routines[] = {
    BINARY("+", int4_add, int8_add, numeric_add),
    BINARY("-", int4_subtract, int8_subtract, numeric_subtract),
    BINARY("*", int4_multiply, int8_multiply, numeric_multiply),
    BINARY("/", int4_divide, int8_divide, numeric_divide),
    BINARY("%", integer_modulo, integer_modulo, numeric_modulo),
    {"^", ROUTINE_OPERATOR, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_NUMERIC}, numeric_power, NULL, NULL},
    {"^", ROUTINE_OPERATOR, SQL_FLOAT8, 2, {SQL_FLOAT8, SQL_FLOAT8}, NULL, INEXACT_POWER, NULL},
    {"power", ROUTINE_FUNCTION, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_NUMERIC}, numeric_power, NULL, NULL},
    {"power", ROUTINE_FUNCTION, SQL_FLOAT8, 2, {SQL_FLOAT8, SQL_FLOAT8}, NULL, INEXACT_POWER, NULL},
    {"div", ROUTINE_FUNCTION, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_NUMERIC}, numeric_quotient, NULL, NULL},
    NUMERIC("sqrt", numeric_root),
    UNARY(ROUTINE_PREFIX, "-", int4_negate, int8_negate, numeric_negate),
    UNARY(ROUTINE_PREFIX, "+", identity, identity, numeric_plus),
    UNARY(ROUTINE_FUNCTION, "abs", int4_abs, int8_abs, numeric_abs),
    {"mod", ROUTINE_FUNCTION, SQL_INT4, 2, {SQL_INT4, SQL_INT4}, integer_modulo, NULL, NULL},
    {"mod", ROUTINE_FUNCTION, SQL_INT8, 2, {SQL_INT8, SQL_INT8}, integer_modulo, NULL, NULL},
    {"mod", ROUTINE_FUNCTION, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_NUMERIC}, numeric_modulo, NULL, NULL},
    NUMERIC("round", numeric_round),
    {"round", ROUTINE_FUNCTION, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_INT4}, numeric_round, NULL, NULL},
    NUMERIC("trunc", numeric_truncate),
    {"trunc", ROUTINE_FUNCTION, SQL_NUMERIC, 2, {SQL_NUMERIC, SQL_INT4}, numeric_truncate, NULL, NULL},
    NUMERIC("ceil", numeric_ceil),
    NUMERIC("ceiling", numeric_ceil),
    NUMERIC("floor", numeric_floor),
    NUMERIC("sign", numeric_sign),
    {"num_nulls", ROUTINE_VARIADIC, SQL_INT4, 1, {SQL_UNKNOWN}, num_nulls, NULL, NULL},
    {"num_nonnulls", ROUTINE_VARIADIC, SQL_INT4, 1, {SQL_UNKNOWN}, num_nonnulls, NULL, NULL},
    {NULL, ROUTINE_FUNCTION, SQL_UNKNOWN, 0, {0}, NULL, NULL, NULL},
};
