#include "crfd/check/eval.h"

#include "interpret.h"

struct eval_scratch {
    struct machine_room room;
};

/* As PostgreSQL has them. */
static const struct eval_error errors[ERROR_COUNT] = {
    [ERROR_DIVISION_BY_ZERO] = {"22012", "division by zero"},
    [ERROR_INTEGER_RANGE] = {"22003", "integer out of range"},
    [ERROR_BIGINT_RANGE] = {"22003", "bigint out of range"},
    [ERROR_NUMERIC_RANGE] = {"22003", "number beyond the exact range"},
    [ERROR_NUMERIC_PRECISION] = {"22003", "numeric field overflow"},
    [ERROR_NUMBER_SYNTAX] = {"22P02", "text is not a number"},
    [ERROR_BOOLEAN_SYNTAX] = {"22P02", "text is not a boolean"},
    [ERROR_DATE_SYNTAX] = {"22007", "text is not a date or time"},
    [ERROR_DATE_RANGE] = {"22008", "date or time out of range"},
    [ERROR_DATE_PARTIAL] = {"22007", "partial date is not complete"},
    [ERROR_INTERVAL_RANGE] = {"22008", "interval out of range"},
    [ERROR_NEGATIVE_ROOT] = {"2201F", "square root of a negative number"},
    [ERROR_INEXACT_POWER] = {"22003", "power has more digits than are exact"},
    [ERROR_SUBSTRING_LENGTH] = {"22011", "negative substring length"},
    [ERROR_FIELD_POSITION] = {"22023", "field position is zero"},
    [ERROR_LIKE_PATTERN] = {"22025", "LIKE pattern ends with escape character"},
    [ERROR_TEXT_ROOM] = {"54000", "text too long for the check"},
    [ERROR_REGEX_COST] = {"54000", "regular expression too costly for the text"},
    [ERROR_PAGE_VISITS] = {"54000", "subquery looks at too many pages"},
    [ERROR_SET_ROOM] = {"54000", "DISTINCT meets too many values"},
};

struct eval_scratch *
eval_scratch_new(struct arena *arena, size_t scratch_bytes)
{
    struct eval_scratch *scratch = arena_new(arena, struct eval_scratch);

    machine_room_init(&scratch->room, arena, scratch_bytes);
    return scratch;
}

enum eval_outcome
eval_check(const struct program *program, const struct subject *subject, const struct page *page,
           struct eval_scratch *scratch, struct eval_error *error)
{
    struct machine machine;
    const struct value *result;

    machine_init(&machine, program, subject, page, &scratch->room);
    result = interpret(&machine);
    if (result == NULL) {
        *error = errors[machine.error];
        return EVAL_ERROR;
    }
    if (result->is_null)
        return EVAL_UNKNOWN;
    return result->boolean ? EVAL_TRUE : EVAL_FALSE;
}

static void
copy_out(struct arena *arena, const struct value *value, struct value *out)
{
    *out = *value;
    if (value->type == VALUE_TEXT) {
        out->text = arena_copy(arena, value->text, value->length);
    } else if (value->type == VALUE_DECIMAL) {
        out->decimal = decimal_copy(arena, value->decimal);
    } else if (value->type == VALUE_PARTIAL_DATE || value->type == VALUE_PARTIAL_DATETIME) {
        struct partial_date *partial = arena_new(arena, struct partial_date);

        *partial = *value->partial;
        out->partial = partial;
    }
}

bool
eval_value(const struct program *program, const struct subject *subject, const struct page *page,
           struct eval_scratch *scratch, struct arena *arena, struct value *out, struct eval_error *error)
{
    struct machine machine;
    const struct value *result;

    *out = value_null(program->type);
    machine_init(&machine, program, subject, page, &scratch->room);
    result = interpret(&machine);
    if (result == NULL) {
        *error = errors[machine.error];
        return false;
    }
    if (!result->is_null)
        copy_out(arena, result, out);
    out->type = (uint8_t)program->type;
    return true;
}
