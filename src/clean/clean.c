#include "crfd/clean/clean.h"

#include "dates.h"
#include "numbers.h"
#include "text.h"
#include "units.h"
#include "vocabulary.h"

const char clean_unit_missing[] = "the unit is missing";

const char *const qualifier_signs[QUALIFIER_COUNT] = {
    [QUALIFIER_LESS] = "<",
    [QUALIFIER_AT_MOST] = "<=",
    [QUALIFIER_GREATER] = ">",
    [QUALIFIER_AT_LEAST] = ">=",
};

struct clean_plan {
    enum value_type type;
    bool takes_qualifier;
    const struct vocabulary *vocabulary; /* NULL: no codes, no missing tokens */
    const struct date_plan *dates;       /* of the date and time types */
    const struct unit_plan *units;       /* NULL: the item declares no unit */
    bool has_codes;
    /* The codes as values, where the type is not text: 01 is the code 1 too. */
    const struct value *codes;
    size_t code_count;
};

/* A cleaned text that is not empty, and how it has numbers. */
struct entry {
    struct text_span text;
    enum decimal_sign sign;
};

static bool
type_text(const struct clean_plan *plan, struct arena *arena, const struct entry *entry,
          struct clean_result *out)
{
    (void)plan;
    (void)arena;
    out->value =
        (struct value){.type = VALUE_TEXT, .length = (uint32_t)entry->text.length, .text = entry->text.bytes};
    return true;
}

static bool
type_integer(const struct clean_plan *plan, struct arena *arena, const struct entry *entry,
             struct clean_result *out)
{
    struct number_reading reading;
    int64_t number;

    (void)plan;
    (void)arena;
    if (!number_read_integer(entry->text, entry->sign, &number, &reading)) {
        out->reason = reading.reason;
        return false;
    }
    if (reading.regrouped)
        out->steps |= CLEAN_DECIMAL;
    out->value = (struct value){.type = VALUE_INTEGER, .integer = number};
    return true;
}

static bool
type_decimal(const struct clean_plan *plan, struct arena *arena, const struct entry *entry,
             struct clean_result *out)
{
    struct number_reading reading;
    struct decimal_wide number;
    struct text_span text = entry->text;

    if (plan->takes_qualifier)
        out->qualifier = qualifier_take(&text);
    if (!number_read(text, entry->sign, &number, &reading)) {
        out->reason = reading.reason;
        return false;
    }
    if (out->qualifier != QUALIFIER_NONE)
        out->steps |= CLEAN_QUALIFIER;
    if (reading.regrouped)
        out->steps |= CLEAN_DECIMAL;
    out->value = (struct value){.type = VALUE_DECIMAL, .decimal = decimal_copy(arena, &number.value)};
    return true;
}

static bool
type_boolean(const struct clean_plan *plan, struct arena *arena, const struct entry *entry,
             struct clean_result *out)
{
    bool truth;

    (void)plan;
    (void)arena;
    if (!boolean_read(entry->text, &truth)) {
        out->reason = "neither true nor false";
        return false;
    }
    out->value = (struct value){.type = VALUE_BOOLEAN, .boolean = truth};
    return true;
}

static bool
type_date(const struct clean_plan *plan, struct arena *arena, const struct entry *entry,
          struct clean_result *out)
{
    struct date_result result;

    if (!date_read(plan->dates, arena, entry->text, &out->value, &result)) {
        out->reason = result.reason;
        return false;
    }
    if (result.reformatted)
        out->steps |= CLEAN_DATE_FORMAT;
    if (result.shortened)
        out->steps |= CLEAN_PARTIAL;
    return true;
}

/* Each reads an entry into out->value and its steps, or sets out->reason. */
typedef bool type_function(const struct clean_plan *plan, struct arena *arena, const struct entry *entry,
                           struct clean_result *out);

static type_function *const type_functions[VALUE_TYPE_COUNT] = {
    [VALUE_TEXT] = type_text,       [VALUE_INTEGER] = type_integer,
    [VALUE_DECIMAL] = type_decimal, [VALUE_BOOLEAN] = type_boolean,
    [VALUE_DATE] = type_date,       [VALUE_PARTIAL_DATE] = type_date,
    [VALUE_DATETIME] = type_date,   [VALUE_PARTIAL_DATETIME] = type_date,
    [VALUE_TIME] = type_date,       [VALUE_INSTANT] = type_date,
};

/* NULL, and not typed: nothing of the value is left, so no step counts. */
static void
refuse(const struct clean_plan *plan, enum clean_status status, const char *reason, struct clean_result *out)
{
    *out = (struct clean_result){.value = value_null(plan->type), .status = status, .reason = reason};
}

/* Same number, whatever its scale; same value otherwise. */
static bool
same_value(const struct value *a, const struct value *b)
{
    if (a->type == VALUE_DECIMAL && b->type == VALUE_DECIMAL)
        return decimal_compare(a->decimal, b->decimal) == 0;
    return value_identical(a, b);
}

static bool
is_code_value(const struct clean_plan *plan, const struct value *value)
{
    for (size_t i = 0; i < plan->code_count; i++) {
        if (same_value(&plan->codes[i], value))
            return true;
    }
    return false;
}

/* Replaces the text by the code it means; false where it means missing, and then by the token. */
static bool
apply_vocabulary(const struct clean_plan *plan, struct arena *arena, struct text_span *text, bool *is_code,
                 uint32_t *steps)
{
    struct text_span code;

    switch (vocabulary_find(plan->vocabulary, arena, *text, &code)) {
    case WORD_NONE:
        return true;
    case WORD_MISSING:
        *steps |= CLEAN_MISSING;
        *text = code;
        return false;
    case WORD_CODE:
        break;
    case WORD_CODE_CASE:
        *steps |= CLEAN_CASE;
        *text = code;
        break;
    case WORD_SYNONYM:
        *steps |= CLEAN_SYNONYM;
        *text = code;
        break;
    }
    *is_code = true;
    return true;
}

void
clean_value(const struct clean_plan *plan, struct arena *arena, const char *raw, size_t length,
            enum decimal_sign sign, struct clean_result *out)
{
    struct text_span text = {raw, length};
    bool is_code = false;

    *out = (struct clean_result){.value = value_null(plan->type), .status = CLEAN_OK};
    if (length == 0)
        return;
    if (!text_is_plain(text)) {
        is_code =
            plan->has_codes && plan->type == VALUE_TEXT && vocabulary_has_unclean(plan->vocabulary, text);
        if (!is_code)
            out->steps = text_clean(arena, &text);
        if (text.length == 0) {
            out->steps = 0;
            return;
        }
    }
    if (!is_code && plan->vocabulary != NULL &&
        !apply_vocabulary(plan, arena, &text, &is_code, &out->steps)) {
        out->value = value_missing(plan->type, text.bytes, text.length);
        return;
    }
    if (!type_functions[plan->type](plan, arena, &(struct entry){text, sign}, out)) {
        refuse(plan, CLEAN_UNTYPED, out->reason, out);
        return;
    }
    if (plan->has_codes && !is_code && out->qualifier == QUALIFIER_NONE && !is_code_value(plan, &out->value))
        out->status = CLEAN_NOT_CODE;
}

/* Which way a number lies from its limit, where a conversion turns the order of numbers round. */
static enum qualifier
reversed(enum qualifier qualifier)
{
    static const enum qualifier other[QUALIFIER_COUNT] = {
        [QUALIFIER_NONE] = QUALIFIER_NONE,        [QUALIFIER_LESS] = QUALIFIER_GREATER,
        [QUALIFIER_AT_MOST] = QUALIFIER_AT_LEAST, [QUALIFIER_GREATER] = QUALIFIER_LESS,
        [QUALIFIER_AT_LEAST] = QUALIFIER_AT_MOST,
    };

    return other[qualifier];
}

bool
clean_unit(const struct clean_plan *plan, struct arena *arena, const struct value *unit,
           struct clean_result *result)
{
    struct decimal_wide converted;
    bool turns = false;
    enum unit_outcome outcome;

    if (plan->units == NULL || result->value.is_null)
        return false;
    if (unit == NULL || unit->is_null || unit->type != VALUE_TEXT) {
        refuse(plan, CLEAN_NO_UNIT, clean_unit_missing, result);
        return false;
    }
    outcome = unit_convert(plan->units, arena, (struct text_span){unit->text, unit->length},
                           result->value.decimal, &converted, &turns);
    if (turns)
        result->qualifier = reversed(result->qualifier);
    switch (outcome) {
    case UNIT_SAME:
        return true;
    case UNIT_CONVERTED:
        result->value.decimal = decimal_copy(arena, &converted.value);
        result->steps |= CLEAN_UNIT;
        return true;
    case UNIT_UNKNOWN:
        refuse(plan, CLEAN_NO_UNIT, "the unit is not known", result);
        return false;
    case UNIT_OVERFLOW:
        refuse(plan, CLEAN_UNTYPED, "beyond the exact range in the item's unit", result);
        return false;
    }
    return false;
}

/* The codes that are values of the type; a list of other words has none. */
static void
add_codes(struct clean_plan *plan, struct arena *arena, const struct codelist *list)
{
    struct value *codes = arena_array(arena, struct value, list->code_count);

    plan->has_codes = true;
    if (plan->type == VALUE_TEXT)
        return;
    for (size_t i = 0; i < list->code_count; i++) {
        struct clean_result result = {0};
        const struct entry entry = {.text = text_of(list->codes[i])};

        if (entry.text.length > 0 && type_functions[plan->type](plan, arena, &entry, &result))
            codes[plan->code_count++] = result.value;
    }
    plan->codes = codes;
}

const struct clean_plan *
clean_plan_new(struct arena *arena, const struct item *item)
{
    struct clean_plan *plan = arena_new(arena, struct clean_plan);

    plan->type = item->type;
    plan->takes_qualifier = item->qualifier != NULL;
    plan->vocabulary = vocabulary_new(arena, item);
    if (type_functions[item->type] == type_date)
        plan->dates = date_plan_new(arena, item);
    if (item->unit != NULL && item->type == VALUE_DECIMAL)
        plan->units = unit_plan_new(arena, item->unit);
    if (item->codelist != NULL)
        add_codes(plan, arena, item->codelist);
    return plan;
}
